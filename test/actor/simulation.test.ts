/** All actors in one thread, on a virtual clock, in turns that a seed decides: twice the same. */
import t from 'tap';
import {
  type ActorContext,
  type Behaviour,
  type ChildReport,
  startActorSystem,
} from '../../lib/actor/index.js';
import type { Clock } from '../../lib/clock.js';
import { type Random, seededRandom } from '../../lib/clock.js';
import { child, errorOf } from './support.js';

/** Runs turns and timers one at a time; which of those that are due comes first, the seed says. */
class World {
  readonly clock: Clock;
  readonly #random: Random;
  #nowMs = 0;
  #turns: (() => void)[] = [];
  #timers: { dueMs: number; callback: () => void }[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.clock = {
      nowMs: () => this.#nowMs,
      monotonicMs: () => this.#nowMs,
      setTimer: (delayMs, callback) => {
        const timer = { dueMs: this.#nowMs + delayMs, callback };
        this.#timers.push(timer);
        return {
          cancel: () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
          },
        };
      },
    };
  }

  readonly schedule = (turn: () => void): void => {
    this.#turns.push(turn);
  };

  fraction(): number {
    return this.#random.fraction();
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
  }

  /** One turn, or the next timer. */
  async step(): Promise<void> {
    await this.settle();
    const turn = this.#turns.shift();
    this.#timers.sort((first, second) => first.dueMs - second.dueMs);
    const timer = this.#timers[0];
    if (turn !== undefined && (timer === undefined || this.fraction() < 0.7)) turn();
    else if (turn !== undefined) this.#turns.unshift(turn);
    if ((turn === undefined || this.fraction() < 0.3) && timer !== undefined) {
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.callback();
    }
    await this.settle();
  }
}

/** Passes numbers on, after a while, sometimes crashing. */
function relay(trace: string[], world: World): Behaviour<string, number> {
  return {
    start(next, context: ActorContext<number>) {
      return {
        async receive(batch) {
          for (const envelope of batch) {
            if (envelope.kind !== 'message') continue;
            const { message } = envelope;
            trace.push(
              `${context.clock.nowMs()} ${context.name}.${context.incarnation} ${message}`,
            );
            if (world.fraction() < 0.05) throw new Error('dice');
            await new Promise<void>((resolve) => context.clock.setTimer(5, resolve));
            context.resolve<number>(next).tell(message + 1);
            envelope.answer(message);
          }
        },
      };
    },
    unavailable: (envelope, context) => {
      trace.push(`${context.name} refused`);
      if (envelope.kind === 'message' && !envelope.ask)
        context.self.tell(envelope.message as number);
    },
  };
}

async function run(seed: number): Promise<string[]> {
  const trace: string[] = [];
  const world = new World(seed);
  const system = await startActorSystem({
    threads: [],
    behaviours: { relay: relay(trace, world) },
    clock: world.clock,
    schedule: world.schedule,
    intensity: Infinity,
    periodMs: 1_000,
    onReport: ({ child: id, decision }: ChildReport) => trace.push(`${id} ${decision}`),
    onEscalation: () => undefined,
    onThreadDeath: () => undefined,
  });
  const names = ['a', 'b', 'c'];
  await system.start(
    names.map((id, n) =>
      child(id, 0, { behaviour: 'relay', argument: names[(n + 1) % names.length] }),
    ),
  );
  for (const name of names) system.ref<number>(name).tell(0);
  const asked = errorOf(system.ref<number>('a').ask(1_000, { deadlineMs: 3 }));
  for (let n = 0; n < 500; n += 1) await world.step();
  trace.push(String(((await asked) as { errorName?: string } | undefined)?.errorName));
  return trace;
}

t.test('a run depends on its seed alone', async (t) => {
  const traces = new Set<string>();
  for (let seed = 1; seed <= 20; seed += 1) {
    const trace = await run(seed);
    t.same(await run(seed), trace, `seed ${seed}`);
    traces.add(trace.join('\n'));
  }
  t.equal(traces.size, 20);
  t.ok([...traces].some((trace) => trace.includes('restart')));
  t.ok([...traces].every((trace) => /(DeadlineExceeded|Unavailable)$/.test(trace)));
});
