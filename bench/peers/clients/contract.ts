/** What the loads need of a peer's client, whatever its library. */
import type { Submission } from '../../../lib/client/types.js';

/** How a client process reaches its peer. */
export interface ClientOptions {
  readonly port: number;
  readonly queues: readonly string[];
  /** Deliveries that each queue may have unanswered at this client. */
  readonly prefetch: number;
  /** Make the queues; else they are there. */
  readonly isDeclaring: boolean;
  /** Of the mode that is measured, where the client has a part in it. */
  readonly mode: string;
}

/** Told of every delivery, by the number of its record. */
export interface Consumer {
  /** The record lies decoded in the consumer's hands. */
  delivered(index: number): void;
  /** Its end is confirmed; where the protocol has no such answer, written. */
  done(index: number): void;
}

/** A connected client. */
export interface PeerClient {
  /** Resolves when the peer has confirmed the record. */
  put(queue: string, record: Submission): Promise<unknown>;
  /** Takes from all queues from now on, and ends each delivery at once. */
  consume(consumer: Consumer): Promise<void>;
}

/** Connects once; rejects when the peer is not there yet. */
export type OpenClient = (options: ClientOptions) => Promise<PeerClient>;

/** The record as peers get it that know nothing of its form: JSON. */
export const encodeRecord = (record: Submission): string => JSON.stringify(record);

/** The number of a record, from the whole record decoded. */
export const indexOfJson = (text: string): number => indexOf(JSON.parse(text) as Submission);

/** The number of a record. */
export const indexOf = ({ userData }: Pick<Submission, 'userData'>): number =>
  Number(userData?.['CaseNumber']);
