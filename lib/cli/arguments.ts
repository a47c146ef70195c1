/** Command lines of commands that have a few flags: Node's own parser, with our errors. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.js';

type Flags = NonNullable<ParseArgsConfig['options']>;

/** Flags by name, and the arguments that are none. */
type Parsed<F extends Flags> = ReturnType<
  typeof parseArgs<{ args: string[]; options: F; strict: true; allowPositionals: true }>
>;

/**
 * @param command as the user wrote it, for messages
 * @param names what the positional arguments are; exactly these must be there
 * @throws {UsageError} for what is unknown, missing or too much
 */
export function readArguments<const F extends Flags>(
  command: string,
  argv: readonly string[],
  options: F,
  names: readonly string[] = [],
): Parsed<F> {
  const help = `See "ixion ${command} --help".`;
  let parsed: Parsed<F>;
  try {
    parsed = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\.?$/, '.')} ${help}`);
  }
  const { help: wanted } = parsed.values as { help?: boolean };
  if (wanted === true) return parsed;
  const missing = names[parsed.positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing. ${help}`);
  if (parsed.positionals.length > names.length) {
    throw new UsageError(`"${parsed.positionals[names.length]}" is too much. ${help}`);
  }
  return parsed;
}

/** Flags that every such command has. */
export const commonFlags = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
} as const;

/**
 * Milliseconds of `500ms`, `30s`, `2m`, `1h` or `0`; a number alone counts seconds.
 * @throws {UsageError} naming the flag
 */
export function readDuration(flag: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[found?.[2] ?? 's'];
  if (found === null || factor === undefined) {
    throw new UsageError(`${flag} takes a time as 500ms, 30s or 2m, not "${text}".`);
  }
  return Math.round(Number(found[1]) * factor);
}
