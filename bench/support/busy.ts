/** Who was busy during a run, and with that what limited it. */
import { readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { machineSeconds } from './machine-time.js';
import { processorTime, threadTimes } from './processes.js';

/** Shares of a run's time: 1 is one processor, or the disk, without a pause. */
export interface Busy {
  readonly client: number;
  readonly serverMain: number;
  /** All other threads of the server: actors, and the pool that commits. */
  readonly serverOther: number;
  /** The one of them that did most. */
  readonly busiestOther: number;
  /** All else on this machine: a run with much of it says little. */
  readonly others: number;
  /** Undefined where the system does not say. */
  readonly disk: number | undefined;
}

/** Runs something, and says who was busy meanwhile. */
export async function whileBusy<Value>(
  { server, client, directory }: { server: number; client: number; directory: string },
  run: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly busy: Busy }> {
  const startMs = performance.now();
  const clientBefore = processorTime(client);
  const threadsBefore = threadTimes(server);
  const [diskBefore, machineBefore] = [diskBusyMs(directory), machineSeconds()];
  const value = await run();
  const elapsedMs = performance.now() - startMs;
  const [diskMs, machineMs] = [diskBusyMs(directory), (machineSeconds() - machineBefore) * 1_000];
  const { mainUs, otherUs } = processorTime(client);
  const share = (us: number): number => us / 1_000 / elapsedMs;
  const clientShare = share(mainUs + otherUs - clientBefore.mainUs - clientBefore.otherUs);
  const threads = [...threadTimes(server)].map(([thread, us]) => ({
    isMain: thread === String(server),
    share: share(us - (threadsBefore.get(thread) ?? 0)),
  }));
  const others = threads.filter(({ isMain }) => !isMain).map((thread) => thread.share);
  const serverMain = threads.find(({ isMain }) => isMain)?.share ?? 0;
  const serverOther = others.reduce((sum, each) => sum + each, 0);
  return {
    value,
    busy: {
      client: clientShare,
      serverMain,
      serverOther,
      busiestOther: Math.max(0, ...others),
      others: Math.max(0, machineMs / elapsedMs - clientShare - serverMain - serverOther),
      disk:
        diskBefore === undefined || diskMs === undefined
          ? undefined
          : (diskMs - diskBefore) / elapsedMs,
    },
  };
}

/** Field of `/sys/dev/block/MAJOR:MINOR/stat`: milliseconds in which anything was on its way. */
const busyField = 9;

/** Of the disk that a directory is on, so far. */
function diskBusyMs(directory: string): number | undefined {
  try {
    const { dev } = statSync(directory);
    const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
    const text = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, 'latin1');
    return Number(text.trim().split(/\s+/)[busyField]);
  } catch {
    // No block device lies under it, or the system is another.
    return undefined;
  }
}

const nearlyAll = 0.85;

/** What a run could not have more of, in words that follow from the shares alone. */
export function limitOf(busy: Busy, processors = availableParallelism()): string {
  const { client, serverMain, serverOther, busiestOther, others, disk = 0 } = busy;
  const ours = client + serverMain + serverOther;
  if (ours >= nearlyAll * processors) return 'the processors';
  if (ours + others >= nearlyAll * processors) return 'the processors, of which others have a part';
  const threads = [
    ['the thread of the client', client],
    ["the server's main thread", serverMain],
    ['one thread of an actor', busiestOther],
  ] as const;
  const full = threads.find(([, share]) => share >= nearlyAll);
  if (full !== undefined) return full[0];
  return disk >= nearlyAll
    ? 'the disk'
    : 'nobody alone: client, server and disk wait for one another';
}
