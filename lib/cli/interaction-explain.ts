/** Why an interaction is in the views of its queue, or not, in lines. */
import type { ExplainedInteraction } from '../mail/partition.js';
import { writeTime } from '../text/index.js';
import { type AdminFlags, askAdmin } from './admin-client.js';
import type { Output } from './output.js';
import { toJson, toText } from './print.js';

type Membership = ExplainedInteraction['views'][number];

/** Asks, and prints. */
export async function explainInteraction(
  id: string,
  flags: AdminFlags & { readonly json: boolean },
  output: Output,
): Promise<void> {
  const path = `/interactions/explain?id=${encodeURIComponent(id)}`;
  const answer = (await askAdmin(flags, path)) as ExplainedInteraction & { kind: string };
  const { kind: _, views, ...rest } = answer;
  if (flags.json) {
    const told = views.map(({ nextChangeMs, ...one }) => ({
      ...one,
      ...(nextChangeMs !== undefined && { nextChange: writeTime(nextChangeMs) }),
    }));
    return void (await output.line(toJson({ ...rest, views: told })));
  }
  const place = `${id}: queue ${toText(rest.queue)}, partition ${rest.partition}`;
  await output.line(place);
  await output.line(rest.canBePulled ? 'it can be pulled' : `no pull gets it: ${rest.why}`);
  if (views.length === 0) await output.line('its queue has no views');
  for (const one of views) for (const line of linesOf(one)) await output.line(line);
}

function linesOf({ view, isSelected, position, failed, nextChangeMs }: Membership): string[] {
  const where = position === undefined ? '' : `, number ${position} in its order`;
  const lines = [`view ${toText(view)}: ${isSelected ? `selected${where}` : 'not selected'}`];
  for (const { part, result, values } of failed) {
    const how = result === false ? 'does not hold' : 'is unknown, as a value is absent';
    const what = values.map(({ name, value }) => `${name} = ${toText(value ?? 'absent')}`);
    lines.push(`  ${toText(part)} ${how}: ${what.join(', ') || 'it names no property'}`);
  }
  if (nextChangeMs !== undefined) lines.push(`  may change at ${writeTime(nextChangeMs)}`);
  return lines;
}
