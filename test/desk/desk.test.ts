/** The desk under any order of what happens to it: slots, capacity, places, lost links. */
import fc from 'fast-check';
import t from 'tap';
import {
  Desk,
  isSlot,
  logIn,
  SlotUse,
  type Agent,
  type CapacityRule,
  type LoginRecord,
  type MediumInfo,
  type Slot,
} from '../../lib/desk/index.js';

const runs = { numRuns: Number(process.env['IXION_RUNS'] ?? 300) };
const media: Readonly<Record<string, MediumInfo>> = {
  email: { name: 'email', online: false, graceMs: 600_000, onLogout: 'return' },
  task: { name: 'task', online: false, graceMs: 600_000, onLogout: 'return' },
  chat: { name: 'chat', online: true, graceMs: 30_000, onLogout: 'refuse' },
};
const names = Object.keys(media);

/** Two chats and, without any, one of each of the others. */
const twoChats: CapacityRule = {
  name: 'two chats',
  allows: ({ name }, load) =>
    name === 'chat' ? load.count('chat') < 2 : load.count(name) < 1 && load.count('chat') === 0,
};

/** A desk, and what it wanted of others. */
function deskOf(rule?: CapacityRule) {
  const told = { changed: 0, finished: [] as string[], over: [] as string[], expired: 0 };
  const desk = new Desk({
    medium: (name) => media[name] ?? { name, online: false, graceMs: 30_000, onLogout: 'return' },
    ...(rule !== undefined && { rule: () => rule }),
    outputs: {
      changed: () => void told.changed++,
      finished: ({ agentId }, medium) => void told.finished.push(`${agentId} ${medium}`),
      graceOver: ({ agentId }, medium) => void told.over.push(`${agentId} ${medium}`),
      expired: ({ agentId }) => {
        told.expired++;
        desk.remove(agentId);
      },
    },
  });
  return { desk, told };
}

const loginOf = (agentId: string, placeId = `place of ${agentId}`, isReady = true): LoginRecord => {
  const list = new Map(names.map((name) => [name, isReady] as const));
  const request = { agentId, placeId, tenantId: 1, clientName: 'desktop', media: list };
  return logIn(undefined, request, 1_000).record;
};

function present(desk: Desk, agentId = 'ann'): Agent {
  const agent = desk.put(loginOf(agentId));
  desk.connect(agent, { session: 1, media: undefined });
  desk.partitionsReported();
  return agent;
}

function taken(desk: Desk, medium: string, id = 'i'): Slot {
  const slot = desk.reserve('ann', medium, id);
  if (!isSlot(slot)) throw new Error(slot);
  return slot;
}

t.test('one at a time by default, and an online one on top of one that is not', async (t) => {
  const { desk } = deskOf();
  const agent = present(desk);
  const email = taken(desk, 'email');
  t.equal(desk.reserve('ann', 'task', 'x'), 'full');
  const chat = taken(desk, 'chat');
  t.equal(desk.reserve('ann', 'chat', 'x'), 'full');
  desk.release(email);
  t.equal(desk.reserve('ann', 'email', 'x'), 'full', 'nothing under an online one');
  desk.release(chat);
  desk.release(chat);
  t.ok(agent.load.isEmpty);
  t.match(desk.vector(agent), [
    { medium: 'email', ready: true, current: 0, greatest: 1, free: 1, state: 'ready' },
    { medium: 'task', greatest: 1 },
    { medium: 'chat', greatest: 1 },
  ]);
});

t.test('why nothing is offered', async (t) => {
  const { desk } = deskOf();
  t.equal(desk.reserve('ann', 'chat', 'x'), 'unknown');
  const agent = desk.put(loginOf('ann'));
  t.equal(desk.reserve('ann', 'chat', 'x'), 'starting');
  desk.partitionsReported();
  t.equal(desk.reserve('ann', 'chat', 'x'), 'lost');
  desk.connect(agent, { session: 1, media: new Set(['email']) });
  t.equal(desk.reserve('ann', 'chat', 'x'), 'noClient');
  desk.connect(agent, { session: 1, media: undefined });
  t.equal(desk.reserve('ann', 'fax', 'x'), 'noMedium');
  desk.put({ ...loginOf('ann', undefined, false), change: 2 });
  t.equal(desk.reserve('ann', 'chat', 'x'), 'notReady');
  desk.put({ ...loginOf('ann'), doNotDisturb: true, change: 3 });
  t.equal(desk.reserve('ann', 'chat', 'x'), 'doNotDisturb');
  t.strictSame(
    desk.vector(agent).map(({ ready, free }) => [ready, free]),
    names.map(() => [false, 0]),
  );
});

t.test('a place has one agent, until that one is gone or elsewhere', async (t) => {
  const { desk } = deskOf();
  desk.put(loginOf('ann', 'desk 1'));
  t.notOk(desk.claim('desk 1', 'bob'));
  t.equal(desk.holderOf('desk 1'), 'ann');
  t.equal(desk.atPlace('desk 1')?.agentId, 'ann');
  desk.put({ ...loginOf('ann', 'desk 2'), change: 2 });
  t.ok(desk.claim('desk 1', 'bob'));
  t.equal(desk.atPlace('desk 1'), undefined, 'it is only about to be');
  desk.unclaim('desk 1', 'bob');
  t.equal(desk.holderOf('desk 1'), undefined);
  desk.remove('ann');
  t.equal(desk.holderOf('desk 2'), undefined);
  t.equal(desk.size, 0);
});

t.test('what was left behind goes back medium by medium, the login with the first', async (t) => {
  const { desk, told } = deskOf(twoChats);
  const agent = present(desk);
  const slots = ['chat', 'chat'].map((medium, at) => taken(desk, medium, `c${at}`));
  for (const slot of slots) desk.becomes(slot, SlotUse.inHand);
  const mail = desk.take('ann', 'email', 'm')!;
  t.equal(agent.exceeded, 1, 'taken above capacity');
  t.notOk(desk.look(0));
  desk.disconnect(agent, 1);
  desk.linkLost(agent, 100);
  t.equal(desk.look(100), 30_000);
  t.equal(told.expired, 0);
  t.equal(desk.look(30_100), 570_000, 'and then the mail');
  t.strictSame([told.over, told.expired], [['ann chat'], 1]);
  t.equal(desk.loggedIn('ann'), undefined);
  for (const slot of slots) desk.release(slot);
  t.equal(desk.get('ann'), agent, 'it still has the mail');
  desk.look(600_100);
  t.strictSame(told.over, ['ann chat', 'ann email']);
  desk.release(mail);
  t.equal(desk.get('ann'), undefined);
  t.notOk(desk.look(600_100));
});

t.test('who is back in time has it all', async (t) => {
  const { desk, told } = deskOf();
  const agent = present(desk);
  desk.becomes(taken(desk, 'chat'), SlotUse.inHand);
  desk.disconnect(agent, 1);
  desk.linkLost(agent, 0);
  desk.look(29_999);
  desk.connect(agent, { session: 2, media: undefined });
  t.notOk(desk.look(1e9));
  t.strictSame([told.over, told.expired], [[], 0]);
  t.equal(agent.load.used('chat', SlotUse.inHand), 1);
});

t.test('many lost links are looked at a part at a time', async (t) => {
  const { desk, told } = deskOf();
  for (let at = 0; at < 200; at++) desk.linkLost(desk.put(loginOf(`a${at}`)), 0);
  t.equal(desk.look(30_000), 0, 'there are more');
  t.equal(told.expired, 64);
  while (desk.look(30_000) === 0);
  t.equal(told.expired, 200);
  t.equal(desk.size, 0);
});

/** What may happen, in any order. */
const step = fc.oneof(
  fc.record({ what: fc.constant('reserve' as const), medium: fc.constantFrom(...names) }),
  fc.record({ what: fc.constant('take' as const), medium: fc.constantFrom(...names) }),
  fc.record({ what: fc.constantFrom('accept', 'wrapUp', 'release'), at: fc.nat(20) }),
  fc.record({ what: fc.constantFrom('lose', 'back') }),
);

t.test('offers never exceed capacity, and counts are those of the slots', async () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 60 }), (isDefault, steps) => {
      const { desk, told } = deskOf(isDefault ? undefined : twoChats);
      const agent = present(desk);
      const slots: Slot[] = [];
      for (const one of steps) {
        if ('medium' in one) {
          const info = media[one.medium]!;
          const isFree = agent.rule.allows(info, agent.load);
          const isThere = agent.clients.length > 0;
          const got =
            one.what === 'take'
              ? desk.take('ann', one.medium, 'i')!
              : desk.reserve('ann', one.medium, 'i');
          if (one.what === 'reserve' && isSlot(got) !== (isFree && isThere)) return false;
          if (isSlot(got)) slots.push(got);
        } else if ('at' in one) {
          const slot = slots[one.at];
          if (slot === undefined) continue;
          if (one.what === 'accept') desk.becomes(slot, SlotUse.inHand);
          else if (one.what === 'wrapUp') desk.becomes(slot, SlotUse.wrapUp);
          else desk.release(slot);
        } else if (one.what === 'lose') {
          desk.disconnect(agent, 1);
          desk.linkLost(agent, 0);
        } else desk.connect(agent, { session: 1, media: undefined });
        const held = slots.filter(({ isTaken }) => isTaken);
        if (held.length !== agent.slots.size) return false;
        for (const name of names) {
          const count = held.filter(({ medium }) => medium.name === name).length;
          if (agent.load.count(name) !== count) return false;
        }
        for (const { medium, free, ready } of desk.vector(agent)) {
          const isFree = ready && agent.rule.allows(media[medium]!, agent.load);
          if (free > 0 !== isFree) return false;
        }
      }
      for (const slot of slots) desk.release(slot);
      void told;
      return agent.load.isEmpty && agent.slots.size === 0;
    }),
    runs,
  );
});

t.test('how many more fit is found for any bound', async (t) => {
  for (const most of [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 511, 512, 513, 999, 1_000, 1_001, 5_000]) {
    const rule: CapacityRule = { name: 'most', allows: (_, load) => load.count('chat') < most };
    const { desk } = deskOf(rule);
    const agent = present(desk);
    const chat = (): unknown => desk.vector(agent).find(({ medium }) => medium === 'chat');
    t.match(chat(), { free: Math.min(most, 1_000), greatest: Math.min(most, 1_000) }, String(most));
    const has = Math.min(most, 3);
    for (let at = 0; at < has; at++) desk.take('ann', 'chat', `x.${at}`);
    t.match(chat(), { current: has, free: Math.min(most - has, 1_000) }, `${most}, has ${has}`);
  }
});

t.test('agents are listed in the order of their names, whoever comes and goes', async (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ name: fc.constantFrom('b', 'a', 'aa', 'c', 'é', 'Z'), isIn: fc.boolean() }),
      ),
      fc.constantFrom('', 'a', 'b', 'x'),
      (steps, after) => {
        const { desk } = deskOf();
        const there = new Set<string>();
        for (const { name, isIn } of steps) {
          if (isIn) {
            desk.put(loginOf(name));
            there.add(name);
          } else {
            desk.remove(name);
            there.delete(name);
          }
        }
        const listed = [...desk.listed(after, () => true)].map(({ agentId }) => agentId);
        return String(listed) === String([...there].filter((name) => name > after).sort());
      },
    ),
    runs,
  );
  t.pass('no order of theirs was found in which it is not so');
});
