/** Attacks on what belongs to others. */
import { aboutBlue, asking, idRoute, inRoute, type Attack } from './attack.js';
import { idOf, submission } from './secured-server.js';

export const tenantAttacks: readonly Attack[] = [
  { name: "another tenant's interaction: read", ends: 'UnknownInteraction', try: aboutBlue(188) },
  {
    name: "another tenant's: change",
    ends: 'UnknownInteraction',
    try: aboutBlue(103, { Priority: 9 }),
  },
  { name: "another tenant's: stop", ends: 'UnknownInteraction', try: aboutBlue(102) },
  {
    name: "another tenant's: stop by a supervisor",
    ends: 'UnknownInteraction',
    try: aboutBlue(102, {}, 'supervisor'),
  },
  { name: "another tenant's: hold", ends: 'UnknownInteraction', try: aboutBlue(1001) },
  { name: "another tenant's: resume", ends: 'UnknownInteraction', try: aboutBlue(1002) },
  {
    name: "another tenant's: place",
    ends: 'UnknownInteraction',
    try: aboutBlue(105, { Queue: 'out' }),
  },
  {
    name: "another tenant's: pull by identifier",
    ends: 'UnknownInteraction',
    try: async ({ client, blueId }) => {
      const body = { ViewId: '_system_', PullParameters: { [blueId]: '' } };
      return (await client('agent')).ask(108, 2, body, idRoute(blueId));
    },
  },
  {
    name: 'a submit for another tenant',
    ends: 'NotPermitted',
    try: async ({ client }) =>
      (await client('media')).ask(101, 2, { ...submission, TenantId: 2 }, inRoute),
  },
  {
    name: "another tenant's events",
    ends: 'NotPermitted',
    try: asking('reporting', 170, () => ({ TenantList: { 1: {}, 2: {} }, FromStart: true })),
  },
  {
    name: 'events of a tenant that is no number',
    ends: 'WrongAttributeType',
    try: asking('reporting', 170, () => ({ TenantList: { '1 OR 1=1': {} } })),
  },
  {
    name: 'an own route before a foreign identifier',
    ends: 'RouteMismatch',
    try: async ({ client, ownId, blueId }) =>
      (await client('media')).ask(188, 2, { InteractionId: blueId }, idRoute(ownId)),
  },
  {
    name: 'an identifier that another tenant took',
    ends: 'DuplicateInteractionId',
    try: async ({ client }) => {
      const body = { ...submission, InteractionId: 'taken' };
      await (await client('blue')).ask(101, 2, body, idRoute('taken'));
      const answer = await (await client('media')).ask(101, 2, body, idRoute('taken'));
      if (String(answer.body['ErrorDescription']).includes('blue'))
        throw new Error('it tells by whom');
      return answer;
    },
  },
  {
    name: 'a pull from a queue that tenants share',
    ends: 'nothing shown',
    try: async ({ client, blueId }) => {
      const answer = await (
        await client('agent')
      ).ask(108, 2, { ViewId: 'in', Count: 100 }, inRoute);
      if (JSON.stringify(answer.body).includes(blueId)) throw new Error('a foreign interaction');
      return undefined;
    },
  },
  {
    name: "another tenant's totals, of queues that tenants share",
    ends: 'nothing shown',
    try: async ({ client }) => {
      const reporting = await client('reporting');
      let reference = 1;
      const read = async (body: Readonly<Record<string, unknown>>): Promise<string> =>
        JSON.stringify((await reporting.ask(1003, ++reference, body)).body);
      const before = [await read({}), await read({ Queues: ['in', 'out'] })];
      const blue = await client('blue');
      const id = idOf(await blue.ask(101, 2, submission, inRoute));
      await (await client('blue-agent')).ask(108, 2, { ViewId: 'in' }, inRoute);
      const moved = idOf(await blue.ask(101, 3, submission, inRoute));
      await blue.ask(105, 4, { InteractionId: moved, Queue: 'out' }, idRoute(moved));
      await blue.ask(102, 5, { InteractionId: id, ReasonSystemName: 'BlueReason' }, idRoute(id));
      const after = [await read({}), await read({ Queues: ['in', 'out'] })];
      if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(String(after));
      return undefined;
    },
  },
  {
    name: 'all events, from the start, without naming a tenant',
    ends: 'nothing shown',
    try: async ({ client, ownId, blueId }) => {
      const reader = await client('reporting');
      await reader.ask(170, 2, { FromStart: true });
      await reader.until(() => reader.received.some(({ body }) => body['InteractionId'] === ownId));
      await reader.ask(175, 3);
      if (reader.received.some(({ body }) => body['InteractionId'] === blueId))
        throw new Error('seen');
      return undefined;
    },
  },
  {
    name: "another application's session key",
    ends: 'nothing shown',
    try: async ({ client }) => {
      const SessionKey = new Uint8Array(16).fill(7);
      const media = await client('blue');
      const id = idOf(await media.ask(101, 2, submission, inRoute));
      const owner = await client('blue-agent', { SessionKey });
      await owner.ask(108, 2, { ViewId: 'in' }, inRoute);
      const thief = await client('agent', { SessionKey });
      if (JSON.stringify(thief.received).includes(id)) throw new Error('it was told what is held');
      if ((await owner.ask(175, 3)).message !== 175) throw new Error('the owner was replaced');
      return undefined;
    },
  },
  {
    name: 'a replayed request: it is done once',
    ends: 'nothing shown',
    try: async ({ client }) => {
      const RequestKey = new Uint8Array(16).fill(9);
      const [one, other] = [await client('media'), await client('media')];
      const first = await one.ask(101, 2, { ...submission, RequestKey }, inRoute);
      const again = await other.ask(101, 2, { ...submission, RequestKey }, inRoute);
      if (idOf(first) !== idOf(again)) throw new Error('done twice');
      return undefined;
    },
  },
  {
    name: "another application's request key",
    ends: 'nothing shown',
    try: async ({ client }) => {
      const RequestKey = new Uint8Array(16).fill(11);
      const own = await (await client('blue')).ask(101, 2, { ...submission, RequestKey }, inRoute);
      const other = await (
        await client('media')
      ).ask(101, 2, { ...submission, RequestKey }, inRoute);
      if (idOf(own) === idOf(other)) throw new Error("another's answer");
      return undefined;
    },
  },
];
