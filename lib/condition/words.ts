/** Words and signs of the language, and those of SQL that are not in it. */

/** Words that mean something by themselves; a property of such a name is written in brackets. */
export const keywords: ReadonlySet<string> = new Set([
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'LIKE',
  'ESCAPE',
  'IS',
  'NULL',
  'TRUE',
  'FALSE',
  'ASC',
  'DESC',
]);

const onlyCondition = 'write only the condition, with AND, OR and NOT';

/**
 * Words of SQL that the language does not have, in capitals, with what to write instead. A property
 * of such a name is written in brackets.
 */
export const foreignWords: Readonly<Record<string, string>> = {
  SELECT: `queries within a condition are not supported; ${onlyCondition}`,
  EXISTS: 'queries within a condition are not supported; compare properties',
  FROM: onlyCondition,
  WHERE: 'leave WHERE out: the condition begins behind it',
  ORDER: 'the order is a text of its own: leave ORDER BY out',
  GROUP: onlyCondition,
  HAVING: onlyCondition,
  JOIN: onlyCondition,
  UNION: 'join conditions with OR',
  CASE: 'CASE is not supported; write (A AND B) OR (NOT A AND C)',
  ANY: 'write IN with the values',
  ALL: 'write one comparison for each, joined with AND',
  SOME: 'write IN with the values',
  COLLATE: 'text is compared as it is, capitals matter',
  ILIKE: 'write LIKE; capitals matter',
  REGEXP: 'write LIKE, with % and _',
  RLIKE: 'write LIKE, with % and _',
  GLOB: 'write LIKE, with % and _',
  XOR: 'write (A AND NOT B) OR (B AND NOT A)',
  DIV: 'write /',
  MOD: 'the rest of a division is not supported',
};

/** Signs that the language does not have, the longest first, with what to write instead. */
export const foreignSigns: readonly (readonly [sign: string, remedy: string])[] = [
  ['===', 'write ='],
  ['!==', 'write <>'],
  ['<=>', 'write =, or IS NULL'],
  ['==', 'write ='],
  ['=>', 'write >='],
  ['=<', 'write <='],
  ['><', 'write <>'],
  ['=!', 'write <>'],
  ['&&', 'write AND'],
  ['||', 'write OR; pieces of text cannot be joined'],
  ['--', 'leave comments out; behind a minus sign write a space before another one'],
  ['/*', 'leave comments out'],
  ['!', 'write NOT'],
  ['&', 'write AND'],
  ['|', 'write OR'],
  ['~', 'leave it out'],
  ['^', 'leave it out'],
  ['%', 'it is a sign of LIKE, within its pattern; the rest of a division is not supported'],
  ['?', 'write the value itself'],
  ['@', 'write the value itself, or the name of a property'],
  ['#', 'write the value itself, or the name of a property'],
  ['$', 'write the value itself, or the name of a property'],
  ['{', 'write parentheses'],
  ['}', 'write parentheses'],
  [']', 'a name in brackets begins with ['],
  ['`', 'text is in single quotes, a name in brackets'],
  ['´', "text is in single quotes: '"],
  ['‘', "text is in single quotes of the keyboard: '"],
  ['’', "text is in single quotes of the keyboard: '"],
  ['“', "text is in single quotes of the keyboard: '"],
  ['”', "text is in single quotes of the keyboard: '"],
  ['„', "text is in single quotes of the keyboard: '"],
  ['≤', 'write <='],
  ['≥', 'write >='],
  ['≠', 'write <>'],
  ['.', 'a number begins with a digit, as 0.5; a name with a dot is in brackets, as [a.b]'],
  ['\\', "a quote within text is written twice: 'It''s'"],
];

/** Signs of the language, the longer ones first. `!=` is read as `<>`, `[]` as `()`. */
export const signs: readonly string[] = [
  '<>',
  '!=',
  '<=',
  '>=',
  '=',
  '<',
  '>',
  '(',
  ')',
  ',',
  '+',
  '-',
  '*',
  '/',
  ':',
  ';',
];

/** A name that may be written as it is, if it is not a word of the language. */
export const bareName = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;

/** Whether a name may be written as it is; else it is written in brackets. */
export function isBare(name: string): boolean {
  bareName.lastIndex = 0;
  const upper = name.toUpperCase();
  if (keywords.has(upper) || Object.hasOwn(foreignWords, upper)) return false;
  return bareName.exec(name)?.[0] === name;
}

/** A name as it may be written anywhere. */
export const writeName = (name: string): string =>
  isBare(name) ? name : `[${name.replaceAll(']', ']]')}]`;
