/** What the actor runtime costs over bare messages between threads. */
import type { Bench } from '../support/bench.js';
import { alternate } from '../support/rounds.js';
import { median, rounded, summarize } from '../support/statistics.js';
import { startActorSide, startBareSide } from './contestants.js';

export const actor: Bench = {
  about: 'tell and ask between threads, beside bare postMessage of the same bytes',
  async run(options, say) {
    const actorSide = await startActorSide();
    const bareSide = startBareSide();
    const contestants = [actorSide.tell, bareSide.tell, actorSide.ask, bareSide.ask];
    const describe = (rate: number): string => `${Math.round(rate)} per second`;
    const samples = await alternate(contestants, options, say, describe);
    await actorSide.end();
    await bareSide.end();
    const [tells = [], bareTells = [], asks = [], bareAsks = []] = samples;
    return {
      ratioToBareTell: ratioOf(tells, bareTells),
      ratioToBareAsk: ratioOf(asks, bareAsks),
      tellPerSecond: summarize(tells),
      bareTellPerSecond: summarize(bareTells),
      askPerSecond: summarize(asks),
      bareAskPerSecond: summarize(bareAsks),
    };
  },
};

/** The median of the ratios within a round. */
const ratioOf = (ours: readonly number[], bare: readonly number[]): number =>
  rounded(median(ours.map((rate, round) => rate / bare[round]!)));
