/** Attacks by clients that are not who they say, or not what they would need to be. */
import { hashOfToken } from '../../lib/security/token.js';
import { registration } from '../net/harness.js';
import { aboutBlue, asking, ended, idRoute, inRoute, registering, type Attack } from './attack.js';
import { identityOf, submission, tokenOf } from './secured-server.js';

export const credentialAttacks: readonly Attack[] = [
  {
    name: 'no credentials',
    ends: 'InvalidCredentials',
    try: registering({ Credentials: undefined }),
  },
  { name: 'an empty token', ends: 'InvalidCredentials', try: registering({ Credentials: '' }) },
  {
    name: 'a wrong token',
    ends: 'InvalidCredentials',
    try: registering({ Credentials: 'ixion_x' }),
  },
  {
    name: "another application's token",
    ends: 'InvalidCredentials',
    try: (target) => registering({ Credentials: tokenOf('agent') })(target),
  },
  {
    name: 'the hash in place of the token',
    ends: 'InvalidCredentials',
    try: (target) => registering({ Credentials: hashOfToken(tokenOf('media')) })(target),
  },
  {
    name: 'an application that does not exist',
    ends: 'InvalidCredentials',
    try: registering({ ClientName: 'nobody' }),
  },
  {
    name: 'an application called like a member of every object',
    ends: 'InvalidCredentials',
    try: registering({ ClientName: '__proto__' }),
  },
  {
    name: 'a token beyond its limit',
    ends: 'AttributeTooLong',
    try: registering({ Credentials: 'x'.repeat(5_000) }),
  },
  {
    name: 'a token that is no text',
    ends: 'WrongAttributeType',
    try: registering({ Credentials: 7 }),
  },
  {
    name: 'a type that the role may not be',
    ends: 'NotPermitted',
    try: registering({ ClientType: 'RoutingEngine' }),
  },
  {
    name: 'an operator as media server',
    ends: 'NotPermitted',
    try: registering({ ClientType: 'MediaServer' }, 'operator'),
  },
  { name: 'a foreign tenant', ends: 'NotPermitted', try: registering({ TenantId: 2 }) },
  {
    name: 'a request before the registration',
    ends: 'NotRegistered',
    try: async ({ socket, blueId }) =>
      (await socket()).ask(188, 2, { InteractionId: blueId }, idRoute(blueId)),
  },
  {
    name: 'a request right behind a registration that is refused',
    ends: 'NotRegistered',
    try: async ({ socket, ownId }) => {
      const client = await socket();
      const wrong = { ...registration, ...identityOf('media'), Credentials: 'wrong' };
      const get = client.frame(188, 3, { InteractionId: ownId }, idRoute(ownId));
      client.socket.write(Buffer.concat([client.frame(100, 2, wrong), get]));
      return client.answer(3);
    },
  },
  {
    name: 'another ProxyClientId on a connection that is trusted',
    ends: 'NotRegistered',
    try: async ({ client, ownId }) => {
      const trusted = await client('admin');
      const route = { ...idRoute(ownId), proxyClient: 2 };
      return trusted.ask(188, 2, { InteractionId: ownId }, route);
    },
  },
  {
    name: 'registering again, to gain a role',
    ends: 'AlreadyRegistered',
    try: async ({ client }) => (await client('agent')).register(2, identityOf('media')),
  },
  {
    name: 'one wrong token after the other',
    ends: 'closed',
    try: async ({ socket }) => {
      const client = await socket();
      for (let reference = 2; reference < 8; reference++) {
        client.send(
          100,
          reference,
          { ...registration, ClientName: 'guess' },
          { proxyClient: reference },
        );
      }
      return ended(client);
    },
  },
];

export const roleAttacks: readonly Attack[] = [
  {
    name: 'options by an agent',
    ends: 'NotPermitted',
    try: asking('agent', 1004, () => ({ Options: {} })),
  },
  {
    name: 'options by a supervisor',
    ends: 'NotPermitted',
    try: asking('supervisor', 1004, () => ({ Options: {} })),
  },
  {
    name: 'an option that does not exist, by an operator',
    ends: 'OptionInvalid',
    try: asking('operator', 1004, () => ({ Options: { __proto__x: 'true' } })),
  },
  { name: 'all events by an agent', ends: 'NotPermitted', try: asking('agent', 170, () => ({})) },
  {
    name: 'reading an interaction by an operator',
    ends: 'NotPermitted',
    try: async (target) => aboutBlue(188, {}, 'operator')(target),
  },
  {
    name: 'a submit by reporting',
    ends: 'NotPermitted',
    try: async ({ client }) => (await client('reporting')).ask(101, 2, submission, inRoute),
  },
  {
    name: 'a pull by a media server',
    ends: 'NotPermitted',
    try: async ({ client }) => (await client('media')).ask(108, 2, { ViewId: 'in' }, inRoute),
  },
  {
    name: 'a message of the server sent by a client',
    ends: 'UnknownMessage',
    try: async ({ client }) => (await client('admin')).ask(125, 2),
  },
  {
    name: 'a message that does not exist',
    ends: 'UnknownMessage',
    try: async ({ client }) => (await client('admin')).ask(65_535, 2),
  },
];
