/**
 * Whose requests crashed the actor of a partition. It outlives the actor, and tells the front when
 * the next one is there: so those who were answered "unavailable" have their answer before a
 * connection is closed for it.
 */
import { IxionError } from '../errors.js';
import { fnvStart, fnvStep } from '../fnv.js';
import { limits } from '../limits.js';
import { readHeader } from '../protocol/frame.js';
import type { Request } from '../partition/request.js';
import type { FrontMessage } from '../mail/partition.js';

/** Requests and sessions that are remembered; those that came first are forgotten first. */
const rememberedMax = 1_024;
/** Mails of which each is a turn of its own, after a crash at the end of a turn of many. */
const aloneMax = 4_096;

type Crash = Omit<Extract<FrontMessage, { type: 'client-crashed' }>, 'type' | 'partition'>;

export class Crashes {
  /** By the hash of message number and body: the same request, whoever sends it again. */
  readonly #byRequest = new Map<number, number>();
  readonly #bySession = new Map<number, number>();
  #unreported: Crash[] = [];
  #alone = 0;

  /** Notes that this frame of a session crashed the actor. */
  note(session: number, frame: Uint8Array): void {
    count(this.#byRequest, hashOfBody(frame));
    count(this.#bySession, session);
    this.#unreported.push({ session, request: readHeader(frame, 0).message });
  }

  /**
   * Notes whose request crashed the actor: what had waited and was served just then, or the frame
   * that was executed.
   */
  blame(serving: Request | undefined, session: number, frame: Uint8Array | undefined): void {
    if (serving?.frame !== undefined) this.note(serving.session.number, serving.frame);
    else if (frame !== undefined) this.note(session, frame);
    else this.noteUnknown();
  }

  /**
   * Notes a crash at the end of a turn, when nobody could say by which of its requests. The next
   * ones come one to a turn, so that it shows.
   */
  noteUnknown(): void {
    this.#alone = aloneMax;
  }

  /** Whether each mail is to be a turn of its own. */
  get isWary(): boolean {
    return this.#alone > 0;
  }

  /** One was. */
  tookAlone(): void {
    this.#alone--;
  }

  /** Crashes that the front has not been told. */
  takeUnreported(): readonly Crash[] {
    const unreported = this.#unreported;
    this.#unreported = [];
    return unreported;
  }

  /** @throws {IxionError} RequestRefused, ClientRefused for who has crashed the actor too often */
  check(session: number, frame: Uint8Array): void {
    if (this.#bySession.size === 0) return;
    if ((this.#bySession.get(session) ?? 0) >= limits.crashesPerClient) {
      throw new IxionError('ClientRefused', 'requests of this client crashed an actor before');
    }
    if ((this.#byRequest.get(hashOfBody(frame)) ?? 0) >= limits.crashesPerRequest) {
      throw new IxionError('RequestRefused', 'this request crashed its actor before');
    }
  }
}

function count(counts: Map<number, number>, key: number): void {
  const before = counts.get(key) ?? 0;
  // Set anew, it is the last to be forgotten.
  counts.delete(key);
  counts.set(key, before + 1);
  for (const oldest of counts.keys()) {
    if (counts.size <= rememberedMax) return;
    counts.delete(oldest);
  }
}

/** Over message number and body. */
function hashOfBody(frame: Uint8Array): number {
  const { message, bodyStart, bodyEnd } = readHeader(frame, 0);
  let hash = fnvStart ^ message;
  for (let at = bodyStart; at < bodyEnd; at++) hash = fnvStep(hash, frame[at]!);
  return hash >>> 0;
}
