/**
 * The daemon's log, on stderr: JSON lines for machines, short lines on a terminal. What is logged
 * before pino is loaded waits for it, so that the start need not.
 */
import { writeSync } from 'node:fs';
import type { Log } from '../server/log.js';

const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const;
type Level = keyof typeof levels;

const stderr = 2;

/** A log for the daemon's own process. */
export interface DaemonLog extends Log {
  level: string;
  /** Writes what still waits, without pino if need be. For the moment before an end. */
  flush(): void;
}

interface Waiting {
  readonly level: Level;
  readonly fields: object;
  readonly message: string;
}

function writeLine(text: string): void {
  try {
    writeSync(stderr, `${text}\n`);
  } catch {
    // The reader of the log is gone or slow; the server goes on without it.
  }
}

/** `warn  actor partition-1 ended: crash {"report":...}` */
function terminalLine({ level, fields, message }: Waiting): string {
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${level.padEnd(5)} ${message}${rest}`;
}

/** Makes the log; `load` brings pino. */
export function createDaemonLog(terminal: boolean): DaemonLog & { load(): Promise<void> } {
  let level: Level = 'info';
  let waiting: Waiting[] = [];
  let write: ((record: Waiting) => void) | undefined = terminal
    ? (record) => writeLine(terminalLine(record))
    : undefined;
  const log = (of: Level) => (fields: object, message: string) => {
    if (levels[of] < levels[level]) return;
    const record = { level: of, fields, message };
    if (write === undefined) waiting.push(record);
    else write(record);
  };
  const empty = (): void => {
    const records = waiting;
    waiting = [];
    for (const record of records) (write ?? ((late) => writeLine(terminalLine(late))))(record);
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
    flush: empty,
    async load() {
      if (write !== undefined) return;
      const { pino } = await import('pino');
      const destination = pino.destination({ dest: stderr, sync: true });
      const logger = pino(
        { level: 'debug', timestamp: pino.stdTimeFunctions.isoTime },
        destination,
      );
      write = (record) => logger[record.level](record.fields, record.message);
      empty();
    },
  };
}
