/**
 * Who changed what: one JSON object per line in a file that is only ever appended to. It is no part
 * of the store: a server that cannot write it says so in its log and goes on.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../clock.js';

/** What an entry says besides its time. Never a token, never attached data. */
export interface AuditEntry {
  /** What happened, as `options changed`. */
  readonly event: string;
  /** The application or client, or how it was asked for, as `signal HUP`. */
  readonly who: string;
  /** Its role, and where it came from, if it has such. */
  readonly role?: string | undefined;
  readonly address?: string | undefined;
  readonly [detail: string]: unknown;
}

/** Takes entries; see `AuditLog`. */
export interface Audit {
  note(entry: AuditEntry): void;
}

/** Entries that may wait for the disk; more than that are counted instead of kept. */
const waitingMax = 10_000;
/** It names clients and addresses: for its owner only. */
const mode = 0o600;

export interface AuditLogOptions {
  readonly file: string;
  readonly clock: Clock;
  /** The file cannot be written. */
  failed(error: Error): void;
}

export class AuditLog implements Audit {
  readonly #options: AuditLogOptions;
  #file: FileHandle | undefined;
  #waiting: string[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  /** Writes an entry soon, in order. */
  note(entry: AuditEntry): void {
    if (this.#waiting.length >= waitingMax) {
      this.#dropped++;
      return;
    }
    const time = new Date(this.#options.clock.nowMs()).toISOString();
    this.#waiting.push(`${JSON.stringify({ time, ...entry })}\n`);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was noted is on disk and the file is closed. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        this.#file ??= await open(this.#options.file, 'a', mode);
        const lines = this.#waiting.splice(0).join('');
        await this.#file.appendFile(lines + this.#droppedLine());
        await this.#file.datasync();
      }
    } catch (error) {
      this.#waiting = [];
      this.#options.failed(error as Error);
    } finally {
      this.#writing = undefined;
    }
  }

  #droppedLine(): string {
    if (this.#dropped === 0) return '';
    const line = { event: 'entries dropped', who: 'the server', count: this.#dropped };
    this.#dropped = 0;
    return `${JSON.stringify(line)}\n`;
  }
}
