/** Backups of a server under full load, each restored, verified and compared with what is known. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { connect, type Client } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { restoreStore } from '../../lib/data/restore.js';
import type { Server } from '../../lib/server/server.js';
import { verifyStore } from '../../lib/data/verify.js';
import { Workloads, loadProcess, type Progress } from './workload.js';

/** With fault injection the partitions come to a stand one after the other. */
const settings = {
  listen: '127.0.0.1:0',
  withAdmin: false,
  threads: 2,
  faultInjection: true,
} as const;

/** What was seen in all rounds. */
export interface Rounds {
  readonly complaints: readonly string[];
  readonly backups: number;
  readonly acknowledged: number;
  readonly heldMs: readonly number[];
}

interface Taken {
  readonly directory: string;
  readonly before: Progress;
  readonly after: ReadonlyMap<string, number>;
  readonly heldMs: number;
}

const clientOf = (server: Server): Promise<Client> =>
  connect({
    server: formatEndpoint(server.address),
    clientName: 'load',
    clientType: 'MediaServer',
    requestTimeoutMs: 60_000,
  });

/** Takes so many backups, under load all the time: so many requests are unanswered at a time. */
export async function runRounds(
  directory: string,
  count: number,
  inFlight: number,
  onRound: (round: number) => void = () => undefined,
): Promise<Rounds> {
  const server = await startServer({
    ...settings,
    data: join(directory, 'data'),
    create: 'init',
    partitions: 4,
    businessProcesses: [loadProcess],
  });
  const client = await clientOf(server);
  const workloads = new Workloads('load');
  const running = workloads.run(client, inFlight);
  const taken: Taken[] = [];
  const complaints: string[] = [];
  for (let round = 0; round < count; round += 1) {
    await sleep(100);
    taken.push(await take(server, workloads, join(directory, `backup-${round}`)));
    onRound(round);
  }
  workloads.stop();
  await running;
  await client.close();
  await server.stop();
  for (const one of taken) complaints.push(...(await check(one, workloads)));
  return {
    complaints,
    backups: taken.length,
    acknowledged: workloads.acknowledged,
    heldMs: taken.map(({ heldMs }) => heldMs),
  };
}

async function take(server: Server, workloads: Workloads, directory: string): Promise<Taken> {
  const before = workloads.progress();
  let status = await server.store.backup(directory, { who: 'test' });
  while (status.state === 'running') {
    await sleep(5);
    status = (await server.store.backupStatus())!;
  }
  if (status.state !== 'done') throw new Error(`backup ${status.state}: ${status.failure}`);
  return { directory, before, after: workloads.sent(), heldMs: status.heldMs };
}

async function check({ directory, before, after }: Taken, workloads: Workloads): Promise<string[]> {
  const data = `${directory}-restored`;
  await restoreStore(directory, data);
  const verification = await verifyStore(data);
  const complaints = [
    ...verification.between,
    ...verification.partitions.flatMap(({ faults }) => faults),
  ];
  const server = await startServer({ ...settings, data });
  const client = await clientOf(server);
  complaints.push(...(await workloads.differences(client, before, after)));
  await client.close();
  await server.stop();
  const again = await verifyStore(data);
  if (again.faults > 0) complaints.push(`${again.faults} faults after a start`);
  rmSync(data, { recursive: true });
  return complaints.map((complaint) => `${directory}: ${complaint}`);
}
