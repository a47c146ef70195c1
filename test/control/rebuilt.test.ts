/** The feed and the runtime of actors: one that is built again works by what is newest. */
import t from 'tap';
import type { Behaviour, ChildSpec } from '../../lib/actor/index.js';
import { systemClock } from '../../lib/clock.js';
import { ConfigurationFeed, type FeedOptions } from '../../lib/control/feed.js';
import type { FeedSource } from '../../lib/control/feed-source.js';
import { runSystem, until } from '../actor/support.js';

type Message = { readonly type: 'work-by'; readonly version: number } | { readonly type: 'crash' };

const child: ChildSpec = {
  id: 'partition-0',
  behaviour: 'forgetful',
  argument: undefined,
  thread: 0,
  restart: 'permanent',
  shutdownMs: 2_000,
};

const deadlineMs = 10_000;

/** Timers of the server keep no process alive, and there is no thread that would. */
const alive = setInterval(() => undefined, 1_000);
t.teardown(() => clearInterval(alive));

/** Objects of which only the version matters. */
function versions(): FeedSource & { version: number } {
  const source = {
    rowsRead: 0,
    version: 1,
    current: async () => ({ version: source.version, options: {}, applications: [], columns: [] }),
    changed: async () => 'all' as const,
    object: async () => undefined,
  };
  return source;
}

t.test('an actor that was lost is told again, and what changed meanwhile', async (t) => {
  /** What the instance of the actor that lives now was told. */
  let known: number | undefined;
  let instances = 0;
  const forgetful: Behaviour<unknown, Message> = {
    start() {
      known = undefined;
      instances += 1;
      return {
        receive(batch) {
          for (const mail of batch) {
            if (mail.kind !== 'message') continue;
            if (mail.message.type === 'crash') throw new Error('crash');
            known = mail.message.version;
            mail.answer(true);
          }
        },
      };
    },
    unavailable: () => undefined,
  };
  const source = versions();
  const failures: string[] = [];
  const failed: FeedOptions['failed'] = (consumer, { message }) =>
    void failures.push(`${consumer}: ${message}`);
  const feed = new ConfigurationFeed({ clock: systemClock, source, failed });
  t.teardown(() => feed.stop());
  const { system } = await runSystem(t, 0, {
    behaviours: { forgetful },
    intensity: 10,
    onReport: ({ decision }) => {
      if (decision === 'restart') feed.rebuilt(0);
    },
  });
  await system.start([child]);
  const ref = system.ref<Message>('partition-0');
  const attached = feed.attach({
    name: 'partition 0',
    kinds: ['options'],
    partition: 0,
    async take({ options: { version } }) {
      await ref.ask({ type: 'work-by', version }, { deadlineMs });
    },
  });
  await Promise.all([attached, feed.load()]);
  t.equal(known, 1, 'at the start');
  ref.tell({ type: 'crash' });
  await until(() => instances === 2 && known === 1);
  t.pass('after it was rebuilt');
  ref.tell({ type: 'crash' });
  source.version = 2;
  await feed.refresh();
  await until(() => instances === 3 && known === 2);
  t.pass('what changed while it was down');
  t.strictSame(failures, []);
  t.strictSame(feed.status(), {
    version: 2,
    queuesVersion: undefined,
    rowsRead: 0,
    consumers: 1,
    behind: [],
  });
});

t.test('a consumer that fails holds no other back, and fails the change', async (t) => {
  const source = versions();
  const feed = new ConfigurationFeed({ clock: systemClock, source, failed: () => undefined });
  const taken: number[] = [];
  await feed.attach({
    name: 'bad',
    kinds: ['applications'],
    take({ applications: { version } }) {
      if (version === 2) throw new Error('nobody could come in');
    },
  });
  await feed.attach({
    name: 'good',
    kinds: ['applications', 'options'],
    take: ({ options: { version } }) => void taken.push(version),
  });
  await feed.load();
  source.version = 2;
  await t.rejects(feed.refresh(), /nobody could come in/);
  source.version = 3;
  await feed.refresh();
  t.strictSame(taken, [1, 2, 3]);
});
