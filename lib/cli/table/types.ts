/**
 * What the table of the command line consists of. Parsing, help, completion, the manual page and
 * `docs/reference/command-line.md` are made from its rows; a row is data, so that any of them can
 * be made without what the command does.
 */
import type { ExitCode } from '../exit-codes.js';

interface OptionCommon {
  /** What it is for; no full stop. */
  readonly about: string;
  /** Stands for its value in help, as `HOST:PORT`. */
  readonly placeholder?: string;
  /** The variable that gives it when the command line does not. */
  readonly environment?: string;
  /** Shown under a heading of its own: options that many verbs have. */
  readonly group?: OptionGroup;
  readonly required?: true;
}

/** Headings of options that many verbs share. */
export type OptionGroup = 'server' | 'access';

interface FlagRow extends OptionCommon {
  readonly kind: 'flag';
}

/** Options that go only together with another, or never with it. */
export interface TogetherRow {
  readonly options: readonly string[];
  readonly needs?: string;
  readonly notWith?: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
}

interface TextRow extends OptionCommon {
  /** `file` and `directory` are completed as such; `endpoint` is HOST:PORT. */
  readonly kind: 'text' | 'file' | 'directory' | 'endpoint';
  readonly default?: string;
  /** May be given several times; all count. */
  readonly repeatable?: true;
}

interface ChoiceRow extends OptionCommon {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
}

interface NumberRow extends OptionCommon {
  /** `whole`: an integer; `number`: with a fraction, if you like. */
  readonly kind: 'whole' | 'number';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

interface TimeRow extends OptionCommon {
  /** `duration`: milliseconds, of 500ms, 30s, 2m; `time`: milliseconds since 1970 UTC. */
  readonly kind: 'duration' | 'time';
  /** Of a duration: the shortest, in milliseconds; absent: 0. */
  readonly min?: number;
  readonly default?: number;
}

interface OtherRow extends OptionCommon {
  /** `truth`: true or false, with a value; `resume-token`: as `events` prints it. */
  readonly kind: 'truth' | 'resume-token';
}

/** An option, by the name that follows its two dashes. */
export type OptionRow = FlagRow | TextRow | ChoiceRow | NumberRow | TimeRow | OtherRow;

/** What stands on a command line without dashes. */
export interface ArgumentRow {
  readonly about: string;
  readonly kind?: 'file' | 'directory' | 'whole';
  /** It may be absent. */
  readonly optional?: true;
  /** The last one only: there may be any number of it, also none. */
  readonly many?: true;
  /** What it may be, for completion; absent: anything. */
  readonly choices?: readonly string[];
}

/** A verb, as `pull` of `ixion interaction pull`. */
export interface VerbRow {
  /** One line, without a full stop. */
  readonly about: string;
  /** More for its own help and the manual: sentences. */
  readonly more?: string;
  readonly arguments?: Readonly<Record<string, ArgumentRow>>;
  readonly options?: Readonly<Record<string, OptionRow>>;
  /** Options of which one at most may be given. */
  readonly exclusive?: readonly (readonly string[])[];
  readonly together?: readonly TogetherRow[];
  /** Command lines without `ixion`. */
  readonly examples: readonly string[];
  /** It takes `--json`; what it prints then, in a few words. The shape is in `lib/cli/json`. */
  readonly json?: string;
  /** How it may end, besides 0 and 64. */
  readonly exitCodes: readonly ExitCode[];
  /** Its variables are read with the configuration, not by the parser. */
  readonly readsConfiguration?: true;
}

/** A command: `ixion NAME VERB`, or `ixion NAME` if its only verb is named ''. */
export interface CommandRow {
  readonly name: string;
  /** One line, without a full stop. */
  readonly about: string;
  readonly verbs: Readonly<Record<string, VerbRow>>;
}

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

type ValueOf<Row> = Row extends { kind: 'flag' | 'truth' }
  ? boolean
  : Row extends { repeatable: true }
    ? readonly string[]
    : Row extends { choices: readonly (infer Choice)[] }
      ? Choice
      : Row extends { kind: 'whole' | 'number' | 'duration' | 'time' }
        ? number
        : string;

type Given<Row> = Row extends { kind: 'flag' } | { default: unknown } | { required: true }
  ? ValueOf<Row>
  : ValueOf<Row> | undefined;

type ArgumentOf<Row> = Row extends { many: true }
  ? readonly string[]
  : Row extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Row extends { kind: 'whole' }
      ? number
      : string;

type GivenArgument<Row> = Row extends { optional: true }
  ? ArgumentOf<Row> | undefined
  : ArgumentOf<Row>;

type OptionsOf<Verb> = Verb extends { options: infer Options } ? Options : object;
type ArgumentsOf<Verb> = Verb extends { arguments: infer Rows } ? Rows : object;

/** What the options of a verb gave, by their names in camel case. */
export type FlagsOf<Verb> = {
  readonly [Name in keyof OptionsOf<Verb> & string as Camel<Name>]: Given<OptionsOf<Verb>[Name]>;
} & { readonly json: boolean };

/** A command line that fits a verb. */
export interface InputOf<Verb> {
  readonly arguments: {
    readonly [Name in keyof ArgumentsOf<Verb>]: GivenArgument<ArgumentsOf<Verb>[Name]>;
  };
  readonly flags: FlagsOf<Verb>;
}
