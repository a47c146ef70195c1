/**
 * A day as one page with charts, without anything from elsewhere: it can be mailed
 * and printed. Pure.
 */
import { barChart, escapeMarkup as escape, lineChart, type Series } from './charts.js';
import { durationText } from './duration.js';
import type { IntervalSummary } from './intervals.js';
import type { SimulationMode } from './options.js';
import { daySeconds } from './record.js';
import type { DaySummary } from './statistics.js';
import { lateText } from './table.js';

/** What is above the figures. */
export interface PageHead {
  /** Name of the file of records. */
  readonly file: string;
  readonly mode: SimulationMode;
  /** Undefined: on a virtual clock. */
  readonly speed: number | undefined;
  readonly problems: readonly string[];
}

/** The page of a day. */
export function dayPage(summary: DaySummary, head: PageHead): string {
  const { intervals } = summary;
  const labels = intervals.map(labelOf);
  const series = (
    name: string,
    colour: string,
    value: (interval: IntervalSummary) => number,
  ): Series => ({ name, colour, values: intervals.map(value) });
  const level = (summary.serviceLevel * 100).toFixed(1);
  return page(`A day of ${head.file}`, [
    `<p>${escape([modeText(head), lateText(summary.late) ?? ''].join(' '))}</p>`,
    tiles([
      ['contacts', String(summary.submitted)],
      ['served', String(summary.served)],
      [`answered within ${summary.targetSeconds} s, of the offered`, `${level} %`],
      ['gave up in the queue', `${(summary.abandonment * 100).toFixed(1)} %`],
      ['mean wait', secondsText(summary.waits.meanSeconds)],
      ['longest wait', secondsText(summary.longestWaitSeconds)],
      ['time with an agent', secondsText(summary.meanHandleSeconds)],
      ['occupancy', `${(summary.occupancy * 100).toFixed(1)} %`],
    ]),
    problemList(head.problems),
    '<h2>Contacts</h2>',
    barChart(labels, [
      series('served', '#3b7dd8', ({ served }) => served),
      series('gave up in the queue', '#d9822b', ({ abandonedFromQueue }) => abandonedFromQueue),
      series('left', '#c23030', ({ left }) => left),
    ]),
    '<h2>Service level, % of the offered</h2>',
    lineChart(labels, [
      series('in time', '#3b7dd8', ({ serviceLevel, offered }) =>
        offered === 0 ? Number.NaN : serviceLevel * 100,
      ),
    ]),
    '<h2>Waits, seconds</h2>',
    lineChart(labels, [
      series('mean of the served', '#3b7dd8', ({ waits, served }) =>
        served === 0 ? Number.NaN : waits.meanSeconds,
      ),
      series('longest', '#5c7080', ({ longestWaitSeconds }) => longestWaitSeconds),
      series('patience of those who gave up', '#d9822b', ({ abandonedWaits, abandonedFromQueue }) =>
        abandonedFromQueue === 0 ? Number.NaN : abandonedWaits.meanSeconds,
      ),
    ]),
    '<h2>Agents</h2>',
    lineChart(labels, [
      series('at work', '#5c7080', ({ staffed }) => staffed),
      series('with a contact', '#3b7dd8', ({ busy }) => busy),
    ]),
    '<h2>By type</h2>',
    typeTable(summary),
    '<h2>By agent</h2>',
    agentTable(summary),
  ]);
}

const labelOf = ({ date, fromSeconds }: IntervalSummary): string =>
  [date, durationText(fromSeconds % daySeconds).slice(0, -3)].filter(Boolean).join(' ');

function modeText({ mode, speed }: PageHead): string {
  const pace =
    speed === undefined ? 'on a virtual clock' : `at ${speed} times the speed of the clock`;
  return mode === 'follow'
    ? `The recorded contacts and agents, followed ${pace}.`
    : `The recorded contacts, given to the agents in the order of the queues, ${pace}.`;
}

const tiles = (of: readonly (readonly [string, string])[]): string =>
  `<dl class="tiles">${of
    .map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`)
    .join('')}</dl>`;

const problemList = (problems: readonly string[]): string =>
  problems.length === 0
    ? '<p>The counts add up, and the server has the same totals.</p>'
    : `<h2>Problems</h2><ul>${problems.map((each) => `<li>${escape(each)}</li>`).join('')}</ul>`;

const typeTable = ({ types }: DaySummary): string =>
  table(
    ['type', 'offered', 'served', 'service level', 'gave up', 'mean wait', 'longest', 'handled in'],
    Object.entries(types).map(([type, counts]) => [
      type,
      String(counts.offered),
      String(counts.served),
      `${(counts.serviceLevel * 100).toFixed(1)} %`,
      String(counts.abandonedFromQueue),
      secondsText(counts.waits.meanSeconds),
      secondsText(counts.longestWaitSeconds),
      secondsText(counts.meanHandleSeconds),
    ]),
  );

const agentTable = ({ agents }: DaySummary): string =>
  table(
    ['agent', 'served', 'mean service', 'busy', 'at work', 'occupancy'],
    agents.map((agent) => [
      agent.agentName,
      String(agent.served),
      secondsText(agent.meanServiceSeconds),
      durationText(agent.busySeconds),
      durationText(agent.staffedSeconds),
      `${(agent.occupancy * 100).toFixed(1)} %`,
    ]),
  );

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (of: readonly string[], tag: string): string =>
    of.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<table><thead><tr>${cells(head, 'th')}</tr></thead>\n<tbody>${body}</tbody></table>`;
}

const secondsText = (seconds: number): string => `${seconds.toFixed(1)} s`;

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #182026; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: .75rem }
.tiles div { border: 1px solid #d8e1e8; border-radius: 6px; padding: .5rem .75rem }
dt { color: #5c7080; font-size: .85rem } dd { margin: 0; font-size: 1.4rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #e1e8ed }
th:first-child, td:first-child { text-align: left } svg { width: 100%; height: auto }
`;

const page = (title: string, parts: readonly string[]): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${style}</style></head>
<body><h1>${escape(title)}</h1>
${parts.join('\n')}
</body></html>
`;
