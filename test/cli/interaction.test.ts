/** The verbs of `ixion interaction`, `queue` and `ping`: what they send, print and refuse. */
import t from 'tap';
import type { Received, Script } from '../client/fake-server.js';
import { serve } from '../client/support.js';
import { runHere } from './support.js';

const interaction = {
  InteractionId: 'A1',
  InteractionState: 0,
  Queue: 'inbox',
  ReceivedAt: 1_700_000_000_000,
  UserData: {
    big: 2n ** 60n,
    blob: Uint8Array.of(1, 2),
    when: new Date(0),
    nested: { evil: '\u001b[31m' },
  },
};

const script: Script = (request, link) => {
  switch (request.name) {
    case 'RequestSubmit':
      return (link.ack(request, { InteractionId: 'A1' }), true);
    case 'RequestGetInteractionProperties':
      if (request.routeKey === 'gone') link.refuse(request, 'UnknownInteraction');
      else link.answer(request, 'EventInteractionProperties', { Interaction: interaction });
      return true;
    case 'RequestPull':
      return (
        link.answer(request, 'EventPulledInteractions', { Interactions: [interaction] }), true
      );
    case 'RequestPing':
      return (link.answer(request, 'EventPing', { ServerTime: 0, Requests: { A: 1 } }), true);
    case 'RequestQueueStatistics':
      link.answer(request, 'EventQueueStatistics', {
        Queues: [
          {
            Queue: 'inbox',
            Partition: 0,
            Submitted: 10,
            Entered: 1,
            Left: 2,
            Waiting: 3,
            Processing: 4,
            Stopped: { Normal: 5, Sent: 6 },
          },
        ],
      });
      return true;
    default:
      return false;
  }
};

t.test('each verb sends its request', async (t) => {
  const server = await serve(t, script);
  const run = (...argv: string[]): ReturnType<typeof runHere> =>
    runHere('interaction', ...argv, '--server', server.address);
  const sent = async (...argv: string[]): Promise<Received> => {
    const { code, error } = await run(...argv);
    t.equal(error, '');
    t.equal(code, 0);
    t.equal(server.names().at(-1), 'RequestUnregisterClient');
    return server.requests.at(-2)!;
  };
  const submit =
    'submit --queue inbox --media chat --priority -3 --objective 60 --online true' +
    ' --received-at 2026-01-31T12:00:00Z' +
    ' --data text=a=b --data n:int=5 --data f:float=1.5 --data b:bool=true --data x:base64=AQI=' +
    ' --data t:time=1970-01-01T00:00:01Z --data w:int=9007199254740993' +
    ' --data-json {"c":{"d:e":1},"text":"overridden"}';
  const submitted = await sent(...submit.split(' '));
  t.match(submitted, {
    name: 'RequestSubmit',
    routeKey: 'inbox',
    body: {
      MediaType: 'chat',
      InteractionType: 'Inbound',
      Priority: -3,
      ServiceObjective: 60,
      IsOnline: true,
      ReceivedAt: Date.UTC(2026, 0, 31, 12),
    },
  });
  t.same(submitted.body['UserData'], {
    c: { 'd:e': 1 },
    text: 'a=b',
    n: 5,
    f: 1.5,
    b: true,
    t: new Date(1000),
    x: Uint8Array.of(1, 2),
    w: 9007199254740993n,
  });
  t.match(
    await sent(
      'change',
      'A1',
      '--data',
      'a=1',
      '--delete',
      'b',
      '--external-id',
      'E',
      '--reason',
      'R',
    ),
    {
      body: {
        AddedProperties: { a: '1' },
        DeletedProperties: { b: '' },
        ExternalId: 'E',
        ReasonSystemName: 'R',
      },
    },
  );
  t.match(await sent('place', 'A1', 'archive', '--data', 'a=1', '--delete', 'b'), {
    routeKey: 'A1',
    body: { Queue: 'archive', AddedProperties: { a: '1' }, DeletedProperties: { b: '' } },
  });
  const before = Date.now();
  const held = await sent('hold', 'A1', '--until', '+10m');
  const until = Number(held.body['HoldUntil']) - before - 600_000;
  t.ok(until >= 0 && until < 60_000);
  t.match(await sent('resume', 'A1'), { name: 'RequestResume' });
  t.match(await sent('stop', 'A1', '--description', 'D'), { body: { ReasonDescription: 'D' } });
  const pull = ['pull', 'inbox', '--count', '9', '--wait', '3s', '--count', '2'];
  t.match(await sent(...pull), { body: { ViewId: 'inbox', Count: 2, WaitTimeoutMs: 3_000 } });
  t.match(await sent('pull', '--id', 'A1', '--ignore-hold'), {
    body: { ViewId: '_system_', PullParameters: { A1: '' }, IgnoreHold: true },
  });
  const types = server.requests.map(({ body }) => body['ClientType']).filter(Boolean);
  t.equal(types.at(-1), 'AgentApplication');
  t.equal(types.at(-3), 'MediaServer');
  await sent('stop', 'A1', '--client-type', 'RoutingEngine');
  t.equal(server.requests.at(-3)!.body['ClientType'], 'RoutingEngine', 'what is asked for counts');
});

t.test('records in lines and as JSON', async (t) => {
  const server = await serve(t, script);
  const lines = await runHere('interaction', 'show', 'A1', '--server', server.address);
  t.equal(
    lines.out,
    `InteractionId:    A1
InteractionState: 0 (queued)
Queue:            inbox
ReceivedAt:       2023-11-14T22:13:20.000Z
UserData:
  big:    1152921504606846976
  blob:   {"base64":"AQI="}
  when:   1970-01-01T00:00:00.000Z
  nested:
    evil: "\\u001b[31m"
`,
  );
  const json = await runHere('interaction', 'pull', 'inbox', '--json', '--server', server.address);
  t.same(JSON.parse(json.out), {
    ...interaction,
    InteractionStateName: 'queued',
    ReceivedAt: '2023-11-14T22:13:20.000Z',
    UserData: {
      big: '1152921504606846976',
      blob: { base64: 'AQI=' },
      when: '1970-01-01T00:00:00.000Z',
      nested: { evil: '\u001b[31m' },
    },
  });
  const submit = ['submit', '--queue', 'inbox', '--server', server.address];
  t.equal((await runHere('interaction', ...submit)).out, 'A1\n');
  t.equal(
    (await runHere('interaction', ...submit, '--json')).out,
    '{"interactionId":"A1","duplicate":false}\n',
  );
  t.equal(
    (await runHere('queue', 'list', '--server', server.address)).out,
    `Queue  Partition  Waiting  Processing  Submitted  Entered  Left  Abandoned  Stopped
inbox          0        3           4         10        1     2          0  Normal 5, Sent 6
`,
  );
  const queues = await runHere('queue', 'list', 'inbox', '--json', '--server', server.address);
  t.match(JSON.parse(queues.out), [{ queue: 'inbox', stopped: { Sent: 6 } }]);
  t.match((await runHere('ping', '--server', server.address)).out, /serverTime: +1970-01-01T00:00/);
  t.match(JSON.parse((await runHere('ping', '--json', '--server', server.address)).out), {
    serverTime: '1970-01-01T00:00:00.000Z',
    requests: { A: 1 },
  });
});

t.test('--as keeps the session: the same key, and no unregistering', async (t) => {
  const server = await serve(t, script);
  const as = ['--as', 'ann', '--server', server.address];
  t.equal((await runHere('interaction', 'pull', 'inbox', ...as)).code, 0);
  t.equal((await runHere('interaction', 'stop', 'A1', ...as)).code, 0);
  t.same(server.names(), ['RequestPull', 'RequestStopProcessing']);
  const keys = server.requests.map(({ body }) => body['SessionKey']).filter(Boolean);
  t.equal(keys.length, 2);
  t.same(keys[0], keys[1]);
  const other = ['--as', 'bob', '--server', server.address];
  t.equal((await runHere('interaction', 'stop', 'A1', ...other)).code, 0);
  t.notSame(server.requests.at(-2)!.body['SessionKey'], keys[0], 'everybody has one of his own');
});

t.test('errors are one line with code, cause and remedy', async (t) => {
  const server = await serve(t, script);
  const { code, out, error } = await runHere(
    'interaction',
    'show',
    'gone',
    '--server',
    server.address,
  );
  t.equal(code, 1);
  t.equal(out, '');
  t.match(error, /^ixion: UnknownInteraction \[43\]: no: .* Treat it as done .*\n$/);
});

t.test('wrong command lines are refused without a connection', async (t) => {
  const wrong: string[][] = [
    ['interaction'],
    ['interaction', 'explode'],
    ['interaction', 'show'],
    ['interaction', 'show', 'A1', 'A2'],
    ['interaction', 'show', 'A1', '--colour'],
    ['interaction', 'submit'],
    ['interaction', 'submit', '--queue', 'q', '--data', 'novalue'],
    ['interaction', 'submit', '--queue', 'q', '--data', '=x'],
    ['interaction', 'submit', '--queue', 'q', '--data', 'n:int=1.5'],
    ['interaction', 'submit', '--queue', 'q', '--data', 'n:number=1'],
    ['interaction', 'submit', '--queue', 'q', '--data', 'b:bool=yes'],
    ['interaction', 'submit', '--queue', 'q', '--data', 'x:base64=A'],
    ['interaction', 'submit', '--queue', 'q', '--data-json', '[1]'],
    ['interaction', 'submit', '--queue', 'q', '--data-json', '{"a":{"b":null}}'],
    ['interaction', 'submit', '--queue', 'q', '--data-json', '{'],
    ['interaction', 'submit', '--queue', 'q', '--priority', 'high'],
    ['interaction', 'hold', 'A1', '--until', 'tomorrow'],
    ['interaction', 'pull'],
    ['interaction', 'pull', 'inbox', '--id', 'A1'],
    ['interaction', 'pull', 'inbox', '--wait', '5x'],
    ['queue'],
    ['queue', 'drop'],
    ['ping', 'me'],
    ['ping', '--server', 'nowhere'],
    ['events', '--follow', '--from-start', '--resume', '1'],
    ['events', '--follow', '--resume', 'abc'],
  ];
  for (const [name = '', ...argv] of wrong) {
    const { code, out, error } = await runHere(name, ...argv);
    t.equal(code, 64, [name, ...argv].join(' '));
    t.equal(out, '');
    t.match(error, /^ixion: [^\n]+\.\n$/);
  }
});

t.test('no server: 69', async (t) => {
  const { code, error } = await runHere('ping', '--server', '127.0.0.1:1');
  t.equal(code, 69);
  t.match(error, /NoConnection \[1064\]/);
});
