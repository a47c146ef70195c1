/** `ixion snapshot`: taken, used and released by one command. */
import { sleep } from '../../client/backoff.js';
import type {
  CallOptions,
  Client,
  Interaction,
  Snapshot,
  SnapshotAct,
  SnapshotRequest,
} from '../../client/index.js';
import { systemClock } from '../../clock.js';
import type { Context, HandlersOf } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { interactionHead, interactionRow } from '../interaction-list.js';
import { nearestNames } from '../nearest-name.js';
import type { Output } from '../output.js';
import { forPrograms } from '../present.js';
import { tableLines, toJson, toText } from '../print.js';
import type { snapshot as snapshotTable } from '../table/snapshot.js';
import type { FlagsOf } from '../table/types.js';
import { type ClientUse, type ServerFlags, withClient } from '../with-client.js';

type ShowFlags = FlagsOf<typeof snapshotTable.verbs.show>;
type ActFlags = FlagsOf<typeof snapshotTable.verbs.stop>;
type TakingFlags = Pick<ShowFlags, 'order' | 'most' | 'tenant' | 'json'>;

/** What was done where there was nothing. */
const nothing = { operation: undefined, done: 0, refused: 0, refusals: [] } as const;
/** A snapshot that is kept is looked at so often. */
const lookMs = 10_000;
const asAgent = { clientType: 'AgentApplication' } as const;

export const handlers: HandlersOf<typeof snapshotTable> = {
  async show({ flags, arguments: { condition } }, context) {
    const use = { clientType: 'ReportingEngine' } as const;
    const wanted = { condition, checkState: !flags.anyState };
    await withSnapshot(wanted, flags, use, context, (snapshot) =>
      printAll(snapshot, flags, context.output),
    );
    return exitCodes.ok;
  },

  async lock({ flags, arguments: { condition } }, context) {
    // What is locked counts, not who reads of it; Ctrl-C is the way to end it.
    const use = { ...asAgent, needsNoReader: true, endless: true, reconnect: true } as const;
    await withSnapshot({ condition, lock: true }, flags, use, context, async (snapshot, signal) => {
      await printAll(snapshot, flags, context.output);
      await keep(snapshot, flags.for ?? Infinity, signal);
    });
    return exitCodes.ok;
  },

  move: ({ flags, arguments: { condition } }, context) =>
    actOnAll(condition, flags, context, (snapshot, options) =>
      snapshot.moveAll(flags.queue, options),
    ),

  stop: ({ flags, arguments: { condition } }, context) =>
    actOnAll(condition, flags, context, (snapshot, options) => snapshot.stopAll(options)),
};

/** Takes a snapshot, uses it and releases it. */
async function withSnapshot(
  wanted: SnapshotRequest,
  flags: TakingFlags & ServerFlags,
  use: ClientUse,
  context: Context,
  action: (snapshot: Snapshot, signal: AbortSignal, client: Client) => Promise<void>,
): Promise<void> {
  const { order, most, tenant: tenantId } = flags;
  await withClient(flags, use, context, async (client, signal) => {
    const snapshot = await client.takeSnapshot({ ...wanted, order, most, tenantId }, { signal });
    try {
      await action(snapshot, signal, client);
    } finally {
      // Without success it ends with its client.
      await snapshot.release({ timeoutMs: flags.timeout }).catch(() => undefined);
    }
  });
}

/** Waits; a snapshot that nobody uses for long is released, so it is used. */
async function keep(snapshot: Snapshot, forMs: number, signal: AbortSignal): Promise<void> {
  let leftMs = forMs;
  while (leftMs > 0 && !signal.aborted) {
    const waitMs = Math.min(leftMs, lookMs);
    await sleep(systemClock, waitMs, signal);
    leftMs -= waitMs;
    if (leftMs > 0 && !signal.aborted) await snapshot.page({ count: 1 }, { signal });
  }
}

/** What a snapshot is, for programs. */
const forJson = ({ count, total, isTruncated, notLocked }: Snapshot) => ({
  count,
  total,
  isTruncated,
  notLocked,
});

async function printAll(snapshot: Snapshot, { json }: TakingFlags, output: Output): Promise<void> {
  const all: Interaction[] = [];
  for await (const one of snapshot.interactions()) all.push(one);
  const interactions = all.map((one) => forPrograms(one));
  if (json) return void (await output.line(toJson({ ...forJson(snapshot), interactions })));
  for (const line of tableLines(interactionHead, interactions.map(interactionRow))) {
    await output.line(line);
  }
  for (const line of remarksOn(snapshot)) output.error(line);
}

function remarksOn({ count, total, isTruncated, notLocked }: Snapshot): string[] {
  const left = total - count - notLocked;
  return [
    ...(isTruncated ? [`the first ${count} of ${total}; the option --most says how many`] : []),
    ...(notLocked > 0 ? [`${notLocked} could not be locked: others have them`] : []),
    ...(left > 0 && !isTruncated ? [`${left} are left out`] : []),
  ];
}

/** An act of a supervisor on all that a condition means. */
async function actOnAll(
  condition: string,
  flags: ActFlags,
  context: Context,
  act: (snapshot: Snapshot, options: CallOptions) => Promise<SnapshotAct>,
): Promise<ExitCode> {
  const { output } = context;
  const { json, preview, reason: systemName, description } = flags;
  let exitCode: ExitCode = exitCodes.ok;
  await withSnapshot({ condition }, flags, asAgent, context, async (snapshot, signal, client) => {
    if (preview) return printAll(snapshot, flags, output);
    const options = { signal, reason: { systemName, description } };
    const isEmpty = snapshot.count === 0;
    const done = isEmpty ? nothing : await act(snapshot, options);
    if (done.refused > 0) exitCode = exitCodes.refused;
    if (json) return void (await output.line(toJson({ ...forJson(snapshot), ...done })));
    const nearest = nearestNames(client);
    for (const refusal of done.refusals) {
      const near = await nearest(refusal);
      const hint = near === undefined ? '' : `. Did you mean ${toText(near)}?`;
      output.error(`${toText(refusal.interactionId)}: ${refusal.message}${hint}`);
    }
    for (const line of remarksOn(snapshot)) output.error(line);
    const number = done.operation === undefined ? '' : `act ${done.operation}: `;
    await output.line(`${number}${done.done} done, ${done.refused} refused`);
  });
  return exitCode;
}
