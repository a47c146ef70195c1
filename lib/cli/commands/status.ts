/** `ixion status`: what a running server looks like. */
import type { LeavingQueue } from '../../partition/moves/relocation.js';
import type { ServerStatus } from '../../server/status.js';
import { describeTimeline } from '../../timeline.js';
import { askAdmin } from '../admin-client.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { withTimes } from '../present.js';
import type { status as statusTable } from '../table/status.js';

export const handlers: HandlersOf<typeof statusTable> = {
  async ''({ flags }, { output }) {
    const found = (await askAdmin(flags, '/status')) as ServerStatus;
    output.text(
      flags.json
        ? `${JSON.stringify(withTimes(found, 'startedAt'))}\n`
        : `${describeStatus(found)}\n`,
    );
    return exitCodes.ok;
  },
};

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

function describeSecurity({ credentials, tls, insecure }: ServerStatus['security']): string {
  const how = `${credentials ? 'credentials' : 'no credentials'}, ${tls ? 'TLS' : 'no TLS'}`;
  return insecure.length === 0 ? how : `${how}; INSECURE: ${insecure.join('; ')}`;
}

function diskText({ state, freeBytes, slowCommits }: ServerStatus['disk']): string {
  const free = freeBytes === undefined ? '' : `, ${mebibytes(freeBytes)} free`;
  return `${state}${free}, ${slowCommits} slow commits`;
}

/** What still has to follow its queue to another partition. */
const movingRow =
  ({ partition }: { readonly partition: number }) =>
  ({ queue, to, waiting, processing }: LeavingQueue): [string, string] => [
    'moving',
    `${queue} from partition ${partition} to ${to}: ${waiting} wait, ${processing} in work`,
  ];

/** What is only there when something went wrong. */
function troubleRows(status: ServerStatus): [string, string][] {
  const { clients, clock, descriptors, logLinesDropped } = status;
  const { limit, exhausted } = descriptors;
  const { steps, lastStepMs = 0, partitionsAheadMs: aheadMs } = clock;
  const way = `${Math.abs(lastStepMs) / 1_000} s ${lastStepMs < 0 ? 'back' : 'forward'}`;
  const isAhead = aheadMs >= 1_000 ? 1 : 0;
  const rows: readonly [count: number, name: string, text: string][] = [
    [clients.refused, 'refused', `${clients.refused} connections: all places were taken`],
    [exhausted, 'descriptors', `none were left ${exhausted} times; the limit is ${limit}`],
    [steps, 'clock', `put back or forward ${steps} times, at last ${way}`],
    [isAhead, 'clock', `identifiers and orders of queues are ${aheadMs / 1_000} s ahead of it`],
    [logLinesDropped, 'log', `${logLinesDropped} lines dropped: nobody took them`],
  ];
  return rows.flatMap(([count, name, text]) => (count === 0 ? [] : [[name, text]]));
}

/** Interactions that nobody goes on with, which are none unless the server has a fault. */
function stuckRows({ partitions, services }: ServerStatus): [string, string][] {
  const rows = partitions.flatMap((one): [string, string][] => {
    if ('unavailable' in one || one.stuckInteractions === 0) return [];
    const { partition, stuckInteractions: count, stuck } = one;
    const more = count > stuck.length ? `, and ${count - stuck.length} more` : '';
    return [['stuck', `${count} in partition ${partition}: ${stuck.join(', ')}${more}`]];
  });
  const { stuckInteractions = 0 } = detailsOf(services);
  if (stuckInteractions === 0) return rows;
  return [...rows, ['stuck', `${stuckInteractions} with agents that are gone`]];
}

/** Workbins that have something in them, and belong to nobody any more. */
function orphanRows({ services }: ServerStatus): [string, string][] {
  const { workbins, interactions } = detailsOf(services).orphanedWorkbins ?? none;
  if (workbins === 0) return [];
  const what = `${workbins} workbins without an owner, with ${interactions} interactions`;
  return [['orphans', `${what}: see ixion workbin list --orphans`]];
}

/** What the desk says of itself, as far as it is shown. */
interface DeskDetails {
  readonly stuckInteractions?: number;
  readonly orphanedWorkbins?: { readonly workbins: number; readonly interactions: number };
}

const none = { workbins: 0, interactions: 0 };
const detailsOf = ({ agents }: ServerStatus['services']): DeskDetails => agents?.details ?? {};

/** Services that do not run. */
function serviceRows(services: ServerStatus['services']): [string, string][] {
  return Object.entries(services).flatMap(([name, { state, error }]): [string, string][] => {
    const text = error === undefined ? state : `${state}: ${error}`;
    return state === 'running' && error === undefined ? [] : [[`service ${name}`, text]];
  });
}

function heldText({ sum, limit, unread, ended }: ServerStatus['clients']['held']): string {
  const cut = Object.values(ended).reduce((all, count) => all + count, 0);
  return (
    `${mebibytes(sum)} of ${mebibytes(limit)} for clients, ${mebibytes(unread)} of it unread; ` +
    `${cut} connections ended for what they had buffered`
  );
}

/** The status in lines, for people. */
export function describeStatus(status: ServerStatus): string {
  const { clients, memory, partitions } = status;
  const rows: [string, string][] = [
    ['version', status.version],
    ['state', `${status.state}, process ${status.pid}, up ${Math.round(status.uptimeMs / 1000)} s`],
    ['listen', status.listen],
    ['data', `${status.data}, store ${status.storeId}`],
    ['timeline', describeTimeline(status.timeline)],
    ['access', describeSecurity(status.security)],
    ['queues', String(status.queues)],
    [
      'clients',
      `${clients.sessions} on ${clients.connections} connections, ` +
        `${clients.subscriptions} subscriptions, ${clients.inFlight} requests in flight`,
    ],
    ['held', heldText(clients.held)],
    ['memory', `${mebibytes(memory.rssBytes)}, of which heap ${mebibytes(memory.heapUsedBytes)}`],
    ['disk', diskText(status.disk)],
    ...troubleRows(status),
    ...stuckRows(status),
    ...orphanRows(status),
    ['start', status.phases.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')],
    ['threads', String(status.threads)],
    ...partitions.map((one): [string, string] => [
      `partition ${one.partition}`,
      'unavailable' in one
        ? `does not answer: ${one.unavailable}`
        : `${one.interactions} interactions, ${one.inTransit} in transit, ` +
          `events ${one.oldestEventSequence} to ${one.eventSequence}`,
    ]),
    ...partitions.flatMap((one) => ('unavailable' in one ? [] : one.leaving.map(movingRow(one)))),
    ...serviceRows(status.services),
    ...status.reports.map((report): [string, string] => [
      'ended',
      `${report.child} (${report.reason}${report.error ? `: ${report.error.message}` : ''})`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}
