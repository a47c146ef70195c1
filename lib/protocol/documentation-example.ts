/**
 * The worked example of the protocol page, taken apart byte by byte from what the encoder writes.
 */
import { encodeBody } from './encode.js';
import type { Body } from './encode.js';
import { FrameOffset } from './frame-layout.js';
import { FrameWriter } from './frame-writer.js';
import { readHeader, routeKeyOf } from './frame.js';
import { RouteKind } from './message.js';
import { messageByName } from './registry.js';
import type { MessageName } from './registry.js';

interface ExampleFrame {
  readonly title: string;
  readonly name: MessageName;
  readonly reference: number;
  readonly routeKind: RouteKind;
  readonly routeKey: string;
  readonly body: Body;
}

const sixteenBytes = (first: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, at) => first + at);
const interactionId = '00LU1M5K7W000000';

const frames: readonly ExampleFrame[] = [
  {
    title: 'Client: logical client 1 registers',
    name: 'RequestRegisterClient',
    reference: 1,
    routeKind: RouteKind.none,
    routeKey: '',
    body: {
      ClientName: 'Mail',
      ClientType: 'MediaServer',
      ProtocolVersion: 1,
      SessionKey: sixteenBytes(0x10),
    },
  },
  {
    title: 'Server: registered; nothing is owned under this session key',
    name: 'EventAck',
    reference: 1,
    routeKind: RouteKind.none,
    routeKey: '',
    body: { Extension: { ProxyClientId: 1, ServerVersion: '0.1.0', HeldInteractions: [] } },
  },
  {
    title: 'Client: submits, routed by the queue because the server is to make the identifier',
    name: 'RequestSubmit',
    reference: 2,
    routeKind: RouteKind.queue,
    routeKey: 'demo.menu',
    body: {
      Queue: 'demo.menu',
      MediaType: 'email',
      InteractionType: 'Inbound',
      Priority: 5,
      UserData: { Subject: 'Grüße', Size: 70_000, At: new Date(1_760_000_000_000) },
      RequestKey: sixteenBytes(0x20),
    },
  },
  {
    title: 'Server: it is on disk',
    name: 'EventAck',
    reference: 2,
    routeKind: RouteKind.none,
    routeKey: '',
    body: { Extension: { InteractionId: interactionId } },
  },
  {
    title: 'Client: stops it, routed by its identifier',
    name: 'RequestStopProcessing',
    reference: 3,
    routeKind: RouteKind.id,
    routeKey: interactionId,
    body: { InteractionId: interactionId, ReasonSystemName: 'Normal' },
  },
  {
    title: 'Server: stopped; the body is the empty map',
    name: 'EventAck',
    reference: 3,
    routeKind: RouteKind.none,
    routeKey: '',
    body: {},
  },
];

/** All frames of the example as Markdown. */
export function exampleSection(): string {
  return frames.map(frameSection).join('\n\n');
}

function frameSection(example: ExampleFrame): string {
  const { number } = messageByName(example.name);
  const writer = new FrameWriter();
  const { reference, routeKind, routeKey, body } = example;
  writer.write(number, 0, reference, 1, routeKind, routeKey, body);
  const frame = writer.take();
  const lines = [...headerLines(frame, example.name), ...bodyLines(frame, number, body)];
  return `${example.title}\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}

function headerLines(frame: Uint8Array, name: string): string[] {
  const header = readHeader(frame, 0);
  const fields: [number, number, string][] = [
    [FrameOffset.length, FrameOffset.message, `length ${header.length}`],
    [FrameOffset.message, FrameOffset.flags, `message ${header.message} ${name}`],
    [FrameOffset.flags, FrameOffset.reference, 'flags'],
    [FrameOffset.reference, FrameOffset.proxyClient, `reference ${header.reference}`],
    [FrameOffset.proxyClient, FrameOffset.routeKind, `proxy client ${header.proxyClient}`],
    [FrameOffset.routeKind, FrameOffset.routeKeyLength, `route kind ${header.routeKind}`],
    [FrameOffset.routeKeyLength, FrameOffset.routeKey, 'length of the route key'],
  ];
  const key = routeKeyOf(frame, header);
  if (key !== '') fields.push([header.routeKeyStart, header.routeKeyEnd, `route key "${key}"`]);
  return fields.flatMap(([start, end, what]) => hexLines(frame.subarray(start, end), what));
}

/** The body attribute by attribute: each is encoded alone, less the head of its map. */
function bodyLines(frame: Uint8Array, number: number, body: Body): string[] {
  const { bodyStart } = readHeader(frame, 0);
  const names = Object.keys(body);
  const lines = hexLines(frame.subarray(bodyStart, bodyStart + 1), `map of ${names.length}`);
  for (const name of names) {
    const bytes = encodeBody(number, { [name]: body[name] }).subarray(1);
    lines.push(...hexLines(bytes, `${name} = ${show(body[name])}`));
  }
  return lines;
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return JSON.stringify(value);
}

/** Bytes sixteen to a line, the meaning beside the last one. */
function hexLines(bytes: Uint8Array, what: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const line = Array.from(bytes.subarray(start, start + 16), (byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    lines.push(line.join(' '));
  }
  const last = lines.pop() ?? '';
  return [...lines, `${last.padEnd(48)}${what}`];
}
