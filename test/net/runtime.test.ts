import { firstTimeline } from '../../lib/timeline.js';
import t from 'tap';
import { startActorSystem } from '../../lib/actor/index.js';
import type { ActorRef, Behaviour, ChildReport } from '../../lib/actor/index.js';
import { systemClock, systemRandom } from '../../lib/clock.js';
import { createCounterBlock } from '../../lib/counters/index.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { readHeader } from '../../lib/protocol/frame.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { writeAck } from '../../lib/protocol/replies.js';
import { createFront, frontChild } from '../../lib/front/front.js';
import type { Log } from '../../lib/log.js';
import { counterGroups } from '../../lib/counters/kpi.js';
import { frontActorName, partitionActorName } from '../../lib/mail/partition.js';
import type { PartitionMessage } from '../../lib/mail/partition.js';
import { eventually, RawClient } from './harness.js';

const quiet = (): void => undefined;
const quietLogger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const fail = (): void => {
  throw new Error('a programmer error');
};

/** Answers every frame with EventAck; a frame with reference 666 is answered twice. */
const echo: Behaviour<undefined, PartitionMessage> = {
  start: (_argument, context) => ({
    receive(batch) {
      const writer = new FrameWriter();
      const front = context.resolve(frontActorName);
      for (const envelope of batch) {
        if (envelope.kind === 'message') {
          envelope.answer([]);
          continue;
        }
        const header = readHeader(envelope.bytes, 0);
        for (let left = header.reference === 666 ? 2 : 1; left > 0; left--) {
          writeAck(writer, header);
          front.tellBytes(envelope.tag, writer.take());
        }
      }
    },
  }),
  unavailable: quiet,
};

async function start(partitions: number, logger: Log) {
  const counters = createCounterBlock({ groups: counterGroups, lanes: 1 });
  const [clock, random] = [systemClock, systemRandom];
  const supervision = { intensity: 5, periodMs: 10_000 };
  const front = createFront({
    clock,
    random,
    counters,
    logger,
    supervision,
    serverVersion: '0.0.0',
  });
  const reports: ChildReport[] = [];
  const system = await startActorSystem({
    threads: [],
    behaviours: { [frontChild.behaviour]: front.behaviour, echo },
    onReport: (report) => reports.push(report),
    onEscalation: quiet,
    onThreadDeath: quiet,
    intensity: 3,
    periodMs: 5_000,
    counters,
  });
  const names = Array.from({ length: partitions }, (_, index) => partitionActorName(index));
  await system.start([
    frontChild,
    ...names.map((id) => ({ ...frontChild, id, behaviour: 'echo' })),
  ]);
  const refs = names.map((name): ActorRef<PartitionMessage> => system.ref(name));
  const listen = { host: '127.0.0.1', port: 0 };
  const { port } = await front.open({
    listen,
    partitions: refs,
    queues: [],
    storeId: 'test',
    timeline: firstTimeline('test'),
  });
  return { front, system, port, reports };
}

t.test('the front as an actor of the runtime', async (test) => {
  const { front, system, port, reports } = await start(3, quietLogger);
  const client = await RawClient.open(port);
  test.equal((await client.register(1, { SessionKey: new Uint8Array(16) })).message, 125);
  const frames = Array.from({ length: 5_000 }, (_, index) =>
    client.frame(188, 10 + index, {}, { kind: RouteKind.id, key: `id-${index}` }),
  );
  for (let index = 0; index < frames.length; index += 500) {
    client.socket.write(Buffer.concat(frames.slice(index, index + 500)));
    await client.answer(10 + index);
  }
  await client.until(() => client.received.length === 5_001);
  test.ok(client.received.every(({ message }) => message === 125));
  front.stopAccepting();
  await front.drain();
  await front.close();
  test.same(await system.stop(5_000), { late: [] });
  test.same(
    reports.filter(({ reason }) => reason !== 'shutdown'),
    [],
  );
});

t.test('a crash of the front ends its connections, and clients come back', async (test) => {
  const { front, system, port, reports } = await start(1, {
    ...quietLogger,
    warn: fail,
    error: fail,
  });
  const client = await RawClient.open(port);
  await client.register(1);
  const route = { kind: RouteKind.id, key: 'x' };
  await client.ask(188, 666, {}, route).catch(quiet);
  await client.end();
  await eventually(() => reports.length > 0 && front.counts().connections === 0);
  test.match(reports, [{ child: frontActorName, reason: 'crash', decision: 'restart' }]);
  test.match(front.counts(), { connections: 0, sessions: 0, inFlight: 0 });
  const again = await RawClient.open(port);
  await again.register(1);
  test.equal((await again.ask(188, 2, {}, route)).message, 125);
  again.socket.destroy();
  await front.close();
  await system.stop(5_000);
});
