/**
 * Every request of the table, with every attribute at its edges and beyond, over TCP to a server:
 * each gets an answer with a documented code, no actor ends, nobody else notices, and the store is
 * sound. First one attribute at a time, then several that a seed draws.
 */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { errorNameOf, errorTable } from '../../lib/errors.js';
import { startServer, type Server } from '../../lib/index.js';
import { limits } from '../../lib/limits.js';
import type { Attribute } from '../../lib/protocol/attribute.js';
import { doings } from '../../lib/protocol/doing.js';
import { RouteKind, type RequestDefinition } from '../../lib/protocol/message.js';
import { requests } from '../../lib/protocol/requests.js';
import { verifyStore } from '../../lib/data/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { Bystander } from './bystander.js';
import { choosy } from './choosy.js';
import { baseOf, submission } from './complete-requests.js';
import { RawClient, errorOf, type Received } from './harness.js';
import { bin, frame, int, map, mapOf, str, type Packed } from './raw-pack.js';
import { unusualValues, type Value } from './unusual-values.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const mixed = Number(process.env['IXION_RUNS'] ?? 500);
const window = 48;
/** Errors that say that an attribute itself is wrong. */
const shapeErrors: ReadonlySet<string> = new Set([
  'MalformedBody',
  'MissingAttribute',
  'WrongAttributeType',
  'UnknownAttribute',
  'AttributeTooLong',
  'AttributeTooShort',
  'InvalidName',
  'Internal',
]);
/** A waiting pull would be answered in ten minutes: those of the table find something at once. */
const longestMixedWaitMs = 20;

const queueRoute = { kind: RouteKind.queue, key: Buffer.from('first') };
const noRoute = { kind: RouteKind.none, key: Buffer.alloc(0) };
const agentRoute = { kind: RouteKind.agent, key: Buffer.from('ann') };
const idRoute = (id: string | Uint8Array) => ({ kind: RouteKind.id, key: Buffer.from(id) });

interface Sending {
  readonly what: string;
  readonly frame: (reference: number) => Packed;
  readonly verdict: Value['verdict'];
}

/** Clients by type on one connection, as their ProxyClientId. */
const proxyOf = { MediaServer: 1, AgentApplication: 2, ReportingEngine: 3 } as const;

/** Who may send it. */
function proxyFor({ does, changes }: RequestDefinition): number {
  if (does === 'takes' || doings[does].by === 'desk') return proxyOf.AgentApplication;
  return changes || does === 'administers' ? proxyOf.MediaServer : proxyOf.ReportingEngine;
}

/** The route that goes with an attribute of this value; a longer one than a route key is cut. */
function routeOf(
  { name, routes }: RequestDefinition,
  id: string,
  attribute: string,
  text: Uint8Array | undefined,
) {
  const cut = text && Buffer.from(text).subarray(0, limits.routeKeyBytes);
  const route = routes.find((each) => each.attribute === attribute);
  if (route !== undefined && cut !== undefined) return { kind: RouteKind[route.kind], key: cut };
  if (routes[0]?.kind === 'none') return noRoute;
  if (routes[0]?.kind === 'queue') return queueRoute;
  if (routes[0]?.kind === 'agent') return agentRoute;
  return idRoute(name === 'RequestImportInteraction' ? `new-${id}` : id);
}

const body = (attributes: Readonly<Record<string, Packed>>): Packed => map(attributes);

/** A table of tries: every request, every attribute, every value. */
function* oneByOne(): Generator<{ readonly sending: Sending; readonly id: string }> {
  let number = 0;
  for (const request of requests) {
    // A pull of what is known names it as the key of a map.
    const known = request.name === 'RequestPull' ? knownPulls() : [];
    const values = Object.entries(request.attributes).flatMap(([attribute, definition]) =>
      unusualValues(definition).map((value) => ({ attribute, value })),
    );
    for (const { attribute, value } of values) {
      const id = `own-${number++}`;
      const attributes = { ...baseOf(request, id), [attribute]: value.packed };
      const route = routeOf(request, id, attribute, value.text);
      const isChoosy = choosy.has(`${request.name}.${attribute}`);
      const verdict = isChoosy && value.verdict === 'legal' ? 'open' : value.verdict;
      const proxy = request.number === 100 ? 1_000 + number : proxyFor(request);
      const of = (reference: number): Packed =>
        frame(request.number, reference, proxy, route, body(attributes));
      const what = `${request.name} ${attribute}: ${value.what}`;
      yield { sending: { what, frame: of, verdict }, id };
    }
    for (const sending of [...known, ...unusualRoutes(request)])
      yield { sending, id: `own-${number++}` };
  }
}

function knownPulls(): Sending[] {
  const keys = unusualValues(
    requests.find(({ number }) => number === 188)!.attributes['InteractionId']!,
  );
  return keys.flatMap(({ what, text, verdict }) => {
    if (text === undefined) return [];
    const PullParameters = mapOf([[str(text), int(1)]]);
    const attributes = { ViewId: str('_system_'), PullParameters };
    const route = idRoute(Buffer.from(text).subarray(0, limits.routeKeyBytes));
    return {
      what: `RequestPull of a known one, ${what}`,
      frame: (reference: number) =>
        frame(108, reference, proxyOf.AgentApplication, route, body(attributes)),
      verdict,
    };
  });
}

const routeKeys: readonly Uint8Array[] = [
  Buffer.alloc(0),
  Buffer.from([0]),
  Buffer.from('a\0b'),
  Buffer.alloc(255, 'x'),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from('__proto__'),
];

function* unusualRoutes(request: RequestDefinition): Generator<Sending> {
  for (const kind of [0, 1, 2, 3, 4, 5, 31, 32, 33, 255]) {
    for (const [index, key] of routeKeys.entries()) {
      // An unregister would end the client that the others are sent by.
      if (request.name === 'RequestUnregisterClient' && kind === 0) continue;
      yield {
        what: `${request.name} by route ${kind} with key ${index}`,
        frame: (reference) =>
          frame(
            request.number,
            reference,
            proxyFor(request),
            { kind, key },
            body(baseOf(request, 'x')),
          ),
        verdict: 'open',
      };
    }
  }
  const bodies: Readonly<Record<string, Packed>> = {
    'without a body': Buffer.alloc(0),
    'with half a body': Buffer.of(0x81, 0xa1),
    'with more than a body': Buffer.concat([body(baseOf(request, 'x')), Buffer.of(0x80)]),
    'with a nameless attribute': map({ '': int(1) }),
    'with an unknown attribute': map({ 'a\0b': int(1) }),
    'with a list as body': Buffer.of(0x90),
    'with an attribute of every object': map({ __proto__: int(1), ['constructor']: int(1) }),
  };
  for (const [what, packed] of Object.entries(bodies)) {
    yield {
      what: `${request.name} ${what}`,
      frame: (reference) => frame(request.number, reference, proxyFor(request), noRoute, packed),
      verdict: 'open',
    };
  }
}

const small = new Map<Attribute, readonly Value[]>();

function smallValues(attribute: Attribute): readonly Value[] {
  const isSmall = ({ packed }: Value): boolean => packed.length < 20_000;
  const values = small.get(attribute) ?? unusualValues(attribute).filter(isSmall);
  small.set(attribute, values);
  return values;
}

/** Several attributes at once, drawn by the seed. */
function* drawn(count: number): Generator<{ readonly sending: Sending; readonly id: string }> {
  const random = seededRandom(seed);
  const pick = <Of>(list: readonly Of[]): Of => list[Math.floor(random.fraction() * list.length)]!;
  const able = requests.filter(({ name }) => name !== 'RequestUnregisterClient');
  for (let number = 0; number < count; number++) {
    const request = pick(able);
    const id = pick([`own-${number}`, `mixed-${number}`, '', 'a\0b', 'x'.repeat(64)]);
    const attributes: Record<string, Packed> = baseOf(request, id);
    const names = Object.keys(request.attributes);
    let text: { name: string; bytes: Uint8Array } | undefined;
    for (let left = 1 + Math.floor(random.fraction() * 4); left > 0 && names.length > 0; left--) {
      const name = pick(names);
      const value = pick(smallValues(request.attributes[name]!));
      attributes[name] = name === 'WaitTimeoutMs' ? int(longestMixedWaitMs) : value.packed;
      if (value.text !== undefined) text = { name, bytes: value.text };
    }
    const fitting = routeOf(request, id, text?.name ?? '', text?.bytes);
    const any = { kind: Math.floor(random.fraction() * 6), key: pick(routeKeys) };
    const route = random.fraction() < 0.8 ? fitting : any;
    const proxy = request.number === 100 ? 100_000 + number : pick(Object.values(proxyOf));
    const of = (reference: number): Packed =>
      frame(request.number, reference, proxy, route, body(attributes));
    yield { sending: { what: `${request.name} drawn ${number}`, frame: of, verdict: 'open' }, id };
  }
}

/** What is wrong with an answer; undefined: nothing. */
function faultOf({ verdict }: Sending, answer: Received): string | undefined {
  const code = errorOf(answer);
  const name = code === 0 ? undefined : errorNameOf(code);
  const described = JSON.stringify(answer.body).slice(0, 200);
  if (code !== 0 && (name === undefined || errorTable[name].code !== code)) {
    return `an undocumented code: ${described}`;
  }
  if (name === 'Internal' || name === 'Unavailable') return described;
  if (verdict === 'illegal' && code === 0) return `taken: ${described}`;
  if (verdict === 'legal' && name !== undefined && shapeErrors.has(name))
    return `refused: ${described}`;
  return undefined;
}

async function register(client: RawClient, reference: number, type: string, proxyClient: number) {
  const answer = await client.register(
    reference,
    { ClientType: type, ClientName: type },
    proxyClient,
  );
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
}

/** Sends all, a window at a time, each with an interaction of its own before it. */
async function tryAll(
  client: RawClient,
  bystander: Bystander,
  tries: Iterable<{ readonly sending: Sending; readonly id: string }>,
): Promise<{ readonly count: number; readonly faults: string[] }> {
  const faults: string[] = [];
  let reference = 100;
  let count = 0;
  let batch: { readonly reference: number; readonly sending: Sending }[] = [];
  let frames: Packed[] = [];
  const flush = async (): Promise<void> => {
    client.socket.write(Buffer.concat(frames));
    for (const { reference: asked, sending } of batch) {
      const fault = faultOf(sending, await client.answer(asked));
      if (fault !== undefined) faults.push(`${sending.what}: ${fault}`);
    }
    faults.push(...(await bystander.work()));
    [batch, frames] = [[], []];
    client.received.length = 0;
  };
  for (const { sending, id } of tries) {
    const prepared = body({
      ...submission,
      InteractionId: str(id),
      RequestKey: bin(Buffer.alloc(16)),
    });
    if (id.startsWith('own')) {
      frames.push(frame(101, 50, proxyOf.MediaServer, idRoute(id), prepared));
    }
    frames.push(sending.frame(reference));
    batch.push({ reference: reference++, sending });
    count++;
    if (batch.length >= window) await flush();
  }
  await flush();
  return { count, faults };
}

/** A server with two partitions, and what its log said above info. */
async function startTarget(
  t: Test,
  logLevel: 'info' | 'debug',
): Promise<{ server: Server; complaints: string[] }> {
  const complaints: string[] = [];
  const quiet = (): void => undefined;
  const complain = (fields: object, message: string): void => {
    // Not of interest, and on a busy machine not rare.
    if (message.startsWith('the disk is slow')) return;
    complaints.push(`${message} ${JSON.stringify(fields)}`);
  };
  const queues = [
    'first',
    'aside',
    { name: 'second', partition: 1 },
    { name: 'other', partition: 0 },
  ];
  const server = await startServer({
    data: join(directoryOf(t), 'data'),
    create: 'init',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 2,
    threads: 1,
    logLevel,
    businessProcesses: [{ name: 'test', queues }],
    log: { debug: quiet, info: quiet, warn: complain, error: complain },
  });
  return { server, complaints };
}

t.setTimeout(120_000);

for (const [name, tries, logLevel] of [
  ['one attribute at a time', () => oneByOne(), 'info'],
  // With a log of every request, which decodes them too.
  [`${mixed} requests of several, drawn by a seed`, () => drawn(mixed), 'debug'],
] as const) {
  t.test(name, async (t) => {
    t.comment(`IXION_SEED=${seed}`);
    const { server, complaints } = await startTarget(t, logLevel);
    const client = await RawClient.open(server.address.port);
    const aside = await RawClient.open(server.address.port);
    t.teardown(() => [client, aside].forEach(({ socket }) => socket.destroy()));
    for (const [type, proxy] of Object.entries(proxyOf)) await register(client, proxy, type, proxy);
    await register(aside, 1, 'MediaServer', 1);
    const { count, faults } = await tryAll(client, new Bystander(aside), tries());
    t.comment(`${count} requests`);
    t.strictSame(faults, [], `IXION_SEED=${seed}`);
    const status = await server.status();
    t.strictSame(
      status.reports.map(({ reason }) => reason),
      [],
      'no actor ended',
    );
    t.ok(status.partitions.every((partition) => 'interactions' in partition));
    t.strictSame(complaints, []);
    const { data } = server;
    await server.stop({ drainMs: 1_000 });
    t.equal((await verifyStore(data)).faults, 0);
  });
}
