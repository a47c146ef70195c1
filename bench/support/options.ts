/**
 * The options of all benches in one table, from which the command line and its help are made. Each
 * bench uses those that concern it and may have defaults of its own.
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

interface NumberOption {
  readonly flag: string;
  readonly least: number;
  /** Undefined: as the text says. */
  readonly default: number | undefined;
  readonly about: string;
}

const numberOptions = {
  seconds: { flag: 'seconds', least: 0.05, default: 3, about: 'length of a counted run' },
  warmUpSeconds: {
    flag: 'warm-up',
    least: 0,
    default: 3,
    about: 'the run before, not counted; 0: none',
  },
  rounds: { flag: 'rounds', least: 1, default: 5, about: 'counted runs of each contestant' },
  inFlight: { flag: 'in-flight', least: 1, default: 256, about: 'unanswered at a time, in all' },
  queues: { flag: 'queues', least: 1, default: 8, about: 'queues that share the load' },
  processes: {
    flag: 'processes',
    least: 1,
    default: 1,
    about: 'business processes that share the queues; each has its partition',
  },
  partitions: {
    flag: 'partitions',
    least: 1,
    default: undefined,
    about: "partitions of the store (the server's own default)",
  },
  dataBytes: {
    flag: 'data-bytes',
    least: 100,
    default: undefined,
    about: 'attached data of a record, up to 102,400 (the e-mail of about 1 KiB in all)',
  },
  interactions: {
    flag: 'interactions',
    least: 1,
    default: 1_000_000,
    about: 'interactions stored: start, stop, crash-start, memory, store; cycle with a backlog',
  },
  rate: {
    flag: 'rate',
    least: 1,
    default: 1_000,
    about: 'offered a second: latency, memory, archive',
  },
  slices: { flag: 'slices', least: 4, default: 120, about: 'counters: slices, half of them on' },
  sliceSeconds: { flag: 'slice', least: 0.05, default: 1, about: 'counters: length of a slice' },
  operations: {
    flag: 'operations',
    least: 100,
    default: 500_000,
    about: 'store: inserts, updates and deletes; a tenth is the first mark, 3 % live at a time',
  },
  mostRounds: { flag: 'most', least: 1, default: 30, about: 'against, turn: rounds at the most' },
  bar: {
    flag: 'bar',
    least: 0.01,
    default: 0.98,
    about: 'against, turn: the least ratio to the other',
  },
  overloadFactor: {
    flag: 'factor',
    least: 0.1,
    default: 2,
    about: 'overload: offered, as a multiple of the capacity measured before',
  },
} as const satisfies Readonly<Record<string, NumberOption>>;

type NumberName = keyof typeof numberOptions;
type NumberValue<Default> = Default extends number ? number : number | undefined;

/** How interactions stand in queues. */
export const shapes = ['pass-through', 'backlog', 'distribution'] as const;
export type Shape = (typeof shapes)[number];

/** `short` is for seeing that all works, and for figures in some minutes. */
export const forms = ['short', 'full'] as const;
export type Form = (typeof forms)[number];

/** How many configuration objects there are beside few; `some` is for seeing that all works. */
export const objectForms = ['none', 'large', 'some'] as const;
export type ObjectForm = (typeof objectForms)[number];

/** Options of all benches; each uses those that concern it. */
export type BenchOptions = {
  readonly [Name in NumberName]: NumberValue<(typeof numberOptions)[Name]['default']>;
} & {
  readonly shape: Shape;
  readonly form: Form;
  readonly objects: ObjectForm;
  /** Start with the page cache dropped, too. */
  readonly cold: boolean;
  /** Numbers of unanswered requests to try besides. */
  readonly sweep: readonly number[];
  /** Numbers of interactions to try besides. */
  readonly backlogs: readonly number[];
  /** Names of benches that `all` leaves out. */
  readonly without: readonly string[];
  /** peers: those that are measured; none: all. */
  readonly only: readonly string[];
  /** peers, turn: workloads that are run; of peers none: all. */
  readonly workloads: readonly string[];
  /** against: those that are compared; none: all. */
  readonly benches: readonly string[];
  /**
   * archive, start, stop, memory: where loaded stores stay, to be found again;
   * absent: they are removed.
   */
  readonly keep: string | undefined;
  /** Those that the command line names. */
  readonly given: Partial<BenchOptions>;
  /** Where stores are made, in folders of their own that are removed at the end. */
  readonly directory: string;
};

const textOptions = {
  shape: `cycle: how interactions stand in queues: ${shapes.join(', ')}`,
  form: `all: ${forms.join(' or ')}`,
  objects: `start: with many configuration objects instead: ${objectForms.join(', ')}`,
  sweep: 'submit: numbers in flight to try besides, as 1,16,256',
  backlogs: 'start, memory: numbers of interactions to try besides, as 1000,10000',
  without: 'all: benches to leave out, as actor,peers',
  only: 'peers: those to measure, as rabbitmq,bullmq-always',
  workloads: 'peers: those to run, as submit,cycle; turn: frames, requests, keyless',
  benches: 'against: those to compare, as submit,cycle,latency,start',
  directory: 'where stores are made and removed (the folder for temporary files)',
  keep: 'archive, start, stop, memory, against, turn: keep loaded stores, or builds, in this folder, or take those that are there',
  output: 'write the figures as JSON to this file, too',
  against: 'check: the figures to compare with; turn: the revision',
} as const;

const flagOptions = { json: 'end with all figures as one line', cold: 'start: cold starts, too' };

const flags = {
  ...Object.fromEntries(
    Object.values(numberOptions).map(({ flag }) => [flag, { type: 'string' as const }]),
  ),
  ...Object.fromEntries(
    Object.keys(textOptions).map((name) => [name, { type: 'string' as const }]),
  ),
  json: { type: 'boolean' as const },
  cold: { type: 'boolean' as const },
  help: { type: 'boolean' as const, short: 'h' },
};

/** What stands on the command line, before it is checked. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** @throws {TypeError} for an option that there is not */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: flags,
    allowPositionals: true,
    strict: true,
  });
  return { words: positionals, values: values as CommandLine['values'] };
}

/** A number of at least `least`; the message of what is thrown is for the user. */
function readNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (text !== '' && value >= least) return value;
  throw new Error(`--${flag} ${text}: give a number of at least ${least}`);
}

function readChoice<Choice extends string>(
  flag: string,
  text: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new Error(`--${flag} ${String(text)}: give one of ${choices.join(', ')}`);
}

const readList = (text: unknown): string[] =>
  typeof text === 'string' ? text.split(',').filter((part) => part !== '') : [];

/**
 * The options that a bench gets: the command line's, else the bench's own, else those of the table.
 * @throws {Error} that names the option
 */
export function readOptions(
  { values }: CommandLine,
  own: Partial<BenchOptions>,
  directory: string,
): BenchOptions {
  const given = readGiven(values);
  const numbers = Object.entries(numberOptions).map(([name, option]) => [name, option.default]);
  return {
    ...(Object.fromEntries(numbers) as Pick<BenchOptions, NumberName>),
    shape: shapes[0],
    form: forms[0],
    cold: false,
    sweep: [],
    backlogs: [],
    without: [],
    only: [],
    workloads: [],
    benches: [],
    keep: undefined,
    objects: objectForms[0],
    ...own,
    ...given,
    given,
    directory,
  };
}

/** What the command line names. */
function readGiven(values: CommandLine['values']): Partial<BenchOptions> {
  const numbers = Object.entries(numberOptions).flatMap(([name, { flag, least }]) => {
    const text = values[flag];
    return typeof text === 'string' ? [[name, readNumber(flag, text, least)]] : [];
  });
  const { shape, form, objects, cold, sweep, backlogs, keep } = values;
  const names = (flag: 'without' | 'only' | 'workloads' | 'benches') =>
    values[flag] === undefined ? {} : { [flag]: readList(values[flag]) };
  const list = (flag: string, text: unknown): number[] =>
    readList(text).map((part) => readNumber(flag, part, 1));
  return {
    ...(Object.fromEntries(numbers) as Partial<BenchOptions>),
    ...(shape === undefined ? {} : { shape: readChoice('shape', shape, shapes) }),
    ...(form === undefined ? {} : { form: readChoice('form', form, forms) }),
    ...(cold === true ? { cold } : {}),
    ...(sweep === undefined ? {} : { sweep: list('sweep', sweep) }),
    ...(backlogs === undefined ? {} : { backlogs: list('backlogs', backlogs) }),
    ...(objects === undefined ? {} : { objects: readChoice('objects', objects, objectForms) }),
    ...(typeof keep === 'string' ? { keep } : {}),
    ...names('without'),
    ...names('only'),
    ...names('workloads'),
    ...names('benches'),
  };
}

/** Where stores are made when nobody says. */
export const directoryOf = ({ values }: CommandLine): string =>
  typeof values['directory'] === 'string' ? values['directory'] : tmpdir();

/** Lines of help, one per option. */
export function describeOptions(): string[] {
  const line = (flag: string, about: string): string => `  --${flag.padEnd(14)}${about}`;
  return [
    ...Object.values(numberOptions).map(({ flag, about, ...option }) => {
      const value = 'default' in option ? option.default : undefined;
      return line(flag, value === undefined ? about : `${about} (${value})`);
    }),
    ...Object.entries({ ...textOptions, ...flagOptions }).map(([flag, text]) => line(flag, text)),
  ];
}

/** How a bench's own defaults read on the command line. */
export function describeOwn(own: Partial<BenchOptions>): string {
  return Object.entries(own)
    .map(([name, value]) => {
      const flag = name in numberOptions ? numberOptions[name as NumberName].flag : name;
      return value === true ? `--${flag}` : `--${flag} ${String(value)}`;
    })
    .join(' ');
}
