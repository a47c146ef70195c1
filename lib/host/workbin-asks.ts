/** What the desk asks of a partition about workbins. */
import { assertNever } from '../assert.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { Partition } from '../partition/partition.js';
import { workbinContent } from '../partition/requests/workbin-content.js';
import { workbinCounts, workbinsHere } from '../partition/requests/workbin-counts.js';
import type { Survivors } from './survivors.js';

const readings = ['workbin-content', 'workbin-counts', 'list-workbins'] as const;
type Reading = Extract<PartitionMessage, { type: (typeof readings)[number] }>;
type Changing = Extract<
  PartitionMessage,
  { type: 'workbins-changed' | 'watch-workbin' | 'unwatch-workbin' }
>;

/** Whether it reads what is in workbins. */
export const isOfWorkbins = (message: { readonly type: string }): message is Reading =>
  (readings as readonly string[]).includes(message.type);

export function readWorkbins(core: Partition['core'], message: Reading): unknown {
  switch (message.type) {
    case 'workbin-content':
      return workbinContent(core, message.listing);
    case 'workbin-counts':
      return workbinCounts(core, message.workbins, message.tenants);
    case 'list-workbins':
      return workbinsHere(core, message.listing);
    default:
      return assertNever(message, 'a reading of workbins');
  }
}

/** Takes another state of rights, or who is told of a workbin; true, or why not. */
export function changeWorkbins(
  { core }: Partition,
  { sessions }: Survivors,
  message: Changing,
): true | IxionError {
  switch (message.type) {
    case 'workbins-changed':
      core.workbins.forget();
      return true;
    case 'watch-workbin':
      if (!sessions.has(message.watcher.session)) return new IxionError('UnknownClient');
      core.workbinWatch.watch(message.workbin, message.watcher);
      return true;
    case 'unwatch-workbin':
      core.workbinWatch.unwatch(message.workbin, message.session);
      return true;
    default:
      return assertNever(message, 'a change of workbins');
  }
}
