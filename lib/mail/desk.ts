/**
 * The desk: an actor on the main thread, which the front addresses as it does a partition. What it
 * works with is loaded after clients are served; until then its mail waits.
 *
 * - Bytes, front to desk: tag = session number, bytes = one whole request frame.
 * - Bytes, desk to front: as those of a partition.
 */
import type { Behaviour, ChildSpec, Envelope } from '../actor/index.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import type { WorkbinQuestion } from '../interaction/workbin-rights.js';
import { limits } from '../limits.js';
import type { Subscribing } from './partition.js';

export const deskActorName = 'desk';

/** A logical client, as the desk knows it: told before its first frame. */
export interface DeskClient {
  readonly session: number;
  readonly proxyClient: number;
  /** 32 hexadecimal digits. */
  readonly sessionKey: string;
  readonly clientName: string;
  readonly tenantId: number;
  /** Tenants that it sees; absent: all. */
  readonly tenants?: readonly number[] | undefined;
  /** Of its application; absent: it has none. */
  readonly role?: string | undefined;
  /** For the audit log. */
  readonly address: string;
}

/** Some agents that are logged in. */
export interface PlaceStatesPage {
  /** Frames of EventPlaceAgentState, to be addressed. */
  readonly frames: Uint8Array;
  readonly isLast: boolean;
}

export type DeskMessage =
  | { readonly type: 'client'; readonly client: DeskClient }
  /** It is gone. `release`: it has unregistered, or was ended; else its link was lost. */
  | { readonly type: 'client-gone'; readonly session: number; readonly release: boolean }
  /** What became of agents and interactions in a partition, durably. */
  | {
      readonly type: 'outcomes';
      readonly partition: number;
      readonly outcomes: readonly AgentOutcome[];
    }
  /** (ask of a partition, answered with WorkbinVerdict) */
  | { readonly type: 'workbin-question'; readonly question: WorkbinQuestion }
  /**
   * (ask of the front, answered with a sequence of partition 0) subscribes there, and keeps who is
   * logged in at that point, to be told page by page to this subscription
   */
  | {
      readonly type: 'place-states';
      readonly client: DeskClient;
      readonly subscribe: Subscribing;
      readonly tenants: readonly number[];
    }
  /** (ask of the front, answered with PlaceStatesPage) the next of them */
  | { readonly type: 'place-states-page'; readonly reader: number }
  /** No more of them. */
  | { readonly type: 'place-states-end'; readonly reader: number }
  /** The actor of a partition is there, for the first time or anew: outcomes may be missing. */
  | { readonly type: 'partition-built'; readonly partition: number };

/** Works on the mail of the desk. */
export interface DeskWorker {
  /** A promise: nothing more is to come until it resolves. */
  receive(batch: readonly Envelope<DeskMessage>[]): void | Promise<void>;
  /**
   * Its actor has crashed, and is built again: takes news all the same, and answers requests that
   * nothing was done of them.
   */
  unavailable(envelope: Envelope<DeskMessage>): void;
}

export const deskChild: ChildSpec = {
  id: deskActorName,
  behaviour: deskActorName,
  argument: undefined,
  thread: 0,
  restart: 'permanent',
  shutdownMs: 1_000,
  batchMails: limits.agentRequestsPerTurn,
};

/** The actor, and who works in it once that is loaded. */
export class DeskMail {
  #worker: DeskWorker | undefined;
  /** What a former actor had of it before anybody worked here. */
  #kept: Envelope<DeskMessage>[] = [];
  #begin: (worker: DeskWorker) => void = () => undefined;
  readonly #begun = new Promise<DeskWorker>((resolve) => (this.#begin = resolve));

  readonly behaviour: Behaviour<undefined, DeskMessage> = {
    start: () => ({
      receive: (batch) => {
        const worker = this.#worker;
        if (worker !== undefined) return worker.receive(batch);
        // Who begins asks every partition: a start that fails meanwhile waits for nobody.
        if (batch.every(isNews)) return undefined;
        return this.#begun.then((begun) => begun.receive(batch));
      },
    }),
    unavailable: (envelope) => {
      if (this.#worker !== undefined) this.#worker.unavailable(envelope);
      else this.#kept.push(envelope);
    },
  };

  /** Gives all mail to this worker from now on. */
  begin(worker: DeskWorker): void {
    this.#worker = worker;
    for (const envelope of this.#kept.splice(0)) worker.unavailable(envelope);
    this.#begin(worker);
  }

  /** Nobody will work here, or no longer: what comes is dropped, so that the actor can end. */
  end(): void {
    if (this.#worker === undefined) this.begin(nobody);
  }
}

const nobody: DeskWorker = { receive: () => undefined, unavailable: () => undefined };

/** That a partition is there, which is of use only to who has asked it before. */
const isNews = (envelope: Envelope<DeskMessage>): boolean =>
  envelope.kind === 'message' && envelope.message.type === 'partition-built';
