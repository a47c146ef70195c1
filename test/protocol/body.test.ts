import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import t from 'tap';
import { unpackKeyValues } from '../../lib/interaction/attached-data.js';
import type { KeyValues } from '../../lib/interaction/attached-data.js';
import { limits } from '../../lib/limits.js';
import {
  answerByNumber,
  answers,
  decodeAnswer,
  decodeBody,
  encodeBody,
  FrameSplitter,
  FrameWriter,
  messageByName,
  Packed,
  readHeader,
  requestByNumber,
  requests,
  RouteKind,
  routeKeyOf,
  writeError,
} from '../../lib/protocol/index.js';
import type { AttributesOf, MessageDefinition } from '../../lib/protocol/index.js';
import { bodyArbitrary } from './arbitraries.js';
import { errorOf } from './error-of.js';

const present = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** The body as the server reads it, attached data unpacked, to compare it with what was written. */
function readBack(definition: MessageDefinition, bytes: Uint8Array): Record<string, unknown> {
  const decoded = present(decodeBody(definition, bytes, 0, bytes.length));
  for (const [name, { kind }] of Object.entries(definition.attributes)) {
    const value = decoded[name];
    if (kind === 'keyValues' && value !== undefined) {
      decoded[name] = unpackKeyValues(value as Uint8Array);
    } else if (kind === 'bytes' && value !== undefined) {
      decoded[name] = new Uint8Array(value as Uint8Array);
    }
  }
  return decoded;
}

for (const definition of [...requests, ...answers]) {
  t.test(`${definition.name} comes back as it was written`, async () => {
    fc.assert(
      fc.property(bodyArbitrary(definition), (body) => {
        const bytes = encodeBody(definition.number, body);
        assert.deepEqual(readBack(definition, bytes), present(body));
        assert.deepEqual(decodeAnswer(bytes, 0, bytes.length), present(body));
      }),
      { numRuns: 40 },
    );
  });
}

t.test('the table can be looked up', async (t) => {
  for (const definition of requests) t.equal(requestByNumber(definition.number), definition);
  for (const definition of answers) t.equal(answerByNumber(definition.number), definition);
  t.equal(requestByNumber(0), undefined);
  t.equal(requestByNumber(65_535), undefined);
  for (const { answers: names } of requests) {
    for (const name of names) t.ok(messageByName(name as 'EventAck'), name);
  }
});

/** Their snapshot remembers what was answered; partitions know no key of theirs. */
const ofSnapshots = new Set(['RequestMoveInteractions', 'RequestStopInteractions']);

t.test('the table agrees with itself', async (t) => {
  for (const { name, routes, attributes, changes } of requests) {
    for (const route of routes) {
      if (!('attribute' in route)) continue;
      t.equal(attributes[route.attribute ?? '']?.kind, 'string', `${name}: ${route.attribute}`);
    }
    const hasKey = changes || ofSnapshots.has(name);
    t.equal('RequestKey' in attributes, hasKey, `${name}: a change may carry a RequestKey`);
  }
});

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const text = (value: string): string =>
  Buffer.concat([Uint8Array.of(0xa0 | value.length), Buffer.from(value)]).toString('hex');

t.test('a body that breaks the table is refused with its error', async (t) => {
  const hold = messageByName('RequestHold');
  const register = messageByName('RequestRegisterClient');
  const pull = messageByName('RequestPull');
  const subscribe = messageByName('RequestStartPlaceAgentStateReportingAll');
  const id = `${text('InteractionId')} ${text('x')}`;
  const cases: [string, MessageDefinition, string, string][] = [
    ['nothing', hold, '', 'MalformedBody'],
    ['an array', hold, '90', 'MalformedBody'],
    ['required', hold, '80', 'MissingAttribute'],
    ['unknown', hold, `82 ${id} ${text('Nope')} 01`, 'UnknownAttribute'],
    ['case counts', hold, `81 ${text('interactionId')} ${text('x')}`, 'UnknownAttribute'],
    ['twice', hold, `82 ${id} ${id}`, 'MalformedBody'],
    ['trailing', hold, `81 ${id} 00`, 'MalformedBody'],
    ['cut', hold, `82 ${id}`, 'MalformedBody'],
    ['number for text', hold, `81 ${text('InteractionId')} 05`, 'WrongAttributeType'],
    ['nil', hold, `81 ${text('InteractionId')} c0`, 'WrongAttributeType'],
    ['bin for text', hold, `81 ${text('InteractionId')} c40178`, 'WrongAttributeType'],
    ['too long', hold, `81 ${text('InteractionId')} d941${'78'.repeat(65)}`, 'AttributeTooLong'],
    ['not UTF-8', hold, `81 ${text('InteractionId')} a1ff`, 'MalformedBody'],
    ['negative time', hold, `82 ${id} ${text('HoldUntil')} ff`, 'WrongAttributeType'],
    ['float time', hold, `82 ${id} ${text('HoldUntil')} ca3f800000`, 'WrongAttributeType'],
    ['short key', hold, `82 ${id} ${text('RequestKey')} c40100`, 'WrongAttributeType'],
    ['out of range', pull, `81 ${text('Count')} 00`, 'WrongAttributeType'],
    ['boolean 2', pull, `81 ${text('IgnoreHold')} 02`, 'WrongAttributeType'],
    ['array for map', pull, `81 ${text('PullParameters')} 90`, 'WrongAttributeType'],
    ['64 bits', register, `81 ${text('TenantId')} cf8000000000000000`, 'WrongAttributeType'],
    ['count', subscribe, `81 ${text('ResumeToken')} dc0041${'00'.repeat(65)}`, 'AttributeTooLong'],
    ['entry', subscribe, `81 ${text('ResumeToken')} 91a0`, 'WrongAttributeType'],
    ['name no text', hold, '81 01 02', 'MalformedBody'],
  ];
  for (const [what, definition, bytes, expected] of cases) {
    const body = hex(bytes);
    t.equal(
      errorOf(() => decodeBody(definition, body, 0, body.length)),
      expected,
      what,
    );
  }
  const taken = hex(`81 ${text('IgnoreHold')} 01`);
  t.throws(() => decodeBody(pull, taken, 0, taken.length), /ViewId is missing/);
});

t.test('packed attached data goes into a frame as it is, at any depth', async (t) => {
  const data = { Customer: 'A', Nested: { On: true } };
  const packed = encodeBody(0, data);
  const submit = encodeBody(101, {
    Queue: 'q',
    MediaType: 'email',
    InteractionType: 'Inbound',
    UserData: packed,
  });
  const definition = messageByName('RequestSubmit');
  const decoded = decodeBody<AttributesOf<'RequestSubmit'>>(definition, submit, 0, submit.length);
  t.strictSame(unpackKeyValues(decoded.UserData ?? new Uint8Array()), data as KeyValues);
  const answer = encodeBody(189, { Interaction: { Queue: 'q', UserData: new Packed(packed) } });
  t.strictSame(decodeAnswer(answer, 0, answer.length), {
    Interaction: { Queue: 'q', UserData: data },
  });
});

t.test('names read before are not taken for other bytes', async (t) => {
  // U+00E9 is the bytes c3 a9; the byte e9 alone is no UTF-8, though it has the same number.
  const known = Uint8Array.of(0x81, 0xa2, 0xc3, 0xa9, 1);
  t.strictSame(decodeAnswer(known, 0, known.length), { '\u00e9': 1 });
  const wrong = Uint8Array.of(0x81, 0xa1, 0xe9, 1);
  t.equal(
    errorOf(() => decodeAnswer(wrong, 0, wrong.length)),
    'MalformedBody',
  );
  const names = ['', 'a', 'ab', 'Text1x', 'Text2x', 'Txxt1x', 'x'.repeat(33)];
  const body = Object.fromEntries(names.map((name, index) => [name, index]));
  const bytes = encodeBody(189, body);
  t.strictSame(decodeAnswer(bytes, 0, bytes.length), body);
  t.strictSame(decodeAnswer(bytes, 0, bytes.length), body);
});

t.test('integers of eight bytes are numbers as far as these are exact', async (t) => {
  const greatest = BigInt(Number.MAX_SAFE_INTEGER);
  const near = [-1n, 0n, 1n].flatMap((step) => [
    greatest + step,
    -greatest + step,
    2n ** 32n + step,
  ]);
  const values = [...near, -(2n ** 32n), -(2n ** 31n) - 1n, -(2n ** 63n), 2n ** 63n - 1n];
  const bytes = encodeBody(189, { values });
  const exact = values.map((value) =>
    Number.isSafeInteger(Number(value)) ? Number(value) : value,
  );
  t.strictSame(decodeAnswer(bytes, 0, bytes.length), { values: exact });
});

t.test('a frame that cannot be written leaves the others alone', async (t) => {
  const writer = new FrameWriter();
  const write = (body: Record<string, unknown>, key = 'q'): number =>
    writer.write(101, 0, 1, 1, RouteKind.queue, key, body);
  write({ Queue: 'q' });
  const before = writer.length;
  t.equal(
    errorOf(() => write({ UserData: { a: null } })),
    'WrongAttributeType',
  );
  t.equal(
    errorOf(() => write({ Queue: () => 1 })),
    'WrongAttributeType',
  );
  t.equal(
    errorOf(() => write({}, 'k'.repeat(256))),
    'AttributeTooLong',
  );
  const large = { Extension: { a: new Uint8Array(limits.frameBytes) } };
  t.equal(
    errorOf(() => write(large)),
    'FrameTooLarge',
  );
  t.equal(writer.length, before);
  write({ Queue: 'r' });
  const taken = writer.take();
  writeError(
    writer,
    { reference: 9, proxyClient: 8 },
    { error: 'Internal', detail: 'ü€'.repeat(9_999) },
  );
  const keys: string[] = [];
  const splitter = new FrameSplitter((buffer, start) => {
    const header = readHeader(buffer, start);
    keys.push(`${header.message} ${routeKeyOf(buffer, header)}`);
    const definition = requestByNumber(header.message) ?? answerByNumber(header.message);
    if (header.message === 126) {
      decodeBody(definition as MessageDefinition, buffer, header.bodyStart, header.bodyEnd);
    }
  });
  t.equal(splitter.push(taken), undefined);
  t.equal(splitter.push(writer.take()), undefined);
  t.strictSame(keys, ['101 q', '101 q', '126 ']);
  t.equal(writer.take().length, 0);
});

t.test('a request may be as long as its limit, and an Extension as long as its own', async (t) => {
  const writer = new FrameWriter();
  const ofBytes = (bytes: number): number => {
    const body = { InteractionId: 'x', Extension: { a: new Uint8Array(bytes) } };
    return writer.write(102, 0, 1, 1, RouteKind.id, 'x', body);
  };
  const over = ofBytes(limits.requestFrameBytes - 1_000) - limits.requestFrameBytes + 1_000;
  t.equal(
    errorOf(() => ofBytes(limits.requestFrameBytes - over + 1)),
    'FrameTooLarge',
  );
  t.equal(ofBytes(limits.requestFrameBytes - over), limits.requestFrameBytes);
  const definition = messageByName('RequestStopProcessing');
  const decode = (bytes: number): unknown => {
    const body = encodeBody(102, { InteractionId: 'x', Extension: { a: new Uint8Array(bytes) } });
    return decodeBody(definition, body, 0, body.length);
  };
  const head = 1 + 2 + 3;
  t.equal(
    errorOf(() => decode(limits.extensionBytes - head)),
    'none',
  );
  t.equal(
    errorOf(() => decode(limits.extensionBytes - head + 1)),
    'AttributeTooLong',
  );
});
