/** All that there is to say of an agent at its place, by the one function that says it. */
import t from 'tap';
import {
  Desk,
  logIn,
  MediumState,
  placeStateOf,
  SlotUse,
  type MediumInfo,
  type Slot,
} from '../../lib/desk/index.js';

const chat: MediumInfo = { name: 'chat', online: true, graceMs: 30_000, onLogout: 'refuse' };
const nothing = (): void => undefined;

function present() {
  const outputs = { changed: nothing, finished: nothing, graceOver: nothing, expired: nothing };
  const desk = new Desk({
    medium: (name) => ({ ...chat, name, online: name === 'chat' }),
    outputs,
  });
  const media = new Map([
    ['chat', true],
    ['email', false],
  ]);
  const request = { agentId: 'ann', placeId: 'one', tenantId: 3, clientName: 'desktop', media };
  const agent = desk.put(logIn(undefined, request, 1_000).record);
  desk.connect(agent, { session: 1, media: undefined });
  desk.partitionsReported();
  return { desk, agent };
}

t.test('an agent that has nothing', async (t) => {
  const { desk, agent } = present();
  t.match(placeStateOf(desk, agent, agent.login!), {
    agentId: 'ann',
    placeId: 'one',
    tenantId: 3,
    clientName: 'desktop',
    loggedInMs: 1_000,
    lostMs: undefined,
    connections: 1,
    doNotDisturb: false,
    media: [
      { medium: 'chat', ready: true, current: 0, greatest: 1, free: 1, sinceMs: 1_000 },
      { medium: 'email', ready: false, free: 0, inHand: 0, offered: 0, inWrapUp: 0 },
    ],
    interactions: [],
    outside: undefined,
  });
});

t.test('what it has, in which use, and what it has elsewhere', async (t) => {
  const { desk, agent } = present();
  const offered = desk.reserve('ann', 'chat', 'c.1') as Slot;
  desk.take('ann', 'email', 'm.1');
  const done = desk.take('ann', 'email', 'm.2')!;
  desk.becomes(done, SlotUse.wrapUp);
  desk.outside('ann', 'voice');
  const state = placeStateOf(desk, agent, agent.login!);
  t.strictSame(state.interactions, [
    { interactionId: 'c.1', medium: 'chat', use: SlotUse.offered },
    { interactionId: 'm.1', medium: 'email', use: SlotUse.inHand },
    { interactionId: 'm.2', medium: 'email', use: SlotUse.wrapUp },
  ]);
  t.match(state.media, [
    { offered: 1, free: 0 },
    { inHand: 1, inWrapUp: 1, current: 2 },
  ]);
  t.strictSame(state.outside, { voice: 1 });
  t.equal(state.exceeded, 2);
  desk.release(offered);
  t.equal(placeStateOf(desk, agent, agent.login!).interactions.length, 2);
});

t.test('whose link is lost, and why it is not ready', async (t) => {
  const { desk, agent } = present();
  const reason = { name: 'Lunch' };
  const [first, second] = agent.login!.media;
  const away = { ...second!, reason };
  const login = { ...agent.login!, lostMs: 5_000, reason, media: [{ ...first!, reason }, away] };
  desk.put(login);
  t.equal(placeStateOf(desk, agent, login).lostMs, undefined, 'as long as a client is there');
  desk.disconnect(agent, 1);
  t.match(placeStateOf(desk, agent, login), { lostMs: 5_000, connections: 0, reason });
  const [ready, not] = placeStateOf(desk, agent, login).media;
  t.equal(login.media[0]!.state, MediumState.ready);
  t.equal(ready!.reason, undefined, 'a medium that is ready has none');
  t.strictSame(not!.reason, reason);
});
