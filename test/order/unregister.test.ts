/**
 * The end of a logical client: everything is answered, and what it held is back when
 * it is acknowledged.
 */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import {
  inLanes,
  partitions,
  propertiesOf,
  pulledOf,
  queueOf,
  startOrderServer,
  submission,
  Writer,
} from './support.js';

const registration = {
  ClientName: 'agent',
  ClientType: 'AgentApplication',
  ProtocolVersion: 1,
};
const everywhere = Array.from({ length: partitions }, (_, partition) => partition);

t.test('requests and their unregistration in one write: each is answered, it last', async (t) => {
  const server = await startOrderServer(t);
  for (let round = 0; round < 10; round++) {
    const writer = await Writer.open(t, server, 'RoutingEngine');
    const pulls = everywhere.map((partition) =>
      writer.add('RequestPull', { ViewId: queueOf(partition), WaitTimeoutMs: 60_000 }),
    );
    const nobody = { ViewId: '_system_', PullParameters: { nobody: '' }, WaitTimeoutMs: 60_000 };
    const unknown = writer.add('RequestPull', nobody);
    const submits = Array.from({ length: 20 }, (_, index) =>
      writer.add(
        'RequestSubmit',
        submission(index % partitions, {
          Hold: true,
          ...(index % 3 === 0 && { InteractionId: `own-${round}-${index}` }),
        }),
      ),
    );
    const last = await writer.ask('RequestUnregisterClient');
    t.equal(last.message, 125);
    const answers = writer.raw.received.slice(1);
    t.equal(answers.at(-1), last, 'nothing is answered behind it');
    t.equal(answers.length, pulls.length + submits.length + 2, 'one answer each');
    for (const reference of pulls) t.same(pulledOf(await writer.answer(reference)), []);
    for (const reference of submits) t.equal((await writer.answer(reference)).message, 125);
    t.equal(errorOf(await writer.answer(unknown)), errorTable.UnknownInteraction.code);
    writer.raw.socket.destroy();
  }
});

t.test('when the end is acknowledged all is back: others read state 0', async (t) => {
  const server = await startOrderServer(t);
  await inLanes(16, async (lane, next) => {
    const media = await Writer.open(t, server, 'MediaServer');
    const agent = await Writer.open(t, server, 'AgentApplication');
    for (const partition of everywhere) {
      await media.ask('RequestSubmit', submission(partition, {}, lane));
    }
    for (let round = next(); round !== undefined; round = next()) {
      const route = { proxyClient: 2 + round };
      agent.add('RequestRegisterClient', registration, route);
      const views = everywhere.map((partition) => ({ ViewId: queueOf(partition, lane) }));
      const pulls = views.map((view) => agent.add('RequestPull', view, route));
      agent.write();
      const ids: string[] = [];
      for (const pull of pulls) ids.push(...pulledOf(await agent.answer(pull)));
      if (ids.length !== partitions) t.fail(`${ids.length} were pulled in round ${round}`);
      const gone = await agent.ask('RequestUnregisterClient', {}, route);
      if (gone.message !== 125) t.fail(`round ${round}: ${JSON.stringify(gone.body)}`);
      const reads = ids.map((InteractionId) =>
        media.add('RequestGetInteractionProperties', { InteractionId }),
      );
      media.write();
      for (const read of reads) {
        const { InteractionState: state } = propertiesOf(await media.answer(read));
        if (state !== 0) t.fail(`round ${round}: state ${String(state)}`);
      }
      agent.forget();
      media.forget();
    }
  });
});

t.test('what follows the unregistration in one write is for who registers then', async (t) => {
  const server = await startOrderServer(t);
  const media = await Writer.open(t, server, 'MediaServer');
  for (const partition of everywhere) await media.ask('RequestSubmit', submission(partition));
  const agent = await Writer.open(t, server, 'AgentApplication');
  for (let round = 0; round < 60; round++) {
    const view = { ViewId: queueOf(round % partitions) };
    const first = agent.add('RequestPull', view);
    const end = agent.add('RequestUnregisterClient');
    const between = agent.add('RequestPing');
    const again = agent.add('RequestRegisterClient', registration);
    const second = await agent.ask('RequestPull', view);
    t.equal((await agent.answer(end)).message, 125);
    t.equal(errorOf(await agent.answer(between)), errorTable.NotRegistered.code);
    t.equal((await agent.answer(again)).message, 125);
    const ids = pulledOf(await agent.answer(first));
    t.equal(ids.length, 1);
    t.same(pulledOf(second), ids, 'given back, and there again at once');
    const last = await agent.ask('RequestUnregisterClient');
    t.equal(last.message, 125);
    await agent.register('AgentApplication');
    agent.forget();
  }
});

t.test('much that is held is all back when the end is acknowledged', async (t) => {
  const server = await startOrderServer(t);
  const media = await Writer.open(t, server, 'MediaServer');
  const count = 2_000;
  const ids: string[] = [];
  while (media.raw.received.length < 1 + count) {
    const until = media.raw.received.length + 500;
    for (let index = 0; index < 500; index++) media.add('RequestSubmit', submission(0));
    media.write();
    await media.raw.until(() => media.raw.received.length === until);
  }
  const agent = await Writer.open(t, server, 'AgentApplication');
  while (ids.length < count) {
    ids.push(...pulledOf(await agent.ask('RequestPull', { ViewId: queueOf(0), Count: 100 })));
  }
  t.equal((await agent.ask('RequestUnregisterClient')).message, 125);
  const statistics = await media.ask('RequestQueueStatistics', { Queues: [queueOf(0)] });
  t.match(statistics.body['Queues'], [{ Waiting: count, Processing: 0 }]);
});
