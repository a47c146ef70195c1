/** Sections of rows, of tags that are known and of others. */
import fc from 'fast-check';
import { sectionHeadBytes, writeSectionHead } from '../../lib/pack/sections.js';

/** A section as it stands in a row. */
export function sectionBytes(tag: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(sectionHeadBytes(content.length));
  writeSectionHead(head, 0, tag, content.length);
  return Buffer.concat([head, content]);
}

const content = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  // Of those with a long head.
  fc.constantFrom(0xffff, 0x1_0000).map((length) => new Uint8Array(length).fill(7)),
);

/** Sections in a row with tags from `least` to `most`, each once, ascending. */
export const sectionsOf = (least: number, most: number): fc.Arbitrary<Buffer> =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: least, max: most }), content), {
      selector: ([tag]) => tag,
      maxLength: 4,
    })
    .map((all) =>
      Buffer.concat(
        all
          .toSorted(([left], [right]) => left - right)
          .map(([tag, bytes]) => sectionBytes(tag, bytes)),
      ),
    );
