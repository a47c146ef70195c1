/**
 * Where all partitions meet for the moment of a backup.
 *
 * A partition that stands still asks here to go on, and is answered when the last one has come. So
 * there is a moment at which none of them changes anything: what they have on disk then is a state
 * the whole server was in. A message of a hand-off may be under way at that moment; it is lost to
 * the backup, and sent again after a restore, since its sender has not seen the end of the
 * hand-off. Snapshots at different moments would not do: a target that has an interaction whose
 * source still has it too would double it, and the other way round it would be lost.
 */
import type { Behaviour, ChildSpec, MessageEnvelope } from '../actor/index.js';

/** Answer to `backup-stand-still`. */
export interface OpenSnapshot {
  readonly bytes: number;
}

/** Asked by a partition that stands still; answered with whether all did, at one moment. */
export interface BarrierMessage {
  readonly type: 'stands-still';
  readonly backup: number;
}

export const barrierActorName = 'backup-barrier';

export const barrierChild: ChildSpec = {
  id: barrierActorName,
  behaviour: barrierActorName,
  argument: undefined,
  thread: 0,
  restart: 'permanent',
  shutdownMs: 1_000,
};

/** Barrier of one server; one backup at a time meets at it. */
export class BackupBarrier {
  #backup = 0;
  #expected = 0;
  #waiting: MessageEnvelope<BarrierMessage>[] = [];

  readonly behaviour: Behaviour<undefined, BarrierMessage> = {
    start: () => ({
      receive: (batch) => {
        for (const envelope of batch) if (envelope.kind === 'message') this.#arrived(envelope);
      },
    }),
    unavailable: () => undefined,
  };

  /** From now on so many partitions are awaited for this backup; those of another are sent away. */
  expect(backup: number, partitions: number): void {
    this.#release(false);
    this.#backup = backup;
    this.#expected = partitions;
  }

  #arrived(envelope: MessageEnvelope<BarrierMessage>): void {
    if (envelope.message.backup !== this.#backup) return envelope.answer(false);
    this.#waiting.push(envelope);
    if (this.#waiting.length === this.#expected) this.#release(true);
  }

  #release(isCommon: boolean): void {
    for (const envelope of this.#waiting.splice(0)) envelope.answer(isCommon);
  }
}
