/** Every mistake is refused, with the path and the line of the fault. */
import t from 'tap';
import { ObjectsRefused } from '../../lib/objects/fault.js';
import { kindNames } from '../../lib/objects/field.js';
import { kinds } from '../../lib/objects/kinds.js';
import { ConfigService } from '../../lib/objects/config-service.js';
import { limits } from '../../lib/limits.js';
import { MemoryConfigStore } from './memory-config-store.js';

const base = `tenants:
  - name: acme
    id: 1
businessProcesses:
  - name: mail
queues:
  - name: mail.in
    businessProcess: mail
views:
  - name: first
    queue: mail.in
agents:
  - name: ann
    skills:
      english: 3
`;
const options = { who: 'test', comment: '', dryRun: false, merge: true, prune: true };

async function faultsOf(text: string, merge = true) {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  await service.apply(base, options, () => undefined);
  const before = new Map(store.rows);
  try {
    await service.apply(text, { ...options, merge }, () => undefined);
  } catch (error) {
    if (!(error instanceof ObjectsRefused)) throw error;
    t.strictSame(store.rows, before, 'nothing was changed');
    return error.faults;
  }
  return [];
}

const list = (section: string, ...lines: string[]): string =>
  `${section}:\n${lines.map((line) => `${line}\n`).join('')}`;
const object = (section: string, ...fields: string[]): string =>
  list(section, '  - name: x', ...fields.map((field) => `    ${field}`));
const long = 'x'.repeat(limits.nameBytes + 1);

/** Name of the mistake, the file, path of the fault, its line, and words of it. */
const mistakes: readonly [string, string, string, number, RegExp][] = [
  ['syntax', 'queues: [', '', 2, /flow/i],
  ['no map', '- a\n', '', 1, /map of sections/],
  ['unknown section', list('queue', '  - name: x'), 'queue', 2, /is not a kind/],
  [
    'section twice',
    list('places', '  - name: x') + list('places', '  - name: y'),
    'places',
    3,
    /twice/,
  ],
  ['section without a list', 'places: 5\n', 'places', 1, /must be a list/],
  ['object that is no map', list('places', '  - x'), 'places.0', 2, /must be a map/],
  ['no name', list('places', '  - enabled: false'), 'places.0.name', 2, /is missing/],
  ['name that is a number', list('places', '  - name: 12'), 'places.0.name', 2, /must be text/],
  ['empty name', list('places', '  - name: ""'), 'places.0.name', 2, /1 to 255/],
  [
    'name with a control character',
    list('places', '  - name: "a\\nb"'),
    'places.0.name',
    2,
    /control/,
  ],
  ['name that is too long', list('places', `  - name: ${long}`), 'places.0.name', 2, /1 to 255/],
  ['lone surrogate', list('places', '  - name: "\\ud800"'), 'places.0.name', 2, /control/],
  ['path as a field', object('places', '../../x: 1'), 'places.0.../../x', 3, /not a field/],
  ['name twice', list('places', '  - name: x', '  - name: x'), 'places.1.name', 3, /another one/],
  ['key twice', object('places', 'enabled: true', 'enabled: false'), '', 4, /unique/],
  [
    'unknown field',
    object('places', 'color: red'),
    'places.0.color',
    3,
    /is not a field of places/,
  ],
  ['missing field', object('views'), 'views.0.queue', 2, /is missing/],
  ['wrong type', object('places', 'enabled: maybe'), 'places.0.enabled', 3, /true or false/],
  ['null', object('places', 'enabled:'), 'places.0.enabled', 3, /true or false/],
  ['number out of range', object('tenants', 'id: 0'), 'tenants.0.id', 3, /from 1 to/],
  ['fraction', object('tenants', 'id: 1.5'), 'tenants.0.id', 3, /whole number/],
  [
    'choice',
    object('applications', 'type: Client'),
    'applications.0.type',
    3,
    /one of MediaServer/,
  ],
  ['list that is none', object('agentGroups', 'agents: ann'), 'agentGroups.0.agents', 3, /a list/],
  [
    'member twice',
    object('agentGroups', 'agents: [ann, ann]'),
    'agentGroups.0.agents.1',
    3,
    /twice/,
  ],
  ['map that is none', object('agents', 'skills: [a]'), 'agents.0.skills', 3, /a map/],
  ['level', object('agents', 'skills: {a: -1}'), 'agents.0.skills.a', 3, /from 0/],
  [
    'token instead of its hash',
    object('users', 'credentials: [ixion_abc]'),
    'users.0.credentials.0',
    3,
    /hash/,
  ],
  [
    'rate',
    object('submitters', 'view: first', 'strategy: s', 'maxRate: fast'),
    'submitters.0.maxRate',
    5,
    /second/,
  ],
  [
    'column',
    object('customProperties', 'type: string', 'translateTo: "a;b"'),
    'customProperties.0.translateTo',
    4,
    /letters/,
  ],
  [
    'nested annex',
    object('places', 'options: {a: {b: {c: 1}}}'),
    'places.0.options.a.b',
    3,
    /text, a whole/,
  ],
  [
    'too large',
    object(
      'places',
      'options:',
      '  a:',
      ...Array.from({ length: 150 }, (_, at) => `    o${at}: ${'x'.repeat(4_000)}`),
    ),
    'places.0',
    2,
    /524288 bytes/,
  ],
  [
    'tenant that is not there',
    object('places', 'tenant: nobody'),
    'places.0.tenant',
    3,
    /no tenant called "nobody"/,
  ],
  ['queue that is not there', object('views', 'queue: nowhere'), 'views.0.queue', 3, /no queue/],
  [
    'member that is not there',
    object('agentGroups', 'agents:', '  - bob'),
    'agentGroups.0.agents.bob',
    4,
    /no agent/,
  ],
  [
    'endpoint to nowhere',
    object('applications', 'type: MediaServer', 'endpoints: {web: nowhere}'),
    'applications.0.endpoints.web',
    4,
    /no queue/,
  ],
  [
    'rule of an unknown medium',
    object('capacityRules', 'media: {chat: 3}'),
    'capacityRules.0.media.chat',
    3,
    /no medium/,
  ],
  [
    'group in itself',
    object('agentGroups', 'groups: [x]'),
    'agentGroups.0.groups.x',
    3,
    /holds itself: x > x/,
  ],
  [
    'groups in a circle',
    list(
      'agentGroups',
      '  - {name: a, groups: [b]}',
      '  - {name: b, groups: [c]}',
      '  - {name: c, groups: [a]}',
    ),
    'agentGroups.2.groups.a',
    4,
    /a > b > c > a/,
  ],
  [
    'strategies in a circle',
    list('strategies', '  - {name: a, calls: [b]}', '  - {name: b, calls: [a]}'),
    'strategies.1.calls.a',
    3,
    /a > b > a/,
  ],
  [
    'places in a circle',
    object('placeGroups', 'groups: [x]'),
    'placeGroups.0.groups.x',
    3,
    /itself/,
  ],
  ['the same tenant number', object('tenants', 'id: 1'), 'tenants.0.id', 3, /"acme" has the same/],
  [
    'the same column',
    list(
      'customProperties',
      '  - {name: a, type: string, translateTo: c}',
      '  - {name: b, type: string, translateTo: c}',
    ),
    'customProperties.1.translateTo',
    3,
    /has the same/,
  ],
  [
    'partition that is not there',
    object('queues', 'businessProcess: mail', 'partition: 9'),
    'queues.0.partition',
    4,
    /partitions 0 to 3/,
  ],
  [
    'unknown option',
    'options:\n  settings:\n    speed: 5\n',
    'options.settings.speed',
    3,
    /is not an option/,
  ],
  [
    'unknown section of options',
    'options:\n  other:\n    a: 5\n',
    'options.other.a',
    3,
    /is not an option/,
  ],
  [
    'option out of range',
    'options:\n  settings:\n    routing-timeout: 5\n',
    'options.settings.routing-timeout',
    3,
    /20 to 525600/,
  ],
  [
    'option of another type',
    'options:\n  settings:\n    collect-request-counters: 1\n',
    'options.settings.collect-request-counters',
    3,
    /true or false/,
  ],
  [
    'option naming a queue that is not there',
    'options:\n  ixion:\n    completed-queues: mail.in, gone\n',
    'options.ixion.completed-queues',
    3,
    /no queue called "gone"/,
  ],
  ['options that are no map', 'options:\n  settings: 5\n', 'options.settings', 2, /must be a map/],
  [
    'queue with the name by which requests mean none',
    'queues:\n  - name: _system_\n    businessProcess: mail\n',
    'queues.0.name',
    2,
    /"_system_" is reserved.*another name/,
  ],
  [
    'queue with a name that is a word of the protocol',
    'queues:\n  - name: __BACK__\n    businessProcess: mail\n',
    'queues.0.name',
    2,
    /"__BACK__" is reserved.*another name/,
  ],
  ['alias', 'places:\n  - &a {name: x}\n  - *a\n', '', 2, /alias/],
  ['merge key', 'places:\n  - {name: x, <<: {enabled: false}}\n', 'places.0.<<', 2, /not a field/],
];

for (const [name, text, path, line, what] of mistakes) {
  t.test(name, async (t) => {
    const faults = await faultsOf(text);
    t.ok(faults.length > 0, 'refused');
    const found = faults.find(
      (fault) => fault.path === path && what.test(fault.what + fault.remedy),
    );
    t.ok(found, `${path} ${what}: ${JSON.stringify(faults)}`);
    if (found?.line !== undefined) t.equal(found.line, line);
  });
}

t.test('what others refer to cannot be removed', async (t) => {
  const without = base.replace('  - name: mail.in\n    businessProcess: mail\n', '');
  t.match(await faultsOf(without, false), [{ path: 'views.0.queue', line: 9 }]);
});

t.test('a yaml bomb is refused and costs nothing', async (t) => {
  const levels = Array.from({ length: 20 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x]'
      : `a${level}: &a${level} [${'*a'.concat(String(level - 1), ',').repeat(9)}]`,
  );
  t.match(await faultsOf(levels.join('\n')), [{ what: /alias|not a kind/ }]);
  t.match(await faultsOf(`queues: ${'['.repeat(200_000)}`), [{ path: '' }]);
  t.match(await faultsOf(`? ${'{a: '.repeat(50_000)}`), [{ path: '' }]);
});

t.test('many faults are told up to a number', async (t) => {
  const faults = await faultsOf(list('places', ...Array.from({ length: 150 }, () => '  - x')));
  t.equal(faults.length, 101);
  t.match(faults.at(-1), { what: '50 faults more' });
});

t.test('there are not more objects of a kind than there may be', async (t) => {
  const count = kinds.customProperty.max + 1;
  const lines = Array.from({ length: count }, (_, at) => `  - {name: p${at}, type: string}`);
  t.match(await faultsOf(list('customProperties', ...lines)), [
    { path: 'customProperties.0', what: `there are ${count} customProperties` },
  ]);
});

t.test('every required field is missed, and every reference checked', async (t) => {
  for (const kind of kindNames.filter((one) => one !== 'option')) {
    const { plural, fields } = kinds[kind];
    const faults = await faultsOf(object(plural));
    const required = Object.keys(fields).filter((name) => fields[name]?.required);
    t.strictSame(
      faults.map(({ path }) => path),
      required.map((name) => `${plural}.0.${name}`),
      plural,
    );
    for (const [name, field] of Object.entries(fields)) {
      if (field.type !== 'reference' && field.type !== 'references') continue;
      const value = field.type === 'reference' ? 'nobody' : '[nobody]';
      const found = await faultsOf(
        object(
          plural,
          ...required.filter((one) => one !== name).map((one) => `${one}: ${sampleOf(one, kind)}`),
          `${name}: ${value}`,
        ),
      );
      const path = `${plural}.0.${name}${field.type === 'reference' ? '' : '.nobody'}`;
      t.ok(
        found.some((fault) => fault.path === path),
        path,
      );
    }
  }
});

function sampleOf(field: string, kind: string): string {
  const samples: Readonly<Record<string, string>> = {
    id: '77',
    type: kind === 'customProperty' ? 'string' : 'MediaServer',
    owner: 'agent',
  };
  return samples[field] ?? 'mail.in';
}
