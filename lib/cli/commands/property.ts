/** `ixion property`: custom properties, how far they are filled, and values that do not fit. */
import type { UnfitAnswer } from '../../control/object-questions.js';
import type { ColumnStatus, Unfit } from '../../mail/partition.js';
import type { ServerStatus } from '../../server/status.js';
import { askAdmin } from '../admin-client.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { tableLines, toJson } from '../print.js';
import type { property as propertyTable } from '../table/property.js';

const head = ['Key', 'Name', 'Type', 'Tenant', 'State', 'Done', 'Unfit'];
const unfitHead = ['Interaction', 'Type', 'Value'];
/** Values that are asked for at once. */
const atOnce = 1_000;

export const handlers: HandlersOf<typeof propertyTable> = {
  async list({ flags }, { output }) {
    const all = propertiesOf((await askAdmin(flags, '/status')) as ServerStatus);
    if (flags.json) await output.line(toJson(all));
    else for (const line of tableLines(head, all.map(rowOf))) await output.line(line);
    return exitCodes.ok;
  },

  async unfit({ flags, arguments: { key } }, { output }) {
    const found: Unfit[] = [];
    let after: string | undefined;
    do {
      const count = String(Math.min(atOnce, flags.count - found.length));
      const query = String(new URLSearchParams({ key, count, ...(after && { after }) }));
      const answer = (await askAdmin(flags, `/unfit?${query}`)) as UnfitAnswer;
      found.push(...answer.found);
      after = answer.next;
    } while (after !== undefined && found.length < flags.count);
    const rows = found.map(({ interactionId, type, value }) => [interactionId, type, value]);
    if (flags.json) await output.line(toJson(found));
    else for (const line of tableLines(unfitHead, rows)) await output.line(line);
    return exitCodes.ok;
  },
};

/** A custom property over all partitions. */
interface Property extends Omit<ColumnStatus, 'seen'> {
  /** From 0 to 1: how far its state has come. */
  readonly done: number;
}

function propertiesOf({ partitions }: ServerStatus): Property[] {
  const answering = partitions.flatMap((one) => ('unavailable' in one ? [] : [one]));
  const columns = new Map<number, ColumnStatus>();
  for (const { columns: some } of answering) {
    for (const one of some) {
      const before = columns.get(one.number);
      const { state } = before === undefined || before.state === 'live' ? one : before;
      const seen = one.seen + (before?.seen ?? 0);
      columns.set(one.number, { ...one, state, seen, unfit: one.unfit + (before?.unfit ?? 0) });
    }
  }
  const all = answering.reduce((sum, { interactions }) => sum + interactions, 0);
  return [...columns.values()].map(({ seen, ...one }) => {
    const done = one.state === 'live' || all === 0 ? 1 : Math.min(1, seen / all);
    return { ...one, done };
  });
}

const rowOf = (one: Property): (string | number)[] => [
  one.key,
  one.column ?? '',
  one.type,
  one.tenantId ?? '',
  one.state,
  `${Math.floor(one.done * 100)} %`,
  one.unfit,
];
