/**
 * A reader that comes back with an older token gets some events again: what tells that
 * they are the same.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { connect, type Client, type InteractionEvent } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const lives = 5;

/** Of one life: submitted, twice taken with a party, placed without it, stopped without it. */
const eventsOfLife = 9;

/** Events from where a token points to where `isEnd` says so, and the tokens after each. */
async function read(
  client: Client,
  resumeToken: string | undefined,
  isEnd: (count: number, token: string) => boolean,
) {
  const stream = client.events(resumeToken === undefined ? { fromStart: true } : { resumeToken });
  const events: InteractionEvent[] = [];
  const tokens: string[] = [];
  for await (const event of stream) {
    if (!('InteractionId' in event)) throw new Error(event.event);
    events.push(event);
    tokens.push(stream.resumeToken!);
    if (isEnd(events.length, stream.resumeToken!)) break;
  }
  return { events, tokens };
}

const bySequence = ({ Partition, Sequence }: InteractionEvent): string =>
  `${Partition}:${Sequence}`;
const byVersion = (event: InteractionEvent): string =>
  `${event.InteractionId}:${event.InteractionVersion}`;

/** What a reader keeps that drops what it has seen. */
function kept(events: readonly InteractionEvent[], keyOf: (event: InteractionEvent) => string) {
  const seen = new Set<string>();
  return events.filter((event) => !seen.has(keyOf(event)) && seen.add(keyOf(event)));
}

t.test('(Partition, Sequence) drops what comes again, and nothing else', async (t) => {
  const server = await startServer({
    data: join(directoryOf(t), 'data'),
    create: 'init',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 2,
    threads: 1,
    businessProcesses: [{ name: 'test', queues: ['in', { name: 'other', partition: 1 }] }],
  });
  t.teardown(() => server.stop());
  const at = { server: formatEndpoint(server.address) };
  const media = await connect({ ...at, clientName: 'media', clientType: 'MediaServer' });
  const agent = await connect({ ...at, clientName: 'agent', clientType: 'AgentApplication' });
  t.teardown(() => Promise.all([media.close(), agent.close()]));
  for (let life = 0; life < lives; life++) {
    await media.submit({ queue: 'in', mediaType: 'email', interactionType: 'Inbound' });
    const [taken] = await agent.pull({ queue: 'in' });
    const id = taken!.InteractionId;
    await agent.placeInQueue(id, 'other');
    await agent.pull({ queue: 'other' });
    await media.stop(id);
  }
  const first = await read(media, undefined, (count) => count === lives * eventsOfLife);
  const end = first.tokens.at(-1);
  const older = first.tokens[Math.floor(first.tokens.length / 3)]!;
  const again = await read(media, older, (_, token) => token === end);
  t.ok(again.events.length > 0 && again.events.length < first.events.length);
  const all = [...first.events, ...again.events];
  t.strictSame(kept(all, bySequence), first.events, 'each event once');
  const parties = (events: readonly InteractionEvent[]): number =>
    events.filter(({ event }) => event === 'EventPartyAdded').length;
  t.equal(parties(kept(all, bySequence)), lives * 2);
  t.equal(parties(kept(all, byVersion)), 0, 'by the version all of these would be lost');
});

t.test('no page advises anything else', async (t) => {
  for (const page of ['docs/PROTOCOL.md', 'docs/reference/client.md', 'docs/GUARANTEES.md']) {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
    const sentences = text.replaceAll(/\s+/g, ' ').split(/(?<=[.:;]) /);
    const wrong = sentences.filter(
      (one) => /come again|comes twice|repeated event/.test(one) && /version/i.test(one),
    );
    t.strictSame(wrong, [], page);
    t.match(text, /`?Partition`?, `?Sequence`?/, page);
  }
});
