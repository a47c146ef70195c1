/** Bytes that a wrong server might send. */
import { FrameWriter, messageByName, RouteKind } from '../../lib/protocol/index.js';

const frame = (name: 'EventAck' | 'EventHeld', reference: number, body: Uint8Array): Uint8Array => {
  const writer = new FrameWriter();
  writer.write(messageByName(name).number, 0, reference, 1, RouteKind.none, '', body);
  return writer.take();
};

export const wrongBytes = {
  /** Says that it is shorter than a header. */
  tooShort: Uint8Array.of(0, 0, 0, 5, 0, 125, 0, 0),
  /** A map of one entry that is not there. */
  brokenBody: frame('EventAck', 2, Uint8Array.of(0x81)),
  /** An array instead of a map, and one of a type that MessagePack does not have. */
  brokenEvent: frame('EventHeld', 0, Uint8Array.of(0x91, 0xc1)),
};
