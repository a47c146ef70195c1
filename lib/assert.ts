/**
 * Checks that stay on in production. A failed assertion is a programmer error: it stops the actor
 * that made it, and the supervisor builds a new one.
 */

/**
 * Thrown when the program contradicts itself. Never caught to go on; see `docs/ARCHITECTURE.md`.
 */
export class AssertionError extends Error {
  override name = 'AssertionError';
}

/**
 * Stops the current actor unless `condition` holds.
 * @throws {AssertionError} with `message`
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/**
 * Marks a branch that the types say cannot be reached.
 * @throws {AssertionError} always
 */
export function assertNever(value: never, what: string): never {
  throw new AssertionError(`${what}: unexpected ${String(value)}`);
}
