/**
 * What the client has of the machine that it runs on, beside a transport: time and randomness.
 * `ixion simulate --virtual` gives it those of a virtual day.
 */
import { type Clock, type Random, systemClock, systemRandom } from '../clock.js';

export interface ClientMachine {
  readonly clock: Clock;
  readonly random: Random;
}

/** The one that it really runs on. */
export const thisMachine: ClientMachine = { clock: systemClock, random: systemRandom };
