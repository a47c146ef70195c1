/** `ixion workbin`: what is in workbins. */
import type { Interaction, WorkbinCount } from '../../client/index.js';
import { writeTime } from '../../text/index.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { forPrograms, withTimes } from '../present.js';
import { tableLines, toJson } from '../print.js';
import type { workbin as workbinTable } from '../table/workbin.js';
import { withClient } from '../with-client.js';

const head = ['Type', 'Owner', 'Interactions', 'Oldest', 'Orphan'];
const contentHead = ['Interaction', 'Placed', 'Medium', 'Held', 'Assigned'];
const use = { clientType: 'AgentApplication' } as const;

export const handlers: HandlersOf<typeof workbinTable> = {
  async list({ flags, arguments: { type } }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client, signal) => {
      const { orphans } = flags;
      const all = await client.workbins.list({ type, orphans }, { signal });
      if (flags.json) {
        return void (await output.line(toJson(all.map((one) => withTimes(one, 'oldestAt')))));
      }
      for (const line of tableLines(head, all.map(rowOf))) await output.line(line);
    });
    return exitCodes.ok;
  },

  async show({ flags, arguments: { type } }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client) => {
      const { agent: agentId, group: groupId, place: placeId, placeGroup: placeGroupId } = flags;
      const workbin = { type, agentId, groupId, placeId, placeGroupId };
      const all: Interaction[] = [];
      for await (const one of client.workbins.content(workbin)) all.push(one);
      if (flags.json) return void (await output.line(toJson(all.map(forPrograms))));
      for (const line of tableLines(contentHead, all.map(contentRow))) await output.line(line);
    });
    return exitCodes.ok;
  },
};

const rowOf = (one: WorkbinCount): (string | number)[] => [
  one.type,
  one.agentId ?? one.groupId ?? one.placeId ?? one.placeGroupId ?? '',
  one.interactions,
  one.oldestAt === undefined ? '' : writeTime(one.oldestAt),
  one.isOrphan ? 'yes' : '',
];

const contentRow = (one: Interaction): (string | number)[] => [
  one.InteractionId,
  one.PlacedInQueueAt === undefined ? '' : writeTime(one.PlacedInQueueAt),
  one.MediaType ?? '',
  one.IsHeld === 1 ? 'yes' : '',
  one.AssignedTo ?? '',
];
