/**
 * The front of the server on the main thread: sockets, logical clients, and the way of each frame
 * to the actor of its partition and back. It never decodes the body of a request that it passes on.
 *
 * The order at start: `createFront`; `startActorSystem` with
 * `behaviours: { front: front.behaviour }`; `system.start([frontChild, ...partitions])`;
 * `front.open(...)`. At stop: `stopAccepting`, `drain`, `close`, and then the system.
 */
import type { QueueEntry } from '../queue/entry.js';
import type { Behaviour, ChildSpec } from '../actor/index.js';
import { assert } from '../assert.js';
import type { ByteSocket } from '../net/byte-socket.js';
import type { ListenAddress } from '../net/listener.js';
import type { Admission } from '../security/admission.js';
import type { LogFilters } from '../security/log-filter.js';
import type { TlsMaterial } from '../security/tls.js';
import type { FrontCounts, FrontOptions, ServedStore } from './options.js';
import { Switchboard } from './switchboard.js';
import { frontActorName } from '../mail/partition.js';
import type { FrontMessage } from '../mail/partition.js';

/** What a front serves, and whom. */
export interface FrontOpening extends ServedStore {
  /** Connections that there may be; absent: as many as the limit says. */
  readonly connections?: number | undefined;
  /** Says who clients are; absent: they are what their type says. */
  readonly admission?: Admission | undefined;
}

export interface Front {
  /** The actor that partitions send answers and events to; to be registered as `front`. */
  readonly behaviour: Behaviour<undefined, FrontMessage>;
  /**
   * Binds and serves. Resolves with the address bound; rejects with the system's error
   * (`code` EADDRINUSE, EACCES ...).
   */
  open(
    options: FrontOpening & {
      readonly listen: ListenAddress;
      /** Absent: plain TCP. */
      readonly tls?: TlsMaterial | undefined;
    },
  ): Promise<ListenAddress>;
  /** Serves without an address: connections come by `accept` alone. */
  serve(options: FrontOpening): void;
  /** Takes a connection. */
  accept(socket: ByteSocket): void;
  /** Replaces the queues that frames can be routed to. Before `open`, which has them, nothing. */
  setQueues(queues: readonly QueueEntry[]): void;
  /** Takes other certificates for connections to come. Only where it was opened with TLS. */
  setTls(tls: TlsMaterial): void;
  /**
   * Admits by other rules, and ends the sessions that would not be admitted as they were. Before
   * `open`, which has them, nothing.
   */
  setAdmission(admission: Admission): void;
  /** Logs every request at level debug, as these filters say; undefined: none. */
  logRequests(filters: LogFilters | undefined): Promise<void>;
  /** New connections are refused, new requests get ShuttingDown; what is in flight goes on. */
  stopAccepting(): void;
  /** Resolves when nothing is in flight and all that was answered has left for the kernel. */
  drain(): Promise<void>;
  /** Ends every connection and stops listening; resolves when all are gone. */
  close(): Promise<void>;
  counts(): FrontCounts;
}

/** The child specification of the front's actor. No credit bound: answers must never be refused. */
export const frontChild: ChildSpec = {
  id: frontActorName,
  behaviour: frontActorName,
  argument: undefined,
  thread: 0,
  restart: 'permanent',
  shutdownMs: 5_000,
  creditBytes: Infinity,
};

/** Before its actor runs, a programmer error of the front ends the process. */
const raise = (error: Error): void => {
  throw error;
};

/** Makes a front. It takes nothing from anywhere until `open`. */
export function createFront(options: FrontOptions): Front {
  let switchboard: Switchboard | undefined;
  let crash = raise;
  const serving = (): Switchboard => {
    assert(switchboard !== undefined, 'the front is not open');
    return switchboard;
  };
  const make = ({ connections, admission, ...store }: FrontOpening): Switchboard => {
    const limits = { ...options.limits, ...(connections !== undefined && { connections }) };
    switchboard = new Switchboard({ ...options, limits }, store, (error) => crash(error));
    if (admission !== undefined) switchboard.setAdmission(admission);
    return switchboard;
  };
  return {
    behaviour: {
      start(_argument, context) {
        crash = (error) => context.crash(error);
        return {
          receive: (batch) => serving().receive(batch),
          // What was known of answers on their way is in doubt: clients come back and ask again.
          crashed: async () => switchboard?.disconnectAll(),
        };
      },
      // An answer to a client whose connection has just been ended.
      unavailable: () => undefined,
    },
    open({ listen, tls, ...opening }) {
      return make(opening).listener.listen(listen, tls);
    },
    serve: (opening) => make(opening).listener.open(),
    accept: (socket) => serving().listener.accept(socket),
    setQueues: (queues) => switchboard?.setQueues(queues),
    setTls: (tls) => serving().setTls(tls),
    setAdmission: (admission) => switchboard?.setAdmission(admission),
    logRequests: (filters) => serving().logRequests(filters),
    stopAccepting: () => serving().stopAccepting(),
    drain: () => serving().drain(),
    close: async () => switchboard?.close(),
    counts: () => serving().counts(),
  };
}
