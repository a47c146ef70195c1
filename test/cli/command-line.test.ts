/**
 * The command line against its table: what every verb has in common, found wrong
 * and told in one line.
 */
import t from 'tap';
import { commands } from '../../lib/cli/commands/index.js';
import { shells } from '../../lib/cli/completion.js';
import { optionsOf } from '../../lib/cli/parse.js';
import type { ArgumentRow, CommandRow, VerbRow } from '../../lib/cli/table/types.js';
import { knownVariables, unknownVariables } from '../../lib/cli/variables.js';
import { runHere } from './support.js';

interface Found {
  readonly command: CommandRow;
  readonly verb: VerbRow;
  /** As it is typed, without `ixion`. */
  readonly path: readonly string[];
}

const rows = await Promise.all(Object.values(commands).map((entry) => entry.table()));
const verbs: Found[] = rows.flatMap((command) =>
  Object.entries(command.verbs).map(([name, verb]) => ({
    command,
    verb,
    path: name === '' ? [command.name] : [command.name, name],
  })),
);

const run = ([name = '', ...rest]: readonly string[]): ReturnType<typeof runHere> =>
  runHere(name, ...rest);

/** Words that fit the arguments of a verb. */
const wordsOf = ({ verb }: Found): string[] =>
  Object.values<ArgumentRow>(verb.arguments ?? {}).flatMap((row) =>
    row.many === true ? [] : [row.choices?.[0] ?? (row.kind === 'whole' ? '1' : 'A1')],
  );

const oneLine = /^ixion: [^\n]+\n$/;

t.test('each row says what its command is, and is found under its name', async (t) => {
  for (const [name, { about }] of Object.entries(commands)) {
    const row = await commands[name]!.table();
    const handlers = await commands[name]!.handlers();
    t.equal(row.name, name);
    t.equal(row.about, about);
    t.same(Object.keys(handlers).toSorted(), Object.keys(row.verbs).toSorted(), name);
  }
});

t.test('help of each verb, in one style, by both ways', async (t) => {
  for (const { path, verb } of verbs) {
    const help = await run([...path, '--help']);
    t.match(help, { code: 0, error: '' }, path.join(' '));
    t.match(help.out, new RegExp(`^Usage: ixion ${path.join(' ')} `));
    t.ok(help.out.includes(verb.about));
    for (const name of Object.keys(optionsOf(verb))) t.ok(help.out.includes(`--${name}`), name);
    for (const example of verb.examples) t.ok(help.out.includes(`$ ixion ${example}`));
    for (const code of [0, 64, ...verb.exitCodes])
      t.match(help.out, new RegExp(`^ +${code} `, 'm'));
    t.equal((await run(['help', ...path])).out, help.out);
    t.equal((await run([...path, '-h'])).out, help.out);
  }
  for (const { name } of rows) {
    t.equal((await run(['help', name])).out, (await run([name, '--help'])).out);
  }
  t.equal((await run(['help'])).out, (await run(['--help'])).out);
});

t.test('no verb takes an option that it does not know, nor an argument too many', async (t) => {
  for (const found of verbs) {
    const label = found.path.join(' ');
    const words = wordsOf(found);
    const required = Object.entries(found.verb.options ?? {}).flatMap(([name, row]) =>
      row.required === true ? [`--${name}`, 'x'] : [],
    );
    for (const strange of ['--colour', '--colour=red', '-x', '--no-json']) {
      const { code, out, error } = await run([...found.path, ...words, ...required, strange]);
      t.equal(code, 64, `${label} ${strange}`);
      t.equal(out, '');
      t.match(error, oneLine);
      t.match(error, /has no option -.*See "ixion/);
    }
    const hasMany = Object.values<ArgumentRow>(found.verb.arguments ?? {}).some((row) => row.many);
    if (hasMany) continue;
    const extra = await run([...found.path, ...words, 'surplus', ...required]);
    t.match(extra, { code: 64, out: '' }, label);
    t.match(extra.error, /^ixion: "surplus" is one argument too many\. See "ixion [^\n]+\n$/);
  }
});

t.test('each option with a value wants one that fits', async (t) => {
  for (const found of verbs) {
    for (const [name, row] of Object.entries(optionsOf(found.verb))) {
      const line = [...found.path, ...wordsOf(found), `--${name}`];
      if (row.kind === 'flag') {
        if (name === 'help') continue;
        const { code, error } = await run([...found.path, ...wordsOf(found), `--${name}=yes`]);
        t.match({ code, error }, { code: 64, error: /takes no value/ }, line.join(' '));
        continue;
      }
      const missing = await run(line);
      t.match(missing, { code: 64, error: /needs a value/ }, line.join(' '));
      const followed = await run([...line, '--help']);
      t.match(followed, { code: 64, error: /needs a value/ }, line.join(' '));
      if (row.kind === 'text') continue;
      const wrong = row.kind === 'file' || row.kind === 'directory' ? '' : '1x!';
      const misfit = await run([...line, wrong]);
      t.match(misfit, { code: 64, error: /^ixion: --[a-z-]+: [^\n]+; [^\n]+\n$/ }, line.join(' '));
    }
  }
});

t.test('what was meant is proposed', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['interction show A1', /no command "interction"\. Did you mean "interaction"\?/],
    ['stat', /Did you mean "status"\?/],
    ['interaction shwo A1', /Did you mean "show"\?/],
    ['interaction pull q --cuont 3', /Did you mean "--count"\?/],
    ['config rollback 7 --dryrun', /has no option --dryrun/],
    ['token create --role agnet', /none of admin.*did you mean "agent"/],
    ['help interaction pul', /Did you mean "pull"\?/],
    ['interaction show A1 --queue q', /belongs to "ixion interaction submit"/],
    ['xyzzy', /^ixion: there is no command "xyzzy"\. See "ixion --help"\.\n$/],
    ['config', /a verb is missing after "ixion config"; there are: check, export/],
    ['ping --server nowhere', /is not HOST:PORT; the port is missing, as nowhere:7488/],
    ['ping --server http://a:1', /leave out http:\/\//],
  ];
  for (const [line, wanted] of cases) {
    const { code, error } = await run(line.split(' '));
    t.equal(code, 64, line);
    t.match(error, wanted);
    t.match(error, oneLine);
  }
});

t.test('variables: read strictly, and less than what the command line says', async (t) => {
  const [token] = rows.filter(({ name }) => name === 'ping');
  t.ok(token);
  const ping = (
    environment: Record<string, string>,
    ...more: readonly string[]
  ): ReturnType<typeof runHere> => {
    Object.assign(process.env, environment);
    const names = Object.keys(environment);
    return runHere('ping', '--timeout', '1s', ...more).finally(() => {
      for (const name of names) delete process.env[name];
    });
  };
  for (const value of ['yes', 'on', 'TRUE', '2', ' 1']) {
    const { code, error } = await ping({ IXION_TLS: value });
    t.equal(code, 64, value);
    t.match(
      error,
      /the variable IXION_TLS: .*neither true nor false; write true or false \(or 1, 0\)/,
    );
  }
  for (const value of ['0', 'false', '']) {
    const { code, error } = await ping({ IXION_TLS: value, IXION_SERVER: '127.0.0.1:1' });
    t.equal(code, 69, value);
    t.match(error, /ECONNREFUSED/);
  }
  t.match(await ping({ IXION_SERVER: 'nowhere' }), { code: 64, error: /IXION_SERVER.*port/ });
  const said = await ping({ IXION_SERVER: 'nowhere' }, '--server', '127.0.0.1:1');
  t.match(said, { code: 69, error: /127\.0\.0\.1:1 .*ECONNREFUSED/ });
});

t.test('with --json the errors are JSON too', async (t) => {
  const lines = [
    'interaction show A1 --json --colour',
    'interaction shwo A1 --json',
    'ping --json --server 127.0.0.1:1',
    'config check nowhere.yaml --json',
  ];
  for (const line of lines) {
    const { code, error, out } = await run(line.split(' '));
    if (out !== '') continue;
    const { error: told } = JSON.parse(error) as { error: Record<string, unknown> };
    t.equal(told['exitCode'], code, line);
    t.match(told, { name: String, message: String, remedy: /\.$/ });
  }
  const refused = await run(['ping', '--json', '--server', '127.0.0.1:1']);
  t.match(JSON.parse(refused.error), {
    error: { name: 'NoConnection', code: 1064, exitCode: 69, remedy: String },
  });
});

t.test('variables that mean nothing are told, those of the table are known', async (t) => {
  for (const { verb } of verbs) {
    for (const { environment } of Object.values(optionsOf(verb))) {
      if (environment !== undefined) t.ok(knownVariables.has(environment), environment);
    }
  }
  const environment = {
    IXION_TSL: '1',
    IXION_TLS: '1',
    IXION_PARTITION: '8',
    IXION_SERVICE_HOST: '10.0.0.1',
    IXION_PORT_7488_TCP_ADDR: '10.0.0.1',
    HOME: '/',
  };
  t.same(unknownVariables(environment), [
    'the variable IXION_TSL means nothing. Did you mean "IXION_TLS"?',
    'the variable IXION_PARTITION means nothing. Did you mean "IXION_PARTITIONS"?',
  ]);
});

t.test('completion of each shell knows every verb and option', async (t) => {
  for (const shell of shells) {
    const { code, out } = await run(['completion', shell]);
    t.equal(code, 0);
    for (const { path, verb } of verbs) {
      for (const word of path) t.ok(out.includes(word));
      for (const name of Object.keys(optionsOf(verb))) t.ok(out.includes(name), `${shell} ${name}`);
    }
  }
  t.match(await run(['completion', 'csh']), { code: 64, error: /none of bash, zsh, fish/ });
});
