/** Tests only: requests that make a partition fail, if option `faultInjection` is on. */
import { AssertionError } from '../assert.js';
import { keysOfKeyValues } from '../interaction/attached-data.js';
import type { Operation } from '../partition/request.js';

/** Attached data key that crashes the actor. */
const crashKey = 'ixion.crash';
/** Attached data key that makes the execution throw before it has changed anything. */
const throwKey = 'ixion.throw';
/** Attached data key that crashes the actor when the turn of the request ends. */
const crashLaterKey = 'ixion.crash-later';

/**
 * The operation as it is to be executed, one that fails if its attached data ask for it.
 * @throws {AssertionError} when they ask for a crash
 */
export function withFaults(operation: Operation): Operation {
  const attributes = operation.attributes as {
    readonly UserData?: Uint8Array;
    readonly AddedProperties?: Uint8Array;
  };
  const keys = [attributes.UserData, attributes.AddedProperties].flatMap((data) =>
    data === undefined ? [] : keysOfKeyValues(data),
  );
  if (keys.includes(crashKey)) throw new AssertionError('a request asked for a crash');
  if (keys.includes(crashLaterKey)) return failingLater(operation);
  return keys.includes(throwKey) ? failing(operation) : operation;
}

/** Its event cannot be encoded. */
const failingLater = ({ kind, attributes }: Operation): Operation =>
  ({ kind, attributes: { ...attributes, Extension: unreadable } }) as Operation;

const unreadable = new Proxy(new Uint8Array(1), {
  get(): never {
    throw new AssertionError('a request asked for a crash at the end of its turn');
  },
});

/** Whoever executes it reads its attributes first. */
const failing = ({ kind }: Operation): Operation =>
  ({
    kind,
    get attributes(): never {
      throw new Error('a request asked for an exception');
    },
  }) as Operation;
