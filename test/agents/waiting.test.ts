/** A transfer or conference lasts as long as an agent thinks; nothing else waits for that. */
import t, { type Test } from 'tap';
import type { Server } from '../../lib/index.js';
import { FrameFlag, RouteKind } from '../../lib/protocol/index.js';
import { byId, done, answerTo, next, Scene, type Worker } from './scene.js';
import { startAgents } from './support.js';

/** Ann offers what she has to Bea, who thinks. */
async function thinking(t: Test, server: Server, message: 110 | 111) {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await scene.inHand(ann);
  const sent = ann.desk.send(message, { InteractionId: id, AgentId: bea.id });
  const { TicketId } = await next(bea.desk, 'EventInvite');
  return { scene, ann, bea, id, sent, TicketId };
}

const isAnswered = ({ desk }: Worker, sent: number): boolean =>
  desk.client.received.some(({ reference }) => reference === sent);

const kinds = { transfer: 110, conference: 111 } as const;

for (const [kind, message] of Object.entries(kinds)) {
  t.test(`a fence does not wait for a ${kind}`, async (t) => {
    const { ann, bea, id, sent, TicketId } = await thinking(t, await startAgents(t), message);
    const { client, proxyClient } = ann.desk;
    const fenced = { kind: RouteKind.queue, key: 'in', proxyClient, flags: FrameFlag.fence };
    const { body } = done(await client.ask(108, 77, { ViewId: 'in' }, fenced));
    t.strictSame(body, { Interactions: [] });
    t.notOk(isAnswered(ann, sent), 'the other one still thinks');
    done(await byId(bea.desk, 128, { InteractionId: id, TicketId }));
    done(await answerTo(ann.desk, sent));
  });

  t.test(`nor does an unregistering, or a stop, wait for a ${kind}`, async (t) => {
    const server = await startAgents(t);
    const first = await thinking(t, server, message);
    const { client, proxyClient } = first.ann.desk;
    done(await client.ask(174, 78, {}, { proxyClient }));
    t.notOk(isAnswered(first.ann, first.sent));
    t.match(await next(first.bea.desk, 'EventRevoked'), { TicketId: first.TicketId });
    await thinking(t, server, message);
    await server.stop({ drainMs: 600_000 });
  });
}
