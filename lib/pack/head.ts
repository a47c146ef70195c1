/** The numbers at the beginning of a packed array, without unpacking what follows them. */
import { assert } from '../assert.js';

/**
 * Bytes of a number by its head, as `PackWriter.number` writes it; every other number is its head.
 */
const bytesByHead: Readonly<Record<number, number>> = {
  0xcb: 9,
  0xcc: 2,
  0xcd: 3,
  0xce: 5,
  0xcf: 9,
};

/**
 * The first `count` members of an array of at most 15, which are numbers not below zero.
 * @throws {AssertionError} when there is no such array
 */
export function headNumbers(bytes: Uint8Array, count: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert((view.getUint8(0) & 0xf0) === 0x90, 'an array of at most 15 members');
  let at = 1;
  return Array.from({ length: count }, () => {
    const head = view.getUint8(at);
    const value = numberAt(view, at, head);
    at += bytesByHead[head] ?? 1;
    return value;
  });
}

function numberAt(view: DataView, at: number, head: number): number {
  switch (head) {
    case 0xcb:
      return view.getFloat64(at + 1);
    case 0xcc:
      return view.getUint8(at + 1);
    case 0xcd:
      return view.getUint16(at + 1);
    case 0xce:
      return view.getUint32(at + 1);
    case 0xcf:
      return Number(view.getBigUint64(at + 1));
    default:
      assert(head < 0x80, 'a number not below zero');
      return head;
  }
}
