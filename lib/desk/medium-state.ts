/**
 * What can become of a medium of an agent: a table of every state and every input, pure.
 *
 * - `absent`: the agent does not have it. Nothing of it is offered.
 * - `notReady`: has it, and takes no new work of it. What is in hand and what has been offered
 *   stays valid.
 * - `ready`: takes what the capacity rule allows.
 * - `closing`: has asked to be not ready after what is in hand; takes nothing new. It becomes
 *   `notReady` by itself with the last of it (`finished`), and `ready` again when it takes that
 *   back. Nobody is told that it closes: for reports it is ready until it is not.
 *
 * An input that changes nothing is acknowledged and tells nothing, so that it may be repeated. What
 * is asked of a medium that the agent does not have is refused, whatever it is.
 */

/** States as rows and answers have them. */
export const MediumState = { absent: 0, notReady: 1, ready: 2, closing: 3 } as const;
export type MediumState = (typeof MediumState)[keyof typeof MediumState];

/** Their names, for lists and for the status that an agent gets. */
export const mediumStateNames = [
  'absent',
  'not-ready',
  'ready',
  'not-ready-after-current',
] as const;

/**
 * `addNotReady`, `addReady`: the agent gets it. `afterCurrent`: not ready after what is in hand;
 * `atOnce` if nothing is. `finished`: the last that was in hand has gone.
 */
export const mediumInputs = [
  'addNotReady',
  'addReady',
  'remove',
  'ready',
  'notReady',
  'afterCurrent',
  'afterCurrentAtOnce',
  'finished',
] as const;
export type MediumInput = (typeof mediumInputs)[number];

/** What is told of it. */
export type MediumEvent = 'added' | 'removed' | 'ready' | 'notReady';

/** The state after an input, and what is told; `unknown`: refused, the agent does not have it. */
export type MediumStep =
  | { readonly state: MediumState; readonly event: MediumEvent | undefined }
  | 'unknown';

const { absent, notReady, ready, closing } = MediumState;

const to = (state: MediumState, event?: MediumEvent): MediumStep => ({ state, event });

/** By state, then by input. */
export const mediumTable: Readonly<Record<MediumState, Readonly<Record<MediumInput, MediumStep>>>> =
  {
    [absent]: {
      addNotReady: to(notReady, 'added'),
      addReady: to(ready, 'added'),
      remove: 'unknown',
      ready: 'unknown',
      notReady: 'unknown',
      afterCurrent: 'unknown',
      afterCurrentAtOnce: 'unknown',
      finished: to(absent),
    },
    [notReady]: {
      addNotReady: to(notReady),
      addReady: to(notReady),
      remove: to(absent, 'removed'),
      ready: to(ready, 'ready'),
      notReady: to(notReady),
      afterCurrent: to(notReady),
      afterCurrentAtOnce: to(notReady),
      finished: to(notReady),
    },
    [ready]: {
      addNotReady: to(ready),
      addReady: to(ready),
      remove: to(absent, 'removed'),
      ready: to(ready),
      notReady: to(notReady, 'notReady'),
      afterCurrent: to(closing),
      afterCurrentAtOnce: to(notReady, 'notReady'),
      finished: to(ready),
    },
    [closing]: {
      addNotReady: to(closing),
      addReady: to(closing),
      remove: to(absent, 'removed'),
      ready: to(ready),
      notReady: to(notReady, 'notReady'),
      afterCurrent: to(closing),
      afterCurrentAtOnce: to(notReady, 'notReady'),
      finished: to(notReady, 'notReady'),
    },
  };

/** What an input does to a medium in a state. */
export const stepOf = (state: MediumState, input: MediumInput): MediumStep =>
  mediumTable[state][input];
