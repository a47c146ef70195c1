/** A process that has all sides in it, and measures them in turns; see `turn.ts`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sides, type Side } from '../against/turns.js';
import { serve } from '../support/serve.js';
import { median, quantile } from '../support/statistics.js';
import type * as DriverModule from './driver.js';
import type { Driver, Form } from './driver.js';
import { benchQueues, Frames, stages, type Stage } from './frames.js';

/** What one process is to do. */
export interface TurnRequest {
  /** Top folder of each build. */
  readonly roots: Readonly<Record<Side, string>>;
  readonly form: Form;
  readonly isKeyed: boolean;
  /** Interactions of a slice. */
  readonly interactions: number;
  readonly warmUp: readonly Side[];
  /** Of the processor, for each side. */
  readonly warmUpSeconds: number;
  readonly runs: readonly Side[];
  /** Of the processor, at least so many for all sides together; a slice each in any case. */
  readonly seconds: number;
}

/** What one request takes: microseconds, and bytes of the heap. */
export interface Cost {
  readonly us: number;
  readonly bytes: number;
}
export type TurnFigures = Readonly<Record<Stage, Cost>>;

const batchRequests = 64;

setFlagsFromString('--expose-gc');
// With so many collections V8 would drop the code of whoever waits for its turn.
setFlagsFromString('--no-flush-bytecode');
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

/** What disturbs makes a batch longer, never shorter. */
const quartile = (values: readonly number[]): number =>
  quantile(Float64Array.from(values).toSorted(), 0.25);

type Samples = Readonly<Record<Stage, number[]>>;

class Contestant {
  readonly #driver: Driver;
  readonly #frames: Frames;
  readonly #interactions: number;
  readonly #us: Samples = { submit: [], pull: [], place: [], pullAgain: [], stop: [] };
  readonly #bytes: Samples = { submit: [], pull: [], place: [], pullAgain: [], stop: [] };

  constructor(driver: Driver, frames: Frames, interactions: number) {
    this.#driver = driver;
    this.#frames = frames;
    this.#interactions = interactions;
  }

  /**
   * Some interactions from their submit to their end. The heap is small before, whoever was before.
   */
  async slice(isCounted: boolean): Promise<void> {
    let ids: (string | undefined)[] = Array.from({ length: this.#interactions });
    collect();
    for (const stage of stages) {
      const batches = batchesOf(ids).map((batch) => this.#frames.batch(stage, batch));
      // What the making of the requests has left.
      collect({ type: 'minor' });
      const served = await this.#driver.serve(batches, stage === 'submit');
      if (isCounted) {
        this.#us[stage].push(...served.us);
        this.#bytes[stage].push(served.bytes);
      }
      if (stage === 'submit') ids = served.ids;
    }
  }

  figures(): TurnFigures {
    const entries = stages.map((stage) => {
      // A collection within a slice leaves less than was made.
      return [stage, { us: quartile(this.#us[stage]), bytes: median(this.#bytes[stage]) }];
    });
    return Object.fromEntries(entries) as TurnFigures;
  }
}

function batchesOf<Entry>(entries: readonly Entry[]): Entry[][] {
  const count = Math.ceil(entries.length / batchRequests);
  return Array.from({ length: count }, (_, index) =>
    entries.slice(index * batchRequests, (index + 1) * batchRequests),
  );
}

async function measure(request: TurnRequest): Promise<Record<Side, TurnFigures>> {
  const { roots, form, isKeyed, interactions, warmUp, runs } = request;
  const contestants: Partial<Record<Side, Contestant>> = {};
  for (const side of warmUp) {
    const path = join(roots[side], 'dist', 'bench', 'turn', 'driver.js');
    const module = (await import(pathToFileURL(path).href)) as typeof DriverModule;
    const driver = await module.Driver.open(roots[side], { form, queues: benchQueues });
    contestants[side] = new Contestant(driver, new Frames(isKeyed), interactions);
  }
  const until = async (order: readonly Side[], seconds: number, isCounted: boolean) => {
    const before = process.cpuUsage();
    const usedSeconds = (): number => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    do {
      for (const side of order) await contestants[side]!.slice(isCounted);
    } while (usedSeconds() < seconds);
  };
  if (request.warmUpSeconds > 0) {
    for (const side of warmUp) await until([side], request.warmUpSeconds, false);
  }
  await until(runs, request.seconds, true);
  const entries = sides.map((side) => [side, contestants[side]!.figures()]);
  return Object.fromEntries(entries) as Record<Side, TurnFigures>;
}

serve(measure);
