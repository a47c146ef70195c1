/** `ixion client`: who is registered at a server, and ending one. */
import { type Client, type ConnectedClient, IxionError } from '../../client/index.js';
import { writeTime } from '../../text/index.js';
import { type HandlersOf, UsageError } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { withTimes } from '../present.js';
import { tableLines, toJson, toText } from '../print.js';
import { didYouMean } from '../suggest.js';
import type { client as clientTable } from '../table/client.js';
import type { FlagsOf } from '../table/types.js';
import { withClient } from '../with-client.js';

type Which = Pick<FlagsOf<(typeof clientTable.verbs)['disconnect']>, 'number' | 'all'>;
type Named = Pick<ConnectedClient, 'name' | 'number'>;

const head = [
  'Number',
  'Name',
  'Type',
  'Role',
  'Tenant',
  'Address',
  'Registered',
  'InFlight',
  'Subscriptions',
  'HeldBytes',
];

const use = { clientType: 'ReportingEngine' } as const;

export const handlers: HandlersOf<typeof clientTable> = {
  async list({ flags, arguments: { name } }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client, signal) => {
      const clients = await client.listClients(name, { signal });
      if (flags.json) {
        const rows = clients.map((one) => withTimes(one, 'registeredAt'));
        return void (await output.line(toJson(rows)));
      }
      for (const line of tableLines(head, clients.map(rowOf))) await output.line(line);
    });
    return exitCodes.ok;
  },

  async disconnect({ flags, arguments: { name } }, context) {
    const { output } = context;
    await withClient(flags, use, context, async (client, signal) => {
      const disconnected: Named[] = [];
      for (const { number } of await wanted(client, name, flags, signal)) {
        await client.disconnectClient({ name, number }, { signal });
        disconnected.push({ number, name });
        if (!flags.json) await output.line(`${toText(name)} (${number}) is disconnected`);
      }
      if (flags.json) await output.line(toJson({ disconnected }));
    });
    return exitCodes.ok;
  },
};

const rowOf = (one: ConnectedClient): (string | number)[] => [
  one.number,
  one.name,
  one.type,
  one.role ?? '',
  one.tenantId,
  one.address,
  writeTime(one.registeredAt),
  one.inFlight,
  one.subscriptions,
  one.heldBytes,
];

/** Whom the command line means. @throws {IxionError | UsageError} */
async function wanted(
  client: Client,
  name: string,
  { number, all }: Which,
  signal: AbortSignal,
): Promise<readonly Pick<Named, 'number'>[]> {
  if (number !== undefined) return [{ number }];
  const found = (await client.listClients(name, { signal })).filter(({ isAsker }) => !isAsker);
  if (found.length === 0) throw await unknownClient(client, name, signal);
  if (found.length === 1 || all) return found;
  const numbers = found.map((one) => one.number).join(', ');
  throw new UsageError(
    `there are ${found.length} clients ${JSON.stringify(name)}, with the numbers ${numbers}.`,
    'Give --number N, or --all.',
  );
}

async function unknownClient(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<IxionError> {
  const others = (await client.listClients(undefined, { signal })).filter((one) => !one.isAsker);
  const hint = didYouMean(
    name,
    others.map((one) => one.name),
  ).trimStart();
  const remedy = [hint, 'See "ixion client list".'].filter((text) => text !== '').join(' ');
  const what = `no client ${JSON.stringify(name)} is registered`;
  return new IxionError('UnknownClient', what, { remedy });
}
