/**
 * Rows of the desk in table `object` of partition 0, and whether one is as it was written: logins,
 * and the last number of what supervisors do to many (key `operation`, value JSON).
 */
import { MediumState, type LoginRecord } from '../desk/index.js';
import { fromRow } from '../objects/rows.js';
import { readUtf8, utf8Key } from '../store/keys.js';

/** Keys of logins begin with it; then the AgentId. */
export const loginPrefix = 'login\0';

export const loginKey = (agentId: string): string => loginPrefix + utf8Key(agentId);

const states: readonly unknown[] = Object.values(MediumState);
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0;
const isCount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;

/**
 * What is wrong with the row of a login, for `store verify`; undefined: nothing, or it is none.
 * @throws {SyntaxError} for what is not JSON
 */
export function faultOfLoginRow(key: string, row: Uint8Array): string | undefined {
  if (!key.startsWith(loginPrefix)) return undefined;
  const login = fromRow(row) as Partial<LoginRecord> | null;
  if (login?.agentId !== readUtf8(key, loginPrefix.length, key.length)) {
    return 'it is the login of another agent';
  }
  const { tenantId, change, placeId, clientName, loggedInMs, doNotDisturb, media } = login;
  const isWhole =
    isCount(tenantId) &&
    isCount(change) &&
    typeof placeId === 'string' &&
    typeof clientName === 'string' &&
    typeof doNotDisturb === 'boolean' &&
    isTime(loggedInMs);
  if (!isWhole || !Array.isArray(media)) return 'it lacks what every login has';
  const areMedia = (media as LoginRecord['media']).every(
    ({ name, state, sinceMs }) =>
      typeof name === 'string' && states.includes(state) && isTime(sinceMs),
  );
  return areMedia ? undefined : 'it has a medium in a state that there is not';
}

export const operationKey = 'operation';

/** The number in such a row; undefined: it has none. @throws {SyntaxError} for what is not JSON */
export function operationIn(row: Uint8Array): number | undefined {
  const { number } = (fromRow(row) ?? {}) as { readonly number?: unknown };
  return isCount(number) ? (number as number) : undefined;
}

/** What is wrong with such a row, as `faultOfLoginRow`. */
export const faultOfOperationRow = (key: string, row: Uint8Array): string | undefined =>
  key === operationKey && operationIn(row) !== undefined ? undefined : 'it has no number of an act';
