/** What MessagePack holds for us, decoded. */

/**
 * One value. An integer outside the safe range is a bigint; a whole float cannot be told from an
 * integer in JavaScript and is sent as one.
 */
export type KeyValue = string | number | bigint | boolean | Date | Uint8Array | KeyValues;
/** Attached data, decoded. A key may be any string, also `__proto__`. */
export interface KeyValues {
  readonly [key: string]: KeyValue | undefined;
}
