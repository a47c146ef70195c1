/** `ixion view`: what views select, and what that costs. */
import type { ExplainedView, SelectedRows, ToldView } from '../../mail/partition.js';
import { askAdmin } from '../admin-client.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { recordLines, tableLines, toJson } from '../print.js';
import type { view as viewTable } from '../table/view.js';

const head = ['View', 'Queue', 'By', 'Index', 'Checks', 'Looked', 'Written', 'Waiting'];

export const handlers: HandlersOf<typeof viewTable> = {
  async list({ flags, arguments: { queue } }, { output }) {
    const query = queue === undefined ? '' : `?queue=${encodeURIComponent(queue)}`;
    const found = (await askAdmin(flags, `/views${query}`)) as { views: ToldView[] };
    const views = flags.byCost
      ? found.views.sort((one, other) => other.looked - one.looked)
      : found.views;
    if (flags.json) await output.line(toJson(views));
    else for (const line of tableLines(head, views.map(rowOf))) await output.line(line);
    return exitCodes.ok;
  },

  async explain({ flags, arguments: { name } }, { output }) {
    const path = `/views/explain?name=${encodeURIComponent(name)}`;
    const { kind: _, ...found } = (await askAdmin(flags, path)) as ExplainedView & {
      kind: string;
    };
    const lines = flags.json ? [toJson(found)] : recordLines(forPeople(found));
    for (const line of lines) await output.line(line);
    return exitCodes.ok;
  },

  async show({ flags, arguments: { name } }, { output }) {
    const path = `/views/show?name=${encodeURIComponent(name)}&count=${flags.count}`;
    await printRows((await askAdmin(flags, path)) as Rows, flags.json, output);
    return exitCodes.ok;
  },

  async try({ flags, arguments: { queue } }, { output }) {
    const { condition, order, count } = flags;
    const body = { queue, condition, order, count: String(count) };
    await printRows((await askAdmin(flags, '/views/try', body)) as Rows, flags.json, output);
    return exitCodes.ok;
  },
};

type Rows = SelectedRows & { readonly kind: string };

const rowOf = ({ view, queue, index, ...one }: ToldView): (string | number)[] => [
  view,
  queue,
  one.isEnabled ? one.answeredBy : 'not enabled',
  index === undefined ? '' : `${index.number} ${index.state}`,
  one.checks,
  one.looked,
  index?.written ?? 0,
  one.waitingPulls,
];

const forPeople = ({
  index,
  columns,
  ...rest
}: Omit<ExplainedView, 'kind'>): object & {
  readonly [name: string]: unknown;
} => ({
  ...rest,
  columns: columns.join(', '),
  ...(index !== undefined && { index: { ...index } }),
});

async function printRows(
  { kind: _, ...found }: Rows,
  json: boolean,
  output: Output,
): Promise<void> {
  if (json) return void (await output.line(toJson(found)));
  const { order, rows, selected, isCut } = found;
  const lines = tableLines(
    ['Interaction', ...order],
    rows.map(({ interactionId, values }) => [
      interactionId,
      ...values.map((value) => (value === null ? '' : String(value))),
    ]),
  );
  for (const line of lines) await output.line(line);
  const least = isCut ? 'at least ' : '';
  await output.line(`${least}${selected} selected, these ${rows.length} first`);
}
