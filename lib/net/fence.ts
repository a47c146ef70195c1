/** The requests of one logical client that wait until earlier ones of it are answered. */

/** Made for the client that needs one, and gone when nothing waits any more. */
export class Fence {
  /** Whole frames, oldest first. */
  readonly frames: Uint8Array[] = [];
  /** The next frame waits for all before it, whether or not it says so ... */
  isArmed = false;
  /** ... unless it is a repetition, which takes the same way round as those before it. */
  passesRetried = false;
  /** Nothing passes, whatever is answered: the client is being registered, or is ending. */
  isShut = false;
  /** The client is ending: what it sends now is for whoever has its number next. */
  isEnding = false;
  /** References of pulls that are known to wait in partitions: unanswered, but not waited for. */
  readonly waitingPulls = new Set<number>();
  /** Answered while the partitions are asked for those: what they say of them is out of date. */
  readonly answered = new Set<number>();
  /** The partitions are being asked. */
  isAsking = false;
  /** They were asked since the last frame passed: again only after a time. */
  wasAsked = false;
  /** Called once nothing of the client is under way, or it is gone. */
  readonly whenIdle: (() => void)[] = [];
}
