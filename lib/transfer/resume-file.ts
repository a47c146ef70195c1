/**
 * How far a transfer is, beside its file, so that one that was cut short goes on. It is only a
 * shortcut, of one file and one store: whatever does not belong to both counts for nothing.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { privateFile } from '../disk/private.js';
import {
  isFault,
  type JsonObject,
  type JsonValue,
  readJsonObject,
  readUtf8,
} from '../text/index.js';

/** What a transfer belongs to. */
export interface TransferIdentity {
  readonly store: string;
  /** Changes whenever the file is another one. */
  readonly file: string;
}

/** What was saved: numbers and texts, and lists of them. */
export type SavedState = Readonly<Record<string, JsonValue | undefined>>;

export class ResumeFile {
  readonly #path: string;
  readonly #identity: TransferIdentity;
  #isLost = false;

  constructor(path: string, identity: TransferIdentity) {
    this.#path = path;
    this.#identity = identity;
  }

  /**
   * What was saved of a transfer with the same store; `isSameFile` says whether it is of this file.
   */
  async read(): Promise<{ readonly isSameFile: boolean; readonly state: JsonObject } | undefined> {
    const bytes = await readFile(this.#path).catch(() => Buffer.alloc(0));
    const text = readUtf8(bytes);
    // Cut short by whatever ended the transfer: it begins anew.
    const saved = isFault(text) ? text : readJsonObject(text);
    if (isFault(saved)) return undefined;
    const state = saved.get('state');
    if (saved.get('store') !== this.#identity.store || !(state instanceof Map)) return undefined;
    const isSameFile = saved.get('file') === this.#identity.file;
    return { isSameFile, state: state as JsonObject };
  }

  /**
   * Keeps a state.
   * @returns the first time that it cannot be written: why
   */
  async save(state: SavedState): Promise<Error | undefined> {
    const draft = `${this.#path}.${process.pid}.new`;
    const { store, file } = this.#identity;
    try {
      await writeFile(draft, `${JSON.stringify({ store, file, state })}\n`, { mode: privateFile });
      await rename(draft, this.#path);
      return undefined;
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      const isNews = !this.#isLost;
      this.#isLost = true;
      return isNews ? (error as Error) : undefined;
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** A whole number of a state, from 0; undefined: something else. */
export function countOf(state: JsonObject, name: string): number | undefined {
  const value = state.get(name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
