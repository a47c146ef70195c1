/** Requests that are repeated, over TCP and the kill of the real command. */
import t from 'tap';
import { homeOf } from '../../lib/interaction/identifier.js';
import type { Body } from '../../lib/protocol/encode.js';
import { ExpectedQueue } from '../crash/expected.js';
import { KillableServer } from '../crash/killable-server.js';
import { RawClient, rawRequest, type Again, type RawRequest } from '../crash/raw-client.js';
import { directoryOf } from '../fixture/directory.js';

const partitions = 4;
const queues = Array.from({ length: partitions }, (_, at) => new ExpectedQueue(`queue-${at}`, at));
const again: Again = { flag: true, ageMs: 1_000 };

let keys = 0;
const key = (): Uint8Array => Buffer.from(`key ${++keys}`.padEnd(16));

/** An identifier that is at home in this partition. */
function idAt(home: number, prefix: string): string {
  let count = 0;
  while (homeOf(`${prefix}.${count}`, partitions) !== home) count++;
  return `${prefix}.${count}`;
}

async function open(server: KillableServer, clientName: string): Promise<RawClient> {
  const sessionKey = Buffer.from(clientName.padEnd(16));
  const client = await RawClient.open(server.listen, {
    clientName,
    clientType: 'MediaServer',
    sessionKey,
  });
  if (client === undefined) throw new Error('no connection');
  return client;
}

/** The name of an error, or of the answer. */
async function outcome(client: RawClient, request: RawRequest, how?: Again): Promise<string> {
  const answer = await client.send(request, how);
  return answer?.error ?? answer?.name ?? 'lost';
}

const submit = (queue: number, more: Body): RawRequest =>
  rawRequest('RequestSubmit', {
    Queue: `queue-${queue}`,
    MediaType: 'email',
    InteractionType: 'Inbound',
    RequestKey: key(),
    ...more,
  });

const idOf = async (client: RawClient, request: RawRequest, how?: Again): Promise<unknown> =>
  ((await client.send(request, how))?.body['Extension'] as Body | undefined)?.['InteractionId'];

t.test('a repeated request is done once, wherever its interaction is', async (t) => {
  const server = await KillableServer.create(directoryOf(t), queues);
  t.teardown(() => server.kill());
  let [client, other] = [await open(server, 'mail'), await open(server, 'other')];

  const id = idAt(0, 'moved');
  await client.send(submit(0, { InteractionId: id }));
  const place = rawRequest('RequestPlaceInQueue', {
    InteractionId: id,
    Queue: 'queue-1',
    RequestKey: key(),
  });
  const change = (count: number): RawRequest =>
    rawRequest('RequestChangeProperties', {
      InteractionId: id,
      AddedProperties: { count },
      RequestKey: key(),
    });
  const first = change(0);
  t.equal(await outcome(client, place), 'EventAck');
  t.equal(await outcome(client, first), 'EventAck');
  for (let count = 1; count <= 40; count++) await client.send(change(count));
  t.equal(await outcome(client, first, again), 'EventAck');
  const get = rawRequest('RequestGetInteractionProperties', { InteractionId: id });
  const { UserData, InteractionVersion } = (await client.send(get))!.body['Interaction'] as Body;
  t.same([UserData, InteractionVersion], [{ count: 40 }, 43], 'the later work is there');
  const stop = rawRequest('RequestStopProcessing', { InteractionId: id, RequestKey: key() });
  t.equal(await outcome(other, stop), 'EventAck');
  for (const request of [place, first]) t.equal(await outcome(client, request, again), 'EventAck');

  await server.kill();
  server.spawn();
  await server.ready();
  [client, other] = [await open(server, 'mail'), await open(server, 'other')];
  for (const request of [place, first]) {
    t.equal(await outcome(client, request, again), 'EventAck', 'after a kill');
    t.equal(await outcome(client, request, { flag: true }), 'EventAck', 'without its age');
  }
  t.equal(await outcome(other, stop, again), 'EventAck');
  t.equal(await outcome(client, get), 'UnknownInteraction');
});

t.test('a key of another request, an old one, and one without the flag', async (t) => {
  const server = await KillableServer.create(directoryOf(t), queues);
  t.teardown(() => server.kill());
  const client = await open(server, 'mail');
  const RequestKey = key();
  const made = submit(2, { RequestKey });
  const id = String(await idOf(client, made));
  const byId = (name: 'RequestHold' | 'RequestResume' | 'RequestStopProcessing', one: Uint8Array) =>
    rawRequest(name, { InteractionId: id, RequestKey: one });
  t.equal(await outcome(client, byId('RequestStopProcessing', RequestKey)), 'RequestKeyReused');
  const holdKey = key();
  t.equal(await outcome(client, byId('RequestHold', holdKey)), 'EventAck');
  t.equal(await outcome(client, byId('RequestResume', holdKey)), 'RequestKeyReused');
  t.equal(await outcome(client, submit(2, { RequestKey, Priority: 1 })), 'RequestKeyReused');
  const late = { flag: true, ageMs: 3_600_000 };
  t.equal(await idOf(client, made, late), id, 'known is known, however old');
  t.equal(await outcome(client, submit(2, {}), late), 'UnknownOutcome');
  const { body } = (await client.send(submit(2, {}), late))!;
  t.equal(body['RetryAfterMs'], undefined, 'and it is of no use to repeat it again');
  const without = submit(3, {});
  const newest = await idOf(client, without);
  await server.kill();
  server.spawn();
  await server.ready();
  const later = await open(server, 'mail');
  t.equal(await idOf(later, without), newest, 'without the flag, just after a restart');
});
