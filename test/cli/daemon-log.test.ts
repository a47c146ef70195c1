/**
 * Lines of the log have one form, whoever makes them; their writer is bounded and waits for nobody.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { jsonLine, pinoTo, type Line } from '../../lib/cli/daemon-log.js';
import { LineWriter } from '../../lib/cli/line-writer.js';
import { directoryOf } from '../fixture/directory.js';
import { eventually } from '../net/harness.js';

t.test('lines made here are those of pino', async (t) => {
  const lines: string[] = [];
  const say = await pinoTo((line) => lines.push(line));
  const both = (line: Line): void => {
    say(line);
    const time = /"time":"[^"]+"/;
    t.equal(`${jsonLine(line)}\n`.replace(time, ''), lines.at(-1)!.replace(time, ''), line.message);
    t.match(jsonLine(line), /"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  };
  both({ level: 'debug', fields: {}, message: 'nothing' });
  both({ level: 'info', fields: { a: 1, b: ['x', null], c: { d: true } }, message: 'fields' });
  both({
    level: 'warn',
    fields: { reason: undefined, text: 'tab\t "quoted" \u2028 ä' },
    message: 'odd',
  });
  both({ level: 'error', fields: { b: 1 }, message: 'line\nbreak' });
  const round: Record<string, unknown> = {};
  round['self'] = round;
  t.doesNotThrow(() => jsonLine({ level: 'info', fields: round, message: 'round' }));
});

/** The writer's own timers keep no process alive. */
const alive = setInterval(() => undefined, 1_000);
t.teardown(() => clearInterval(alive));

const droppedLine = (count: number): string => `${count} dropped`;

t.test('a pipe that is full: bounded, counted, said, and what matters goes first', async (t) => {
  const fifo = join(directoryOf(t), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  t.teardown(() => [reader, descriptor].forEach(closeSync));
  const writer = new LineWriter({ descriptor, bufferBytes: 100_000, droppedLine });
  const line = (name: string): string => `${name} ${'x'.repeat(1_000 - name.length)}\n`;
  let count = 0;
  // The pipe takes 64 kB, and one write is on its way.
  while (writer.dropped === 0) {
    writer.write(line(`ordinary ${count++}`), false);
    if (count % 50 === 0) await writer.settled(5);
  }
  t.ok(writer.isFull(false));
  t.notOk(writer.isFull(true));
  writer.write(line('matters'), true);
  for (let more = 0; more < 9; more++) writer.write(line('ordinary too much'), false);
  t.equal(await writer.settled(20), false, 'nobody waits for it for ever');
  let text = '';
  const bytes = Buffer.alloc(65_536);
  await eventually(() => {
    try {
      text += bytes.toString('utf8', 0, readSync(reader, bytes));
    } catch {
      // Empty for the moment.
    }
    return text.includes('9 dropped');
  });
  const names = text.split('\n').map((one) => one.split(' x')[0]!);
  const kept = Array.from({ length: count - 1 }, (_, at) => `ordinary ${at}`);
  t.strictSame(names, [...kept, '1 dropped', 'matters', '9 dropped', '']);
  t.equal(writer.dropped, 10);
});

t.test('the last words of a process are what was not written yet', async (t) => {
  const file = join(directoryOf(t, { log: '' }), 'log');
  const descriptor = openSync(file, 'a');
  const writer = new LineWriter({ descriptor, droppedLine });
  writer.write('first\n', false);
  writer.write('second\n', false);
  writer.lastWords();
  t.ok(await writer.settled(5_000));
  closeSync(descriptor);
  t.strictSame(readFileSync(file, 'utf8').trim().split('\n').toSorted(), ['first', 'second']);
});
