/** The system calls of a process, as strace writes them to a file. */
import { readFileSync } from 'node:fs';

/** One call. `start` and `end` are lines of the log: what has a smaller line came first. */
export interface SystemCall {
  readonly name: string;
  /** First argument and, in angle brackets, what it stands for: `26</store/p00/data.mdb>`. */
  readonly descriptor: string;
  /** Everything after the first argument. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What it returned. */
  readonly result: number;
}

/** Options of strace that make a log this file can read: all threads, paths, whole buffers. */
export function straceOptions(log: string, calls: readonly string[]): string[] {
  // -D: the server is the child of who starts it, strace is not in between.
  return ['strace', '-D', '-f', '-q', '-y', '-s', '1048576', '-o', log, '-e', calls.join()];
}

const line = /^(\d+) +(.*)$/s;
const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/s;
const resumed = /^<\.\.\. (\w+) resumed>(.*)$/s;
const whole = /^(\w+)\((.*)$/s;
const returned = /^(.*)\) += (-?\d+)(?:[ <].*)?$/s;

/** Reads a log whose process has ended. */
export async function readSystemCalls(log: string): Promise<SystemCall[]> {
  const calls: SystemCall[] = [];
  const open = new Map<string, { name: string; text: string; start: number }>();
  for (const [index, content] of (await completeLog(log)).split('\n').entries()) {
    const [, thread = '', rest = ''] = line.exec(content) ?? [];
    const first = begun.exec(rest);
    if (first !== null) {
      open.set(thread, { name: first[1]!, text: first[2]!, start: index });
      continue;
    }
    const second = resumed.exec(rest);
    const before = second === null ? undefined : open.get(thread);
    const [, name, text] = second ?? whole.exec(rest) ?? [];
    if (name === undefined || text === undefined) continue;
    const [, parameters, result] = returned.exec((before?.text ?? '') + text) ?? [];
    if (parameters === undefined) continue;
    calls.push({
      name,
      descriptor: /^[^,]*/.exec(parameters)![0],
      text: parameters,
      start: before?.start ?? index,
      end: index,
      result: Number(result),
    });
  }
  return calls;
}

/** strace may still be writing when the process it follows has ended. */
async function completeLog(log: string): Promise<string> {
  for (;;) {
    const text = readFileSync(log, 'latin1');
    const first = line.exec(text.slice(0, 20))?.[1] ?? '';
    if (new RegExp(`^${first} +\\+\\+\\+ `, 'm').test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
};

/** The bytes of the buffers in the arguments of a call that read or wrote, as many as it did. */
export function bytesOf({ text, result }: SystemCall): Buffer {
  const strings = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted = '']) =>
    quoted.replaceAll(/\\([0-7]{1,3}|.)/gs, (_, escape: string) =>
      /^[0-7]/.test(escape)
        ? String.fromCharCode(Number.parseInt(escape, 8))
        : (escapes[escape] ?? escape),
    ),
  );
  return Buffer.from(strings.join(''), 'latin1').subarray(0, Math.max(0, result));
}
