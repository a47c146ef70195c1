/** The configuration objects of a running server, as they are offered over HTTP. */
import type { AdminCaller } from '../security/caller.js';
import type { RefusedChange } from '../mail/objects.js';

/** Told while a change is made: how far it is; `done` from 0 to 1. */
export type ReportProgress = (progress: { readonly stage: string; readonly done: number }) => void;

/** How a file of objects is applied. */
export interface ObjectChangeOptions {
  readonly who: string;
  readonly comment: string;
  readonly dryRun: boolean;
  readonly merge: boolean;
  /** What the file does not name is removed; without it such a change is refused. */
  readonly prune: boolean;
}

/** What the routes of the admin listener need of whoever keeps the objects. */
export interface ConfigApi {
  /** The text of all objects, in pieces; returns why there is none. */
  export(version: number | undefined): AsyncGenerator<string, RefusedChange | undefined>;
  apply(
    file: AsyncIterable<Uint8Array>,
    options: ObjectChangeOptions,
    caller: AdminCaller,
    tell: ReportProgress,
  ): Promise<object>;
  rollback(
    version: number,
    options: Omit<ObjectChangeOptions, 'merge' | 'prune'>,
    caller: AdminCaller,
    tell: ReportProgress,
  ): Promise<object>;
  /** The newest versions, newest first. */
  history(count: number): Promise<readonly object[]>;
  /** `[kind, name, change]` of what a version changed. */
  changesOf(version: number): Promise<readonly unknown[] | RefusedChange>;
}
