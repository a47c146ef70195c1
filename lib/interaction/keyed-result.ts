/** What a keyed request was: enough to know it again, and to know another one with its key. */

/** Kinds of requests that may carry a key, as numbers of the data format. Only append. */
export const KeyedKind = {
  submit: 0,
  pull: 1,
  stop: 2,
  place: 3,
  change: 4,
  hold: 5,
  resume: 6,
  /** A submit that found its identifier taken, by the same client. */
  duplicate: 7,
  accept: 8,
  reject: 9,
  leave: 10,
  placeInWorkbin: 11,
  report: 12,
} as const;
export type KeyedKind = (typeof KeyedKind)[keyof typeof KeyedKind];

/** The name of a kind, for people. */
export const nameOfKind = (kind: KeyedKind): string => Object.keys(KeyedKind)[kind]!;

/** A keyed request that was executed. */
export interface KeyedResult {
  /** A key is of one client. */
  readonly clientName: string;
  /** The 16 bytes of the RequestKey as a binary string. */
  readonly requestKey: string;
  readonly kind: KeyedKind;
  /** Hash of what the request said, 32 bits with a sign. */
  readonly digest: number;
}
