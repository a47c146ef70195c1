/**
 * A client process that asks a server for more than it reads or needs. It begins when it is told
 * to, does so again whenever it is cut off, and says at the end what it got.
 */
import { connect } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { messageByName } from '../../lib/protocol/index.js';
import { queueNames } from '../support/record.js';
import { serve } from '../support/serve.js';
import { RawClient, type RawFrame } from './raw-client.js';

const { server, queues: queueCount } = daemonClientOptions();

/** What it does; see `loudness`. */
export type Loudness = 'readers' | 'questions' | 'unread' | 'pulls' | 'resets' | 'snapshots';

export type LoudRequest =
  | { readonly type: 'prepare'; readonly queue: string }
  | { readonly type: 'begin'; readonly loudness: Loudness; readonly queue: string }
  | { readonly type: 'end' };

export interface LoudResult {
  readonly connections: number;
  readonly cut: number;
  readonly farewells: number;
  readonly answers: number;
  readonly refused: number;
  readonly receivedBytes: number;
}

const taken = messageByName('EventSnapshotTaken').number;
/** Attached data of the interaction that is read again and again. */
const largeBytes = 500_000;
const partBytes = 100_000;
const againMs = 250;
/** Between the answers to all questions and the next of them. */
const questionsEveryMs = 1_000;

let id = '';
/** Whether it is to go on. */
const loud = { isLoud: false };
let connected: RawClient[] = [];
const counts = { connections: 0, cut: 0, farewells: 0, answers: 0, refused: 0, receivedBytes: 0 };

async function prepare(queue: string): Promise<void> {
  const client = await connect({ server, clientName: 'bench.loud', clientType: 'MediaServer' });
  const parts = Array.from({ length: largeBytes / partBytes }, (_, index) => [
    `Part${index}`,
    index,
  ]);
  const userData = Object.fromEntries(parts.map(([key]) => [key, 'x'.repeat(partBytes)]));
  const submission = {
    queue,
    mediaType: 'email',
    interactionType: 'Inbound',
    hold: true,
    userData,
  };
  id = (await client.submit(submission)).interactionId;
  await client.close();
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps so many connections, each doing `what`, until it is told to end. */
function keep(connections: number, clientType: string, what: (client: RawClient) => void): void {
  for (let index = 0; index < connections; index += 1) void keepOne(clientType, what);
}

async function keepOne(clientType: string, what: (client: RawClient) => void): Promise<void> {
  while (loud.isLoud) {
    try {
      const client = await RawClient.open(server, clientType);
      counts.connections += 1;
      connected.push(client);
      const closed = new Promise<void>((resolve) => client.socket.once('close', () => resolve()));
      what(client);
      await closed;
      counts.receivedBytes += client.receivedBytes;
      connected = connected.filter((one) => one !== client);
      if (loud.isLoud) counts.cut += 1;
    } catch {
      // Refused, or cut before it was registered.
    }
    await wait(againMs);
  }
}

function note({ reference, isError }: RawFrame): void {
  if (!isError) counts.answers += 1;
  else if (reference === 0) counts.farewells += 1;
  else counts.refused += 1;
}

/** Subscribes one after the other: of questions a client may have only some unanswered. */
function readFromStart(client: RawClient, subscriptions: number): void {
  let subscribed = 0;
  const ask = (): void => {
    const body = { FromStart: true };
    const reference = 2 + subscribed;
    client.socket.write(client.frame('RequestStartPlaceAgentStateReportingAll', reference, body));
  };
  client.onFrame = (frame) => {
    if (frame.reference === 0 && !frame.isError) return;
    note(frame);
    if (frame.isError) return void setTimeout(ask, againMs);
    subscribed += 1;
    if (subscribed < subscriptions) ask();
    else client.onFrame = undefined;
  };
  ask();
}

/**
 * Asks so many questions in one write, and again some time after all have been answered or refused.
 */
function askMuch(client: RawClient, questions: number): void {
  const frames = Array.from({ length: questions }, (_, index) =>
    client.frame('RequestQueueStatistics', 2 + index, {}),
  );
  let open = 0;
  const ask = (): void => {
    if (!client.socket.writable) return;
    open = questions;
    client.socket.write(Buffer.concat(frames));
  };
  client.onFrame = (frame) => {
    note(frame);
    open -= 1;
    if (open === 0) setTimeout(ask, questionsEveryMs);
  };
  ask();
}

/** Of the agents' side: filters of a supervisor, each for each of so many queues. */
const filters = 20;
const filteredQueues = 10;

/**
 * Opens a snapshot for each filter and queue, all in one write, and again some time after all
 * have been answered and released.
 */
function openSnapshots(client: RawClient): void {
  const desk = { agent: '' };
  const conditions = Array.from({ length: filters }, (_, at) =>
    at % 2 === 0
      ? `MediaType = 'email' AND _age() > ${at} AND _empty(AssignedTo)`
      : `MediaType <> 'chat' AND (Priority < ${at} OR ExternalId LIKE '%${at}%')`,
  );
  const queues = queueNames(Math.min(queueCount, filteredQueues));
  const frames = conditions.flatMap((one, filter) =>
    queues.map((name, at) => {
      const Condition = `(${one}) AND Queue = '${name}'`;
      const reference = 2 + filter * queues.length + at;
      return client.frame('RequestTakeSnapshot', reference, { Condition }, desk);
    }),
  );
  let [open, reference] = [0, frames.length + 2];
  const ask = (): void => {
    if (!client.socket.writable) return;
    open = frames.length;
    client.socket.write(Buffer.concat(frames));
  };
  client.onFrame = (frame) => {
    if (frame.message !== taken && !frame.isError) return;
    note(frame);
    const { SnapshotId } = frame.body();
    if (SnapshotId !== undefined) {
      reference += 1;
      client.socket.write(
        client.frame('RequestReleaseSnapshot', reference, { SnapshotId: Number(SnapshotId) }, desk),
      );
    }
    open -= 1;
    if (open === 0) setTimeout(ask, questionsEveryMs);
  };
  ask();
}

const gets = (client: RawClient, requests: number): Buffer =>
  Buffer.concat(
    Array.from({ length: requests }, (_, index) =>
      client.frame('RequestGetInteractionProperties', 2 + index, { InteractionId: id }, { id }),
    ),
  );

const loudness: Readonly<Record<Loudness, (queue: string) => void>> = {
  readers: () => keep(10, 'ReportingEngine', (client) => readFromStart(client, 64)),
  questions: () => keep(1, 'ReportingEngine', (client) => askMuch(client, 1_000)),
  snapshots: () => keep(1, 'AgentApplication', openSnapshots),
  unread: () =>
    keep(80, 'ReportingEngine', (client) => {
      client.socket.pause();
      client.socket.write(gets(client, 1_000));
    }),
  pulls: (queue) =>
    keep(8, 'AgentApplication', (client) => {
      client.onFrame = note;
      const extension = { Padding: Buffer.alloc(65_000) };
      const body = { ViewId: queue, WaitTimeoutMs: 600_000, Extension: extension };
      for (let index = 0; index < 2_045; index += 1) {
        client.socket.write(client.frame('RequestPull', 2 + index, body, { queue }));
      }
    }),
  resets: () =>
    keep(2, 'ReportingEngine', (client) => {
      client.socket.write(gets(client, 3_000), () =>
        setTimeout(() => client.socket.resetAndDestroy(), 20),
      );
    }),
};

serve(async (request: LoudRequest): Promise<LoudResult> => {
  if (request.type === 'prepare') await prepare(request.queue);
  else if (request.type === 'begin') {
    loud.isLoud = true;
    loudness[request.loudness](request.queue);
  } else {
    loud.isLoud = false;
    for (const client of connected) {
      counts.receivedBytes += client.receivedBytes;
      client.socket.destroy();
    }
    await wait(2 * againMs);
  }
  return { ...counts };
});
