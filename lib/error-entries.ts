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

/** Of snapshots and locks. */
export const snapshotErrors = {
  UnknownSnapshot: entry(
    1120,
    false,
    'This client has no snapshot of this number: it was released, was not used for an hour, or is of before a restart of the server.',
    'Take a snapshot anew, by RequestTakeSnapshot.',
  ),
  TooManySnapshots: entry(
    1121,
    false,
    'The client has as many snapshots as it may, or all clients together have as many interactions in theirs.',
    'Release those that are not needed any more, by RequestReleaseSnapshot; ask for fewer interactions.',
  ),
  InteractionLocked: entry(
    1122,
    false,
    'A snapshot has locked this interaction: only the client that took it may take or change it.',
    'Ask who the description names to unlock it or to release the snapshot; a media server may go on with it all the same.',
  ),
  NotInSnapshot: entry(
    1123,
    false,
    'The snapshot does not have this interaction.',
    'Lock what is on its pages, or take another snapshot.',
  ),
  NotLocked: entry(
    1124,
    false,
    'The snapshot has not locked this interaction.',
    'Nothing needs to be done.',
  ),
} as const;
