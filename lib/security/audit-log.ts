/**
 * Who changed what: one JSON object per line in files that are only ever appended to. It is not
 * part of the store: a server that cannot write it says so in its log, goes on, and tries again.
 */
import type { Clock, Timer } from '../clock.js';
import { limits } from '../limits.js';
import { writeTime } from '../text/index.js';
import { AuditFile } from './audit-file.js';

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

/** For the disk, when the server ends: it may never answer. */
const closeMs = 5_000;
/** Until what could not be written is tried again. */
const retryMs = 1_000;

export interface AuditLogOptions {
  readonly file: string;
  readonly clock: Clock;
  /** Smaller limits, for tests. */
  readonly fileBytes?: number;
  readonly files?: number;
  readonly bufferBytes?: number;
  /** The file cannot be written; told once until it can be again. */
  failed(error: Error): void;
}

export interface AuditStatus {
  /** The file could not be written the last time. */
  readonly isFailing: boolean;
  /** Of entries that are not on disk yet. */
  readonly waitingBytes: number;
  /** Entries that there was no room for, since one could be written. */
  readonly dropped: number;
}

export class AuditLog implements Audit {
  readonly #options: AuditLogOptions;
  readonly #file: AuditFile;
  readonly #bufferBytes: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    const { file, fileBytes = limits.auditFileBytes, files = limits.auditFiles } = options;
    this.#bufferBytes = options.bufferBytes ?? limits.auditBufferBytes;
    this.#file = new AuditFile({ file, fileBytes, files });
  }

  /** Figures for the status of the server. */
  get status(): AuditStatus {
    const waitingBytes = this.#waitingBytes + this.#file.restBytes;
    return { isFailing: this.#hasFailed, waitingBytes, dropped: this.#dropped };
  }

  /** Writes an entry soon, in order; after `close` none: the directory may be another server's. */
  note(entry: AuditEntry): void {
    if (this.#isClosed) return;
    // What the disk does not take is kept, as far as memory is for it; beyond that it is counted.
    if (this.#waitingBytes + this.#file.restBytes >= this.#bufferBytes) {
      this.#dropped++;
      return;
    }
    const time = writeTime(this.#options.clock.nowMs());
    const line = `${JSON.stringify({ time, ...entry })}\n`;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#retry === undefined) this.#writing ??= this.#write();
  }

  /**
   * Resolves when all that was noted is on disk, or cannot be, and the file is closed; and in a few
   * seconds if the disk says nothing.
   */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimer(closeMs, resolve);
      this.#close()
        .finally(() => timer.cancel())
        .then(resolve, reject);
    });
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.cancel();
    await this.#writing;
    await this.#write();
    this.#retry?.cancel();
    await this.#file.close();
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0 || this.#file.hasRest) {
        if (this.#file.hasRest) await this.#file.append('');
        const lines = this.#waiting.splice(0).join('');
        this.#waitingBytes = 0;
        await this.#file.append(lines + this.#droppedLine());
        this.#hasFailed = false;
      }
    } catch (error) {
      if (!this.#hasFailed) this.#options.failed(error as Error);
      this.#hasFailed = true;
      this.#retry = this.#options.clock.setTimer(retryMs, () => {
        this.#retry = undefined;
        // All of it may have been written, and only what follows that have failed.
        if (this.#waiting.length > 0 || this.#file.hasRest) this.#writing ??= this.#write();
      });
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
