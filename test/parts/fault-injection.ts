/** What strace makes of a system call of a running process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Does `fault` to every fdatasync of a process, as strace says it: `error=EIO`, `delay_enter=1000`
 * (in microseconds); with other `calls`, to those; with `paths`, only where they concern these
 * files. Resolves when it is in force; ends with the test.
 */
export async function injectIntoSync(
  t: { teardown(step: () => unknown): void },
  pid: number,
  fault: string,
  calls = 'fdatasync',
  paths: readonly string[] = [],
): Promise<void> {
  const files = paths.flatMap((path) => ['-P', path]);
  const inject = [...files, '-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}`];
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...inject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => tracer.kill());
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  while (!said.includes('attached')) await once(tracer.stderr, 'data');
}
