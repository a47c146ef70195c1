/**
 * The golden store: one that holds a row of every table, made by a server and its protocol, and
 * what a server leaves only for moments put in behind it. `make.ts` keeps it beside this file.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../lib/assert.js';
import { systemClock } from '../../lib/clock.js';
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { partitionDirectory } from '../../lib/data/directory.js';
import { readManifest, wantedOf } from '../../lib/data/manifest.js';
import { startServer } from '../../lib/index.js';
import { bodyOfRow, encodeRow, stateOfRow } from '../../lib/interaction/body.js';
import { encodeEvents } from '../../lib/interaction/event-row-writer.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import { KeyedKind } from '../../lib/interaction/keyed-result.js';
import { encodeState, type StateRecord } from '../../lib/interaction/state-record.js';
import {
  columns,
  lock,
  routing,
  takenFrom,
  workbin,
  WorkbinOwner,
} from '../../lib/interaction/state-sections.js';
import { encodeErasure } from '../../lib/partition/rows/erased.js';
import { encodeGone, encodeTaken, encodeTransit } from '../../lib/partition/rows/hand-offs.js';
import { actKey, encodeAside } from '../../lib/partition/rows/aside.js';
import { DeadlineKind, moveKey, steadyDeadlineKey } from '../../lib/partition/rows/keys.js';
import { encodePosition, positionKey } from '../../lib/partition/rows/positions.js';
import { Table, type Change, type Reader } from '../../lib/store/contract.js';
import { openPartitionStore, type FormatStep, type OpenedStore } from '../../lib/store/format.js';
import { Owner } from '../store/conformance.js';
import { describe } from './describe.js';

const folder = fileURLToPath(new URL('../../../test/golden/', import.meta.url));
/** The format that the store was written in, which is in the names of its files. */
export const goldenFormats = [1] as const;
export const archiveOf = (format: number): string => join(folder, `store-${format}.br`);
export const textOf = (format: number): string => join(folder, `store-${format}.txt`);
export const goldenText = (format: number): string => readFileSync(textOf(format), 'utf8');

const partitions = 2;
export const businessProcesses = [
  {
    name: 'golden',
    queues: [
      { name: 'golden.in', partition: 0 },
      { name: 'golden.work', partition: 0 },
      { name: 'golden.out', partition: 1 },
    ],
  },
];
/** Of the submit that is sent again to the golden store. */
export const keyedSubmit = {
  submission: { queue: 'golden.out', mediaType: 'chat', interactionType: 'Inbound' },
  requestKey: Buffer.from('a key that stays'),
} as const;

/** Nothing is checkpointed because of time: what comes last stays in the journal. */
const frozen = { ...systemClock, setTimer: () => ({ cancel: () => undefined }) };

export const serverOptions = (data: string) =>
  ({
    data,
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 1,
    partitions,
    businessProcesses,
  }) as const;

/** Opens a partition of a store; `steps` as in `OpenOptions`. */
export async function openGolden(
  data: string,
  partition: number,
  steps?: { readonly list: readonly FormatStep[]; readonly current: number },
): Promise<OpenedStore> {
  const opened = await openPartitionStore(partitionDirectory(data, partition), {
    ...wantedOf(readManifest(data)!, partition),
    clock: frozen,
    reserveBytes: 0,
    ...(steps === undefined ? {} : { steps }),
  });
  if ('problem' in opened) throw new Error(opened.detail);
  return opened;
}

/** The text of a store in a data directory, which nobody has open. */
export async function describeStore(
  data: string,
  steps?: Parameters<typeof openGolden>[2],
): Promise<string> {
  const { partitions: count } = readManifest(data)!;
  let text = '';
  for (let partition = 0; partition < count; partition += 1) {
    const { store } = await openGolden(data, partition, steps);
    for (const line of describe(store)) text += `p${partition} ${line}\n`;
    await store.close();
  }
  return text;
}

/** Makes the store in `data`, by way of `scratch`; both are not there yet. */
export async function makeGolden(scratch: string, data: string): Promise<void> {
  await throughServer(scratch);
  cpSync(join(scratch, 'ixion.json'), join(data, 'ixion.json'));
  const { timeline } = readManifest(scratch)!;
  const seen = new Set<Table>();
  for (let partition = 0; partition < partitions; partition += 1) {
    const { store } = await openGolden(scratch, partition);
    const owner = new Owner(store);
    // The journal is made with the first set, and written to from the next.
    await owner.append([]);
    await store.settle();
    await owner.append(momentary(store, partition, timeline.id));
    for (const table of Object.values(Table)) {
      if (store.range(table, { limit: 1 }).length > 0) seen.add(table);
    }
    const [from, to] = [scratch, data].map((one) => partitionDirectory(one, partition));
    mkdirSync(to!, { recursive: true });
    for (const name of ['data.mdb', 'journal']) copyFileSync(join(from!, name), join(to!, name));
    await store.close();
  }
  for (const [name, table] of Object.entries(Table)) {
    assert(seen.has(table), `the golden store has no row of table ${name}`);
  }
}

async function throughServer(data: string): Promise<void> {
  const server = await startServer({ ...serverOptions(data), create: 'init' });
  const clientOf = (clientName: string, clientType: ClientType): Promise<Client> =>
    connect({ server: formatEndpoint(server.address), clientName, clientType });
  const media = await clientOf('media', 'MediaServer');
  const agent = await clientOf('agent', 'AgentApplication');
  const router = await clientOf('router', 'RoutingEngine');
  await submitAll(media);
  await work(media, agent, router);
  // Those that are taken stay so: their clients are lost, and the server ends before it gives back.
  await server.stop({ drainMs: 0 });
  await Promise.all([media, agent, router].map((client) => client.close().catch(() => undefined)));
}

const year2100 = Date.UTC(2100, 0, 1);

async function submitAll(media: Client): Promise<void> {
  const email = { mediaType: 'email', interactionType: 'Inbound' } as const;
  const submit = (interactionId: string, more: object): Promise<unknown> =>
    media.submit({ queue: 'golden.in', ...email, interactionId, ...more });
  const { submission, requestKey } = keyedSubmit;
  await media.submit(submission, { requestKey });
  for (let index = 0; index < 5; index += 1) await media.submit({ queue: 'golden.in', ...email });
  await submit('golden.plain', {});
  await submit('golden.first', { priority: 100, externalId: 'outer 1', parentId: 'golden.plain' });
  await submit('golden.tenant', { tenantId: 7 });
  await submit('golden.data', {
    userData: {
      text: 'gr\u00fc\u00df dich',
      whole: -7,
      large: 2n ** 62n,
      part: 0.5,
      truth: true,
      when: new Date(Date.UTC(2026, 0, 1)),
      bytes: Uint8Array.of(0, 1, 255),
      list: { inner: 'x', deeper: { yes: false } },
    },
    outQueues: { 'golden.out': 'when done' },
  });
  await submit('golden.held', { hold: true });
  for (const id of ['moved', 'stopped', 'agent', 'router', 'changed', 'until']) {
    await submit(`golden.${id}`, { queue: 'golden.work' });
  }
}

async function work(media: Client, agent: Client, router: Client): Promise<void> {
  await media.hold('golden.until', { until: year2100 });
  await media.changeProperties(
    'golden.changed',
    { priority: 5 },
    { reason: { systemName: 'Sent', description: 'told so' }, extension: { why: 'golden' } },
  );
  for (const id of ['agent', 'moved', 'stopped']) await agent.pullById(`golden.${id}`);
  await router.pullById('golden.router');
  await agent.placeInQueue('golden.moved', 'golden.out', { changed: { step: 2 } });
  await agent.stop('golden.stopped', { reason: { systemName: 'AutoResponded' } });
}

/** Rows that a server has only for moments, and those that none writes yet. */
function momentary(store: Reader, partition: number, timeline: string): Change[] {
  const other = 1 - partition;
  const put = (table: Table, key: string, value: Uint8Array): Change => ({
    table,
    key,
    value: Uint8Array.from(value),
  });
  const position = { timeline, sequence: 3, timeMs: Date.UTC(2026, 0, 1) };
  const changes = [
    put(Table.position, positionKey('event log'), encodePosition(position)),
    put(Table.erased, `golden.erased.${partition}`, encodeErasure({ timeMs: 1, lastSequence: 2 })),
    put(Table.taken, moveKey(`golden.taken.${partition}`, 1), encodeTaken(other)),
  ];
  const gone = idAtHome('golden.gone', other);
  const requestKey = 'a key of 16 byte';
  const results = [{ clientName: 'agent', requestKey, kind: KeyedKind.stop, digest: -1 }];
  changes.push(
    put(
      Table.gone,
      moveKey(gone, 1),
      encodeGone({
        type: 'gone',
        id: gone,
        move: 1,
        from: partition,
        submittedBy: 'media',
        results,
      }),
    ),
  );
  const row = store.get(Table.interaction, 'golden.plain');
  if (row === undefined) return changes;
  changes.push(put(Table.state, 'golden.plain', stateWithSections(stateOfRow(row))));
  const untilMs = 2 ** 50;
  const aside = { operation: 3, untilMs, endedMs: 1, who: 'supervisor', row };
  const kept = idAtHome('golden.aside', partition);
  changes.push(put(Table.aside, kept, encodeAside(aside)));
  changes.push(put(Table.aside, actKey(3, kept), new Uint8Array(0)));
  const deadline = steadyDeadlineKey(untilMs, DeadlineKind.aside, kept);
  changes.push(put(Table.deadline, deadline, new Uint8Array(0)));
  const id = idAtHome('golden.transit', partition);
  const record = { ...stateOfRow(row), move: 1 };
  const offer = {
    type: 'offer',
    id,
    move: 1,
    source: partition,
    row: encodeRow(record, bodyOfRow(row)),
    events: encodeEvents([]),
    birth: true,
    submittedBy: 'media',
    servedMs: 1,
  } as const;
  changes.push(put(Table.transit, moveKey(id, 1), encodeTransit({ target: other, offer })));
  return changes;
}

/** A row of all that nothing writes yet. */
function stateWithSections(record: StateRecord): Uint8Array {
  const { queue, placeSeq } = record;
  const inside = { type: 1, ownerKind: WorkbinOwner.agentGroup, owner: 'second level' };
  workbin.put(record, inside);
  lock.put(record, { snapshot: 2, client: 'agent', untilMs: year2100 });
  takenFrom.put(record, { queue, placeSeq, orderAt: year2100, workbin: inside });
  const values = [3, 'gr\u00fcn', null, { timeMs: year2100 }] as const;
  columns.put(record, new Map(values.map((value, index) => [index + 1, value])));
  routing.put(record, { router: 'router', strategy: 'by skill' });
  return encodeState(record);
}

const idAtHome = (name: string, partition: number): string => {
  for (let number = 0; ; number += 1) {
    const id = `${name}.${number}`;
    if (homeOf(id, partitions) === partition) return id;
  }
};
