/**
 * How far a transfer is, beside its file, so that one that was cut short goes on. It is only a
 * shortcut: what is done again changes nothing.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { privateFile } from '../disk/private.js';

/** Keeps one record; `identity` must be equal for it to count. */
export class ResumeFile<State extends object> {
  readonly #path: string;
  readonly #identity: string;

  constructor(path: string, identity: string) {
    this.#path = path;
    this.#identity = identity;
  }

  /** What was saved for the same file; undefined: nothing, or for another one. */
  async read(): Promise<State | undefined> {
    const text = await readFile(this.#path, 'utf8').catch(() => 'null');
    try {
      const saved = JSON.parse(text) as { identity?: unknown; state?: State } | null;
      return saved?.identity === this.#identity ? saved.state : undefined;
    } catch {
      // Cut short by whatever ended the transfer: it begins anew.
      return undefined;
    }
  }

  async save(state: State): Promise<void> {
    const draft = `${this.#path}.new`;
    await writeFile(draft, `${JSON.stringify({ identity: this.#identity, state })}\n`, {
      mode: privateFile,
    });
    await rename(draft, this.#path);
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
