/**
 * The daemon's log, on stderr: JSON lines for machines, short lines on a terminal. Nobody waits for
 * it; see `line-writer.ts`. Until pino is loaded, and where it cannot be, lines of the same form
 * are made here, so that the start need not wait for it either.
 */
import { constants, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemClock } from '../clock.js';
import type { Log } from '../log.js';
import { writeTime } from '../text/index.js';
import { LineWriter } from './line-writer.js';

const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const;
type Level = keyof typeof levels;

const stdout = 1;
const stderr = 2;

/** A log for the daemon's own process. */
export interface DaemonLog extends Log {
  level: string;
  /** Lines that nobody took in time, since the start. */
  readonly dropped: number;
  /** Brings pino. Rejects when it cannot be loaded; the log goes on without it. */
  load(): Promise<void>;
  /** Resolves when all is written, or after so many milliseconds. */
  settled(limitMs: number): Promise<boolean>;
  /** Writes what still waits, as far as it is taken. For the moment before an end. */
  lastWords(): void;
}

/** One line, before it has a form. */
export interface Line {
  readonly level: Level;
  readonly fields: object;
  readonly message: string;
}

/** `warn  actor partition-1 ended: crash {"report":...}` */
function terminalLine({ level, fields, message }: Line): string {
  const rest = Object.keys(fields).length === 0 ? '' : ` ${textOf(fields)}`;
  return `${level.padEnd(5)} ${message}${rest}`;
}

/** As pino makes it, without its end. */
export function jsonLine({ level, fields, message }: Line): string {
  const time = writeTime(systemClock.nowMs());
  const head = { level: levels[level], time, pid: process.pid, hostname: hostname() };
  return textOf({ ...head, ...fields, msg: message });
}

/** Makes lines with pino. */
export async function pinoTo(write: (line: string) => void): Promise<(line: Line) => void> {
  const { pino } = await import('pino');
  const logger = pino({ level: 'debug', timestamp: pino.stdTimeFunctions.isoTime }, { write });
  return ({ level, fields, message }) => logger[level](fields, message);
}

function textOf(fields: object): string {
  try {
    return JSON.stringify(fields);
  } catch (error) {
    // Something that JSON has no form for must not take the line with it.
    return JSON.stringify({ unprintable: String(error) });
  }
}

/**
 * A terminal of our own that does not block: one that was stopped by Ctrl-S would stop the
 * thread that writes to it, and the end of the process with it. Where it cannot be opened
 * it stays as it is.
 */
function openTerminal(descriptor: number): number {
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return openSync(`/proc/self/fd/${descriptor}`, flags);
  } catch {
    return descriptor;
  }
}

function writerOf(stream: NodeJS.WriteStream, descriptor: number, line: (line: Line) => string) {
  return new LineWriter({
    // Asking for the stream has made a pipe non-blocking.
    descriptor: stream.isTTY ? openTerminal(descriptor) : descriptor,
    droppedLine(count) {
      const message = `${count} lines were dropped here: nobody took them in time`;
      return line({ level: 'warn', fields: { dropped: count }, message });
    },
  });
}

/** Makes the log, and sees to it that what still waits is written when the process exits. */
export function createDaemonLog(): DaemonLog {
  const { isTTY } = process.stderr;
  const plain = isTTY ? terminalLine : jsonLine;
  const writer = writerOf(process.stderr, stderr, plain);
  process.once('exit', () => writer.lastWords());
  let level: Level = 'info';
  let write = (line: Line, matters: boolean): void => writer.write(`${plain(line)}\n`, matters);
  const log = (of: Level) => (fields: object, message: string) => {
    if (levels[of] < levels[level]) return;
    const matters = levels[of] >= levels.warn;
    if (writer.isFull(matters)) writer.drop();
    else write({ level: of, fields, message }, matters);
  };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    get level() {
      return level;
    },
    set level(name) {
      if (name in levels) level = name as Level;
    },
    get dropped() {
      return writer.dropped;
    },
    async load() {
      if (isTTY) return;
      let isImportant = false;
      const say = await pinoTo((line) => writer.write(line, isImportant));
      write = (line, matters) => {
        isImportant = matters;
        say(line);
      };
    },
    settled: (limitMs) => writer.settled(limitMs),
    lastWords: () => writer.lastWords(),
  };
}

/** What the daemon says on stdout, which nobody waits for either. */
export interface DaemonOutput {
  text(text: string): void;
  settled(limitMs: number): Promise<boolean>;
}

/** Stdout for the daemon; what still waits is written when the process exits. */
export function createDaemonOutput(): DaemonOutput {
  const writer = writerOf(process.stdout, stdout, ({ message }) => message);
  process.once('exit', () => writer.lastWords());
  return {
    text: (text) => writer.write(text, true),
    settled: (limitMs) => writer.settled(limitMs),
  };
}
