/**
 * Starts a server, in phases that each finish before the next:
 *
 *   data        plan and lock the data directory, make a new store; threads start meanwhile
 *   threads     every worker thread can take actors
 *   partitions  every partition actor runs, all in parallel; those of the main thread too
 *   queues      read from partition 0, as are options and applications; declared queues are added
 *   listen      clients are served: ready
 *
 * The admin address is bound before `listen`; services start after it. A start that fails undoes
 * what was done, newest first, and rejects.
 */
import { systemClock } from '../clock.js';
import { keepTickShape } from '../process/tick-shape.js';
import { demoProcess } from '../control/demo-process.js';
import { completeManifest } from '../data/manifest.js';
import { StartData } from '../data/start-data.js';
import { Tenants } from '../control/tenants.js';
import type { ServedStore } from '../front/options.js';
import { limits } from '../limits.js';
import { deskActorName, type DeskMessage } from '../mail/desk.js';
import { endpointOf, refuseAddress, reserveAdmin } from './addresses.js';
import { configure, openFeed } from './configure.js';
import { type FatalEnd, refusalOfEnd } from './fatal.js';
import { type Foundation, layFoundation, planOf } from './foundation.js';
import type { StartOptions } from './options.js';
import { Phases } from './phases.js';
import { Server } from './server.js';
import {
  type ActorEvents,
  diskReservesOf,
  partitionShutdownMs,
  startPartitions,
  startThreads,
} from './start-actors.js';
import { Undo } from './undo.js';

const injectsFaults = 'faultInjection is on: any client can crash a partition. For tests only.';

/** What the phases of one start share. */
interface Start extends Foundation {
  readonly phases: Phases;
  readonly undo: Undo;
  /** Before there is a server to tell, a fatal end fails the start. */
  readonly events: ActorEvents;
}

/**
 * Starts a server and resolves when clients are served.
 * @throws {StartRefused} when it may not or cannot start; nothing is left running then
 */
export async function startServer(options: StartOptions): Promise<Server> {
  keepTickShape();
  const phases = new Phases(options.clock ?? systemClock);
  const base = await layFoundation(options);
  const undo = new Undo();
  undo.add(() => base.descriptors.end());
  let refuse: (reason: Error) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => (refuse = reject));
  const events: ActorEvents = {
    fatal: (end: FatalEnd) => refuse(refusalOfEnd(end)),
    lost: () => undefined,
  };
  const running = run({ ...base, phases, undo, events });
  try {
    return await Promise.race([running, refused]);
  } catch (error) {
    await undo.all();
    // What was under way when the start failed ends too, one way or the other.
    await running.then(
      (server) => server.stop({ drainMs: 0 }),
      () => undo.all(),
    );
    throw error;
  }
}

async function run(start: Start): Promise<Server> {
  const { options, configuration, phases, undo, events, planned } = start;
  const starting = startThreads(start, events);
  const taking = StartData.take(planned.directory, diskReservesOf(configuration.values));
  undo.add(async () => (await taking.catch(() => undefined))?.giveUp());
  undo.add(async () => (await starting.catch(() => undefined))?.stop(partitionShutdownMs));
  const taken = await taking;
  const data = taken.make(planned, () => planOf(options, configuration));
  const reserved = await reserveAdmin(start);
  undo.add(() => reserved?.close());
  phases.end('data');
  if (configuration.values.faultInjection) start.log.warn({}, injectsFaults);
  const system = await starting;
  phases.end('threads');
  const partitions = await startPartitions(start, system, data);
  phases.end('partitions');
  const feed = openFeed(start, partitions);
  events.lost = (partition) => feed.rebuilt(partition);
  undo.add(() => feed.stop());
  const demo = options.create === 'demo' ? [demoProcess(partitions.length)] : [];
  const queues = await configure(feed, partitions, {
    clock: start.clock,
    placements: options.placements,
    declared: [...demo, ...configuration.businessProcesses],
    attach: (to) => start.running.attach(to),
  }).catch((error: unknown) => {
    throw taken.refusalOfChange(error);
  });
  if (data.isNew) completeManifest(data.directory);
  phases.end('queues');
  const { storeId, timeline } = data.manifest;
  const desk = system.ref<DeskMessage>(deskActorName);
  const tenants = new Tenants(partitions);
  const checkTenant = (tenantId: number): Promise<void> => tenants.check(tenantId);
  const store = { partitions, queues: queues.all, storeId, timeline };
  const address = await listen(start, { ...store, desk, checkTenant });
  taken.served();
  phases.end('listen');
  const opened = { data, lock: taken.lock, system, partitions, queues, feed, address, reserved };
  const server = new Server({ ...start, ...opened, phases: phases.done });
  events.fatal = (end) => server.fail(end);
  server.begin();
  return server;
}

/** Serves clients. @throws {StartRefused} for an address that cannot be bound */
async function listen(start: Start, served: ServedStore) {
  const { configuration, front, access, descriptors, undo } = start;
  const wanted = configuration.values.listen;
  const { admission, tls } = access;
  undo.add(() => front.close());
  descriptors.begin();
  const connections = descriptors.connections(limits.connections);
  return front
    .open({ ...served, listen: endpointOf('listen', wanted), connections, tls, admission })
    .catch((error: unknown) => refuseAddress('listen', wanted, error));
}
