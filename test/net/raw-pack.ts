/** MessagePack by hand, byte for byte: also what no encoder of ours would write. */

/** Packed bytes, or parts of them. */
export type Packed = Buffer;

const headOf = (
  short: number,
  shortMost: number,
  wide: readonly number[],
  size: number,
): Buffer => {
  if (size <= shortMost) return Buffer.of(short + size);
  if (wide.length === 3 && size <= 0xff) return Buffer.of(wide[0]!, size);
  const [two, four] = wide.slice(-2) as [number, number];
  if (size <= 0xffff) return Buffer.of(two, size >>> 8, size & 255);
  const head = Buffer.alloc(5);
  head[0] = four;
  head.writeUInt32BE(size, 1);
  return head;
};

/** A str of these bytes, UTF-8 or not. */
export function str(content: string | Uint8Array): Packed {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  return Buffer.concat([headOf(0xa0, 31, [0xd9, 0xda, 0xdb], bytes.length), bytes]);
}

/** A bin. */
export const bin = (bytes: Uint8Array): Packed =>
  Buffer.concat([headOf(0, -1, [0xc4, 0xc5, 0xc6], bytes.length), bytes]);

/** An int or uint of 64 bits, whatever its size. */
export function int(value: number | bigint): Packed {
  const packed = Buffer.alloc(9);
  packed[0] = value < 0 ? 0xd3 : 0xcf;
  if (value < 0) packed.writeBigInt64BE(BigInt(value), 1);
  else packed.writeBigUInt64BE(BigInt(value), 1);
  return packed;
}

/** A float 64. */
export function float(value: number): Packed {
  const packed = Buffer.alloc(9);
  packed[0] = 0xcb;
  packed.writeDoubleBE(value, 1);
  return packed;
}

export const nil: Packed = Buffer.of(0xc0);
export const yes: Packed = Buffer.of(0xc3);
export const no: Packed = Buffer.of(0xc2);

/** An array. */
export const array = (entries: readonly Packed[]): Packed =>
  Buffer.concat([headOf(0x90, 15, [0xdc, 0xdd], entries.length), ...entries]);

/** A map of keys, packed themselves, to values. */
export const mapOf = (entries: readonly (readonly [Packed, Packed])[]): Packed =>
  Buffer.concat([headOf(0x80, 15, [0xde, 0xdf], entries.length), ...entries.flat()]);

/** A map from texts to values. */
export const map = (entries: Readonly<Record<string, Packed>>): Packed =>
  mapOf(Object.entries(entries).map(([key, value]) => [str(key), value]));

/** One frame; the route key is bytes, UTF-8 or not. */
export function frame(
  message: number,
  reference: number,
  proxyClient: number,
  route: { readonly kind: number; readonly key: Uint8Array },
  body: Packed,
): Packed {
  const head = Buffer.alloc(18);
  head.writeUInt32BE(18 + route.key.length + body.length, 0);
  head.writeUInt16BE(message, 4);
  head.writeUInt32BE(reference, 8);
  head.writeUInt32BE(proxyClient, 12);
  head[16] = route.kind;
  head[17] = route.key.length;
  return Buffer.concat([head, route.key, body]);
}
