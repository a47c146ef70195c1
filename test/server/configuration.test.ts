/** Configuration: file, environment, flags; every fault with its place and what to do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  ConfigurationError,
  readEnvironment,
  readFlags,
  resolveConfiguration,
} from '../../lib/config/configuration.js';
import { formatEndpoint, parseEndpoint } from '../../lib/config/endpoint.js';
import { parseConfiguration, readConfigurationFile } from '../../lib/config/file.js';
import { optionTable } from '../../lib/config/option-table.js';
import { directoryOf } from '../fixture/directory.js';

const faultsOf = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
  return [];
};
const faultsIn = (text: string): string[] =>
  faultsOf(() => parseConfiguration(text, '/etc/ixion.yaml'));

t.test(
  'a file that says nothing gives the defaults, and one that is empty is a mistake',
  async (t) => {
    const empty = { message: /is empty; write options into it/ };
    for (const text of ['', '\n', ' \t\r\n']) {
      t.throws(() => parseConfiguration(text, '/etc/ixion.yaml'), empty);
    }
    const { values, businessProcesses } = parseConfiguration('# nothing yet\n', '/etc/ixion.yaml');
    t.strictSame([values, businessProcesses], [{}, []]);
    const resolved = resolveConfiguration([values]).values;
    t.equal(resolved.listen, '127.0.0.1:7488');
    t.equal(resolved.admin, '127.0.0.1:7489');
    t.equal(resolved.reconnectTimeoutMs, 60_000);
    t.equal(resolved['eventRetention.days'], 7);
    t.equal(resolved['settings.collect-error-counters'], false);
    t.equal(resolved.partitions, undefined);
  },
);

t.test('a whole file is read; its paths count from where it is', async (t) => {
  const { values, businessProcesses } = parseConfiguration(
    [
      'data: store',
      'listen: "[::1]:7000"',
      'partitions: 8',
      'settings: { collect-request-counters: true }',
      'eventRetention: { days: 0.5, gigabytes: 1 }',
      'supervision: { intensity: 2, periodMs: 500 }',
      'logLevel: warn',
      'businessProcesses:',
      '  - name: mail',
      '    queues: [mail.in, { name: mail.archive, partition: 3 }]',
    ].join('\n'),
    '/etc/ixion.yaml',
  );
  t.match(values, {
    data: '/etc/store',
    listen: '[::1]:7000',
    partitions: 8,
    'settings.collect-request-counters': true,
    'eventRetention.days': 0.5,
    'supervision.intensity': 2,
    logLevel: 'warn',
  });
  const queues = [{ name: 'mail.in' }, { name: 'mail.archive', partition: 3 }];
  t.strictSame(businessProcesses, [{ name: 'mail', queues }]);
});

t.test('faults name file, line, column, option and remedy', async (t) => {
  t.strictSame(faultsIn('\nlisten: 7488'), [
    '/etc/ixion.yaml:2:9 listen: must be HOST:PORT, as 127.0.0.1:7488 or [::1]:7488; ' +
      'see docs/reference/options.md',
  ]);
  t.strictSame(faultsIn('settings:\n  colect-error-counters: true'), [
    '/etc/ixion.yaml:2:26 settings.colect-error-counters: is not an option; ' +
      'check the spelling, see docs/reference/options.md',
  ]);
  t.match(faultsIn('partitions: 0')[0], /partitions: must be a whole number from 1 to 64/);
  t.match(faultsIn('logLevel: loud')[0], /logLevel: must be one of debug, info, warn, error/);
  t.match(faultsIn('supervision: 3')[0], /supervision: must be a group of options/);
  t.match(faultsIn('- 1')[0], /must be a map of options/);
  const nameless = 'businessProcesses: [{ queues: [{ partition: 1 }] }]';
  t.match(faultsIn(nameless)[0], /businessProcesses\.0\.name: must be text of 1 to 255 bytes/);
});

t.test('all faults are found in one pass', async (t) => {
  t.equal(faultsIn('listen: x\nadmin: y\nthreads: none\nnothing: 1').length, 4);
});

t.test('wrong YAML and doubled keys and queues are faults', async (t) => {
  t.match(faultsIn('a: [')[0], /^\/etc\/ixion\.yaml:1:\d+ .*; correct the YAML$/);
  t.match(faultsIn('listen: a:1\nlisten: b:2')[0], /^\/etc\/ixion\.yaml:2:1 .*unique/);
  const doubled = 'businessProcesses:\n- {name: a, queues: [x]}\n- {name: b, queues: [y, x]}';
  t.match(
    faultsIn(doubled)[0],
    /:3:25 businessProcesses\.1\.queues\.1: the queue x is there twice/,
  );
});

t.test('a file that cannot be read is a fault', async (t) => {
  const file = join(directoryOf(t), 'nothing.yaml');
  await t.rejects(readConfigurationFile(file), { message: /nothing\.yaml cannot be read: ENOENT/ });
});

t.test('environment and flags are checked like the file', async (t) => {
  t.strictSame(readEnvironment({ IXION_PARTITIONS: '2', IXION_COLLECT_ERROR_COUNTERS: '1' }), {
    partitions: 2,
    'settings.collect-error-counters': true,
  });
  t.strictSame(
    faultsOf(() => readEnvironment({ IXION_THREADS: '1.5', IXION_LISTEN: 'here' })),
    [
      'environment IXION_THREADS: "1.5" does not fit threads; give a whole number from 1 to 64',
      'environment IXION_LISTEN: "here" does not fit listen; ' +
        'give HOST:PORT, as 127.0.0.1:7488 or [::1]:7488',
    ],
  );
  t.match(faultsOf(() => readFlags({ data: '' }))[0], /^command line data: "" does not fit data/);
});

t.test('variables and flags take one spelling of each value', async (t) => {
  const wrong: Record<string, string[]> = {
    IXION_COLLECT_ERROR_COUNTERS: [
      '',
      'yes',
      'no',
      'on',
      'off',
      'TRUE',
      'True',
      ' true',
      '2',
      '00',
    ],
    IXION_DRAIN_MS: ['', ' 5', '5 ', '+5', '1e3', '0x10', '005', '5.0', '1_000', '٥'],
    IXION_EVENT_RETENTION_DAYS: ['', ' 1', '1e400', '0x1', '.5', '1,5', 'Infinity', 'NaN'],
    IXION_LISTEN: ['127.0.0.1:07488', '127.0.0.1:+7488', '127.0.0.1:7488 ', '127.0.0.1:1e3'],
    IXION_DATA: ['', 'a\0b', 'a\ud800b'],
  };
  for (const [name, texts] of Object.entries(wrong)) {
    for (const text of texts) {
      const faults = faultsOf(() => readEnvironment({ [name]: text }));
      t.equal(faults.length, 1, `${name}=${JSON.stringify(text)}`);
    }
  }
  for (const [text, value] of [
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ] as const) {
    const given = readEnvironment({ IXION_INSECURE: text });
    t.strictSame(given, { insecure: value });
  }
});

/** A file with this in it, wherever a name can stand. */
const filesWith = (name: string): string[] => [
  `businessProcesses: [{ name: ${name}, queues: [] }]`,
  `businessProcesses: [{ name: p, queues: [${name}] }]`,
  `businessProcesses: [{ name: p, queues: [{ name: ${name}, partition: 0 }] }]`,
  `businessProcesses: [{ name: p, queues: [{ name: q, placement: ${name} }] }]`,
  `placements: { ${name}: 0 }`,
  `applications: [{ name: ${name}, role: admin, tokenHash: "sha256:${'0'.repeat(64)}" }]`,
];

t.test('a name that is none is refused wherever it stands', async (t) => {
  const wrong = [
    '"a\\ud800b"',
    '"\\udc00"',
    '""',
    '"a\\nb"',
    '"\\x00"',
    '"\\x85"',
    '7',
    'true',
    'null',
  ];
  wrong.push(`"${'a'.repeat(256)}"`, `"${'ä'.repeat(128)}"`);
  for (const name of wrong) {
    for (const text of filesWith(name)) {
      // A key that is a number or a word is its text in YAML.
      if (text.startsWith('placements') && !name.startsWith('"')) continue;
      t.not(faultsIn(text).length, 0, text);
    }
  }
  for (const name of ['Außendienst', '"\\U0001F600"', '__proto__', 'constructor', 'a b']) {
    for (const text of filesWith(name)) {
      // A key that YAML would lose, or a queue with a name that is for words of the protocol.
      const isRefused = name === '__proto__' && /^placements|queues: \[(__|\{ name: __)/.test(text);
      t.equal(faultsIn(text).length, isRefused ? 1 : 0, text);
    }
  }
  t.match(faultsIn('log-filter-data: { a: hide, __proto__: hide }'), [
    /:1:40 log-filter-data\.__proto__: this key cannot be in a file; choose another name$/,
  ]);
});

t.test('a file that is not UTF-8 is refused with the place', async (t) => {
  const file = join(directoryOf(t), 'latin.yaml');
  writeFileSync(file, Buffer.from('threads: 1\ndata: Zubehör\n', 'latin1'));
  await t.rejects(readConfigurationFile(file), {
    message: /latin\.yaml:2:12 the byte f6 is not UTF-8; save it as UTF-8$/,
  });
  writeFileSync(file, Buffer.from('\uFEFFdata: Zubehör\n'));
  t.match((await readConfigurationFile(file)).values.data, /Zubehör$/);
});

t.test('the later source wins', async (t) => {
  const { values } = resolveConfiguration([
    { data: 'file', listen: 'a:1', drainMs: 5 },
    { data: 'environment', listen: 'b:2' },
    { data: 'flag' },
  ]);
  t.match(values, { data: 'flag', listen: 'b:2', drainMs: 5 });
});

t.test('every default fits its own option', async (t) => {
  for (const option of optionTable) {
    if (option.default === undefined) continue;
    const given = readEnvironment({ [option.environment]: String(option.default) });
    t.strictSame(given, { [option.key]: option.default }, option.key);
  }
  const names = optionTable.map(({ environment }) => environment);
  t.equal(new Set(names).size, names.length, 'no two options share a variable');
});

t.test('HOST:PORT', async (t) => {
  t.strictSame(parseEndpoint('[::1]:80'), { host: '::1', port: 80 });
  t.strictSame(parseEndpoint('name:0'), { host: 'name', port: 0 });
  for (const wrong of [
    '',
    'a',
    ':1',
    'a:',
    'a:65536',
    'a:-1',
    '::1:80',
    'a b:1',
    '[x]:1',
    'a:1 ',
  ]) {
    t.equal(parseEndpoint(wrong), undefined, wrong);
  }
  for (const text of ['[::1]:80', '127.0.0.1:7488']) {
    const parsed = parseEndpoint(text);
    t.equal(parsed && formatEndpoint(parsed), text);
  }
});
