/** How long an interaction itself says that it may take: by keys of its attached data. */
import { valueOfKey } from '../../interaction/attached-data.js';
import type { Body } from '../../interaction/body.js';
import { readWhole } from '../../text/index.js';

const second = 1_000;
const minute = 60 * second;

/** How long an agent may think; undefined: it does not say. */
export const ownDeliveringMs = (body: Body): number | undefined =>
  timeOf(body, 'delivering-timeout', second, 86_400);

/** How long an agent that has it may do nothing about it; undefined: it does not say. */
export const ownHandlingMs = (body: Body): number | undefined =>
  timeOf(body, 'handling-timeout', minute, 1_440);

/** A time that an interaction says of itself, in units of so many milliseconds. */
function timeOf({ userData }: Body, key: string, unitMs: number, most: number): number | undefined {
  const said = valueOfKey(userData, key);
  const count = typeof said === 'string' ? readWhole(said) : said;
  if (typeof count !== 'number') return undefined;
  return Number.isInteger(count) && count >= 1 && count <= most ? count * unitMs : undefined;
}
