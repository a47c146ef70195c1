/**
 * What an entry of the table of errors is, and entries of rooms that have several. The table itself
 * is `errors.ts`.
 */

/** What a client may do with an error. `retryable`: the request was not executed, or has a key. */
export interface ErrorEntry {
  readonly code: number;
  readonly retryable: boolean;
  readonly cause: string;
  readonly remedy: string;
}

/** A line of the table. */
export const entry = (
  code: number,
  retryable: boolean,
  cause: string,
  remedy: string,
): ErrorEntry => ({
  code,
  retryable,
  cause,
  remedy,
});

/** Of the language of conditions, orders and capacity rules. */
export const conditionErrors = {
  InvalidCondition: entry(
    1065,
    false,
    'A condition, an order or a capacity rule is not in the language of conditions.',
    'Write at the place named in the description what it says; see docs/reference/conditions.md.',
  ),
  UnknownConditionName: entry(
    1066,
    false,
    'A condition names a property, a function or a medium that there is not.',
    'Check the spelling; keys of attached data need a custom property; text is in single quotes.',
  ),
  ConditionTypeMismatch: entry(
    1067,
    false,
    'A condition compares or computes with values of types that do not fit.',
    'Compare like with like: see the types in docs/reference/conditions.md.',
  ),
  ConditionTooLarge: entry(
    1068,
    false,
    'A condition, an order or a capacity rule is larger than it may be.',
    'See docs/LIMITATIONS.md.',
  ),
  InvalidCapacityRule: entry(
    1069,
    false,
    'A capacity rule makes no sense: it is empty, has a medium twice, has no bound, or never lets anything be offered.',
    'See the rules for capacity in docs/reference/conditions.md.',
  ),
} as const satisfies Record<string, ErrorEntry>;
