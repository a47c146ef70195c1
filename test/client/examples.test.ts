/**
 * What users write: the examples of the client's page and of the README compile and run as they are
 * written; what the types promise to refuse is refused.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compile, makeProject, root } from './compiler.js';
import { apply } from '../agents/support.js';
import { application, tokenOf } from '../security/secured-server.js';
import { addressOf, connectReal, startReal } from './real-server.js';
import { email } from './support.js';

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The examples by the name of the file in their first line. */
const examples = new Map(
  [...read('docs/reference/client.md').matchAll(/```ts\n\/\/ (\w+\.ts)\n([^]*?)```/g)].map(
    ([, name, text]) => [name!, text!] as const,
  ),
);
for (const [index, [, text]] of [
  ...read('README.md').matchAll(/```ts\n([^]*?'ixion\/client'[^]*?)```/g),
].entries()) {
  examples.set(`readme${index}.ts`, text!);
}

/** A use of the SDK; a line that is to be refused says so. */
const use = read('test/client/types-of-use.txt');
const wrongLines = use
  .split('\n')
  .flatMap((text, index) => (text.includes('// WRONG') ? [index + 1] : []));

/** An example goes to the default port; here that is another one, for it may be in use. */
const redirect = (port: number): string => `
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
const { connect } = net;
net.connect = (options, ...more) =>
  connect(options.port === 7488 ? { ...options, port: ${port} } : options, ...more);
syncBuiltinESMExports();
`;

t.test('they compile and run', async (t) => {
  const server = await startReal(t);
  const directory = join(t.testdirName, 'examples');
  makeProject(directory, new Map([...examples, ['use.ts', use]]));
  const complaints = compile(directory, [...examples.keys(), 'use.ts']);
  const isExpected = ({ name, line }: { name: string; line: number }): boolean =>
    name === 'use.ts' && wrongLines.includes(line);
  t.strictSame(
    complaints.filter((each) => !isExpected(each)),
    [],
  );
  t.ok(wrongLines.length > 15);
  for (const line of wrongLines) {
    t.ok(
      complaints.some((each) => isExpected(each) && each.line === line),
      `line ${line} of use.ts is refused`,
    );
  }

  const secured = await startReal(t, {
    data: join(t.testdirName, 'secured'),
    applications: [application('operations', 'admin', 'all')],
  });
  for (const each of [server, secured]) {
    const { port } = each.address;
    writeFileSync(join(directory, `redirect-${port}.js`), redirect(port));
  }
  const run = (name: string, on = server): Promise<string> =>
    new Promise((resolve) => {
      const importing = ['--import', `./redirect-${on.address.port}.js`];
      const token = on === secured ? { IXION_TOKEN: tokenOf('operations') } : {};
      const child = spawn(process.execPath, [...importing, name], {
        cwd: directory,
        env: { PATH: process.env['PATH'], ...token },
        timeout: 30_000,
      });
      let output = '';
      child.stdout.on('data', (text) => (output += String(text)));
      child.stderr.on('data', (text) => (output += String(text)));
      child.on('close', (code) => resolve(code === 0 ? output : `${code}: ${output}`));
    });

  const places = 'places: [{name: desk 1}, {name: desk 2}]';
  const agents = 'agents: [{name: ann, place: desk 1}, {name: bob, place: desk 2}]';
  for (const each of [server, secured]) {
    await apply(each, `media: [{name: email}, {name: voice}]\n${places}\n${agents}\n`);
  }
  const media = await connectReal(t, addressOf(server));
  await media.submit(email);
  const expected: Readonly<Record<string, RegExp>> = {
    'submit.ts': /^$/,
    'states.ts': /^1 wait, 0 are taken\n$/,
    'follow.ts': /^EventInteractionSubmitted now in inbox\n(Event\w+ ended since\n)+$/,
    'board.ts': /^\d agents, [1-9] queues\n$/,
    'offer.ts': /^(accepted\n|ann has one without a subject\n){2}$/,
    'share.ts': /^bob listens\nbob has it\n$/,
    'phone.ts': /^1 call, room for 0\nno call, room for 1\n$/,
    'supervise.ts': /^1 would end, 1 would not\ngone UnknownInteraction\n1 restored\n$/,
    'topics.ts': /^told to 1\ndesktop: lunch\n$/,
    'errors.ts': /^43 RequestStopProcessing Treat it as done/,
    'readme0.ts': /^$/,
  };
  t.strictSame([...examples.keys()], Object.keys(expected));
  for (const [name, output] of Object.entries(expected)) {
    // Those that an application of a role is needed for say so.
    const on = examples.get(name)?.includes('IXION_TOKEN') === true ? secured : server;
    t.match(await run(name.replace('.ts', '.js'), on), output, name);
  }
  t.notMatch(await run('follow.js'), /inbox/, 'with its token it goes on');
});
