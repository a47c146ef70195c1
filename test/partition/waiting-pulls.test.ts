/** The pulls that wait, and what it costs to find some of them among many. */
import t from 'tap';
import { WaitingPulls, type WaitingPull } from '../../lib/partition/requests/waiting-pulls.js';
import type { Request } from '../../lib/partition/request.js';
import { keyOf, op, sessionOf } from './support.js';

/** How often somebody looked at the deadline of a pull. */
let looks = 0;

function heldPull(session: ReturnType<typeof sessionOf>, target: number, deadlineMs: number) {
  const asker = { session, reference: 0, proxyClient: 0 };
  const operation = op.pull('queue', { RequestKey: keyOf('key') });
  const request: Request = {
    ...asker,
    operation,
    frame: undefined,
    retried: false,
    digest: 0,
    hops: 0,
  };
  const pull: WaitingPull = {
    request,
    target,
    get deadlineMs() {
      looks++;
      return deadlineMs;
    },
  };
  return pull;
}

t.test('pulls of one session are found without a look at all the others', async (t) => {
  const pulls = new WaitingPulls();
  const others = sessionOf('others', 'AgentApplication');
  const ann = sessionOf('ann', 'AgentApplication');
  const mine: WaitingPull[] = [];
  for (let index = 0; index < 3_000; index++) {
    const pull = heldPull(index % 1_000 === 500 ? ann : others, index % 7, 1_000 + index);
    if (pull.request.session === ann) mine.push(pull);
    pulls.add(pull);
  }
  pulls.detach();
  looks = 0;
  t.strictSame(new Set(pulls.endSession(ann.number)), new Set(mine));
  t.equal(looks, 0, 'nothing was gone through');
  t.strictSame(pulls.endSession(ann.number), []);
  t.equal(pulls.takeExpired(1_999).length, 999, 'of the first thousand one is gone');
  t.equal(pulls.dueMs, 2_000);
  const first = pulls.takeFirst(3)!;
  t.equal(first.deadlineMs, Math.min(...pulls.takeAll(3).map(({ deadlineMs }) => deadlineMs)) - 7);
  t.equal(pulls.takeEverything().length, 1_998 - Math.round(2_000 / 7));
  t.equal(pulls.takeFirst(4), undefined);
  t.notOk(pulls.isFull);
});

t.test(
  'a pull that waits keeps its bytes once, and nothing of the mail that it came in',
  async (t) => {
    const mail = new Uint8Array(131_072);
    const frame = mail.subarray(1_000, 67_000);
    const extension = frame.subarray(400, 65_900).fill(7);
    const session = sessionOf('ann', 'AgentApplication');
    const operation = op.pull('queue', { Extension: extension });
    const asker = { session, reference: 0, proxyClient: 0 };
    const pulls = new WaitingPulls();
    pulls.add({
      request: { ...asker, operation, frame, retried: false, hops: 0, digest: 0 },
      target: 1,
      deadlineMs: 1,
    });
    pulls.detach();
    const { request } = pulls.takeFirst(1)!;
    const own = (request.operation.attributes as { Extension: Uint8Array }).Extension;
    t.equal(request.frame!.buffer.byteLength, frame.length);
    t.equal(own.buffer, request.frame!.buffer, 'a view of the frame');
    mail.fill(0);
    t.ok(own.length === extension.length && own.every((byte) => byte === 7));
  },
);
