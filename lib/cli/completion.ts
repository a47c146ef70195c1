/** Completion for shells, as a script that the shell loads. Made from the table. */
import { optionsOf } from './parse.js';
import type { ArgumentRow, CommandRow, OptionRow, VerbRow } from './table/types.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may follow an option or be an argument. */
type Values = { readonly words: readonly string[] } | 'file' | 'directory' | 'anything';

function valuesOf(row: OptionRow | ArgumentRow): Values {
  if ('choices' in row && row.choices !== undefined) return { words: row.choices };
  if (row.kind === 'truth') return { words: ['true', 'false'] };
  return row.kind === 'file' || row.kind === 'directory' ? row.kind : 'anything';
}

/** The verbs that have names; a command may do something without one besides. */
const namedVerbs = ({ verbs }: CommandRow): [string, VerbRow][] =>
  Object.entries(verbs).filter(([name]) => name !== '');

/** In single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function completionOf(shell: Shell, rows: readonly CommandRow[]): string {
  if (shell === 'bash') return bash(rows);
  return shell === 'zsh' ? zsh(rows) : fish(rows);
}

// ---- bash ----

const bashWords = (values: Values): string => {
  if (values === 'file') return 'compgen -f -- "$word"';
  if (values === 'directory') return 'compgen -d -- "$word"';
  return values === 'anything' ? ':' : `compgen -W ${quoted(values.words.join(' '))} -- "$word"`;
};

/** One branch for each verb: the values of its options, its options, its arguments. */
function bashVerb(path: string, verb: VerbRow): string {
  const options = Object.entries(optionsOf(verb));
  const withValue = options.filter(([, row]) => row.kind !== 'flag');
  const names = options.map(([name]) => `--${name}`).join(' ');
  const [argument] = Object.values<ArgumentRow>(verb.arguments ?? {});
  const byOption = withValue.map(
    ([name, row]) => `        --${name}) ${bashWords(valuesOf(row))}; return ;;`,
  );
  return [
    `    ${quoted(path)})`,
    '      case "$before" in',
    ...byOption,
    '      esac',
    `      case "$word" in -*) compgen -W ${quoted(names)} -- "$word"; return ;; esac`,
    `      ${argument === undefined ? ':' : bashWords(valuesOf(argument))} ;;`,
  ].join('\n');
}

/** Before a verb is there: the verbs, and then what the command takes without one, if it does. */
function bashVerbs(row: CommandRow): string {
  const names = namedVerbs(row).map(([name]) => name);
  const isAlone = Object.hasOwn(row.verbs, '');
  const words = quoted([...names, ...(isAlone ? [] : ['--help'])].join(' '));
  return `    ${row.name}) [ -n "$verb" ] || { compgen -W ${words} -- "$word"; ${isAlone ? ':' : 'return'}; } ;;`;
}

function bash(rows: readonly CommandRow[]): string {
  const names = rows.map(({ name }) => name).join(' ');
  const withVerbs = rows.filter((row) => namedVerbs(row).length > 0);
  const pairs = withVerbs.flatMap((row) =>
    namedVerbs(row).map(([name]) => quoted(`${row.name} ${name}`)),
  );
  return [
    '# Completion of ixion for bash: eval "$(ixion completion bash)"',
    '_ixion_words() {',
    '  local word="$1" before="$2" command="$3" verb="$4"',
    '  case "$command" in',
    `    '') compgen -W ${quoted(`${names} --help --version`)} -- "$word"; return ;;`,
    ...withVerbs.map(bashVerbs),
    '  esac',
    '  case "$command${verb:+ $verb}" in',
    ...rows.flatMap(({ name, verbs }) =>
      Object.entries(verbs).map(([verb, row]) =>
        bashVerb(verb === '' ? name : `${name} ${verb}`, row),
      ),
    ),
    '  esac',
    '}',
    '_ixion() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
    '  local command="" verb=""',
    '  [ "$COMP_CWORD" -gt 1 ] && command="${COMP_WORDS[1]}"',
    '  if [ "$COMP_CWORD" -gt 2 ]; then',
    `    case "$command \${COMP_WORDS[2]}" in ${pairs.join(' | ')}) verb="\${COMP_WORDS[2]}" ;; esac`,
    '  fi',
    '  COMPREPLY=($(_ixion_words "$word" "$before" "$command" "$verb"))',
    '}',
    'complete -o filenames -F _ixion ixion',
    '',
  ].join('\n');
}

// ---- zsh ----

const zshText = (text: string): string => text.replace(/([\\:[\]])/g, '\\$1');

const zshValues = (values: Values): string => {
  if (values === 'file') return '_files';
  if (values === 'directory') return '_files -/';
  return values === 'anything' ? ' ' : `(${values.words.join(' ')})`;
};

const zshOption = ([name, row]: readonly [string, OptionRow]): string => {
  const more = 'repeatable' in row && row.repeatable === true ? '*' : '';
  const head = `${more}--${name}[${zshText(row.about)}]`;
  return row.kind === 'flag'
    ? head
    : `${head}:${zshText(row.placeholder ?? 'value')}:${zshValues(valuesOf(row))}`;
};

function zshArguments(verb: VerbRow): string {
  const options = Object.entries(optionsOf(verb)).map(zshOption);
  const words = Object.entries<ArgumentRow>(verb.arguments ?? {}).map(
    ([name, row]) => `${row.many === true ? '*' : ''}:${zshText(name)}:${zshValues(valuesOf(row))}`,
  );
  return `_arguments -s ${[...options, ...words].map(quoted).join(' ')}`;
}

const zshList = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([name, about]) => quoted(`${zshText(name)}:${about}`)).join(' ');

function zshCommand(row: CommandRow): string {
  const own = row.verbs[''];
  const entries = namedVerbs(row);
  if (own !== undefined && entries.length === 0) return `    ${row.name}) ${zshArguments(own)} ;;`;
  const branches = entries.map(([name, verb]) => `        ${name}) ${zshArguments(verb)} ;;`);
  const list = zshList(entries.map(([name, { about }]) => [name, about]));
  return [
    `    ${row.name})`,
    '      if (( CURRENT == 2 )); then',
    `        local -a verbs=(${list})`,
    `        _describe verb verbs${own === undefined ? '; return' : ''}`,
    '      fi',
    `      if (( CURRENT == 2 )); then ${own === undefined ? ':' : zshArguments(own)}; return; fi`,
    '      case "$words[2]" in',
    ...branches.map((branch) => branch.replace(') ', ') shift words; (( CURRENT-- )); ')),
    `        *) ${own === undefined ? ':' : zshArguments(own)} ;;`,
    '      esac ;;',
  ].join('\n');
}

function zsh(rows: readonly CommandRow[]): string {
  return [
    '#compdef ixion',
    '# Completion of ixion for zsh: source <(ixion completion zsh), or as _ixion in a folder of fpath.',
    '_ixion() {',
    '  if (( CURRENT == 2 )); then',
    `    local -a commands=(${zshList(rows.map(({ name, about }) => [name, about]))})`,
    '    _describe command commands; return',
    '  fi',
    '  shift words; (( CURRENT-- ))',
    '  case "$words[1]" in',
    ...rows.map(zshCommand),
    '  esac',
    '}',
    'if [ "$funcstack[1]" = "_ixion" ]; then _ixion "$@"; else compdef _ixion ixion; fi',
    '',
  ].join('\n');
}

// ---- fish ----

function fishOption(when: string, [name, row]: readonly [string, OptionRow]): string {
  const values = valuesOf(row);
  const short = name === 'help' ? ' -s h' : '';
  const takes =
    row.kind === 'flag'
      ? ''
      : values === 'file'
        ? ' -r -F'
        : values === 'directory'
          ? " -x -a '(__fish_complete_directories)'"
          : values === 'anything'
            ? ' -x'
            : ` -x -a ${quoted(values.words.join(' '))}`;
  return `complete -c ixion -n ${quoted(when)} -l ${name}${short}${takes} -d ${quoted(row.about)}`;
}

function fishVerb(when: string, verb: VerbRow): string[] {
  const [argument] = Object.values<ArgumentRow>(verb.arguments ?? {});
  const values = argument === undefined ? 'anything' : valuesOf(argument);
  const words =
    values === 'file'
      ? [`complete -c ixion -n ${quoted(when)} -F`]
      : values === 'directory'
        ? [`complete -c ixion -n ${quoted(when)} -a '(__fish_complete_directories)'`]
        : values === 'anything'
          ? []
          : [`complete -c ixion -n ${quoted(when)} -a ${quoted(values.words.join(' '))}`];
  return [...Object.entries(optionsOf(verb)).map((option) => fishOption(when, option)), ...words];
}

function fishCommand(row: CommandRow): string[] {
  const seen = `__fish_seen_subcommand_from ${row.name}`;
  const own = row.verbs[''];
  const head = `complete -c ixion -n __fish_use_subcommand -a ${row.name} -d ${quoted(row.about)}`;
  const entries = namedVerbs(row);
  if (own !== undefined && entries.length === 0) return [head, ...fishVerb(seen, own)];
  const names = entries.map(([name]) => name).join(' ');
  const none = `${seen}; and not __fish_seen_subcommand_from ${names}`;
  return [
    head,
    ...entries.map(
      ([name, { about }]) => `complete -c ixion -n ${quoted(none)} -a ${name} -d ${quoted(about)}`,
    ),
    ...(own === undefined ? [] : fishVerb(none, own)),
    ...entries.flatMap(([name, verb]) =>
      fishVerb(`${seen}; and __fish_seen_subcommand_from ${name}`, verb),
    ),
  ];
}

function fish(rows: readonly CommandRow[]): string {
  return [
    '# Completion of ixion for fish: ixion completion fish > ~/.config/fish/completions/ixion.fish',
    'complete -c ixion -f',
    ...rows.flatMap(fishCommand),
    '',
  ].join('\n');
}
