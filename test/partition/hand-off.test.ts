/**
 * Hand-offs between partitions with a kill after every single step: each commit and each message on
 * its way (crashes of actors are for `test/simulation`). That includes each boundary of the five
 * steps of `lib/partition/moves/hand-off.ts`; `boundaries.test.ts` names them, and takes every one
 * each time. Here each eighth step is taken, from another one on at each run (`IXION_SEED=n`); all
 * of them with `IXION_RUNS=1`.
 */
import t, { type Test } from 'tap';
import type { Answer, Operation } from '../../lib/partition/request.js';
import { idleSteps } from './world.js';
import { Rig, errorOf, idAtHome, keyOf, op, queueIn, sessionOf } from './support.js';

const partitions = 3;
const resendMs = 1_500;
const stride = process.env['IXION_RUNS'] === undefined ? 8 : 1;
const seed = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let runsBegun = seed;
/** Steps after the last answer: the end of a hand-off goes on without the client. */
const tailSteps = 30;
const media = sessionOf('mail', 'MediaServer');

/** Where an interaction goes: partition of its submit, then of each placing. */
interface Journey {
  readonly home: number;
  readonly path: readonly number[];
  readonly stops: boolean;
}

/** What comes in between, after so many steps. */
type Disturbance = (rig: Rig) => Promise<void>;
const kill: Disturbance = (rig) => rig.world.kill();

interface Run {
  readonly faults: readonly string[];
  readonly steps: number;
}

const paths = [
  [0, 1],
  [0, 1, 2],
  [0, 1, 0],
  [0, 1, 0, 1],
] as const;
const journeys = paths.flatMap((path) =>
  [0, 1, 2].flatMap((home) => [false, true].map((stops): Journey => ({ home, path, stops }))),
);

function operationsOf({ home, path, stops }: Journey): { id: string; operations: Operation[] } {
  const id = idAtHome(home, partitions);
  const operations = path.map((partition, index) => {
    const RequestKey = keyOf(`key ${index}`);
    return index === 0
      ? op.submit(queueIn(partition), { InteractionId: id, RequestKey })
      : op.place(id, queueIn(partition), { RequestKey });
  });
  if (stops) operations.push(op.stop(id, { RequestKey: keyOf('stop') }));
  return { id, operations };
}

/** Sends one request after the other; the disturbance comes after `at` steps, then a retry. */
async function run(journey: Journey, at: number, disturb: Disturbance): Promise<Run> {
  const rig = await Rig.start({ partitions, sessions: [media], seed: 5 + at });
  const { id, operations } = operationsOf(journey);
  const faults: string[] = [];
  let steps = 0;
  for (const operation of operations) {
    const attempts = [rig.send(media, operation)];
    let left = operation === operations.at(-1) ? tailSteps : 0;
    let idle = 0;
    while (rig.answersTo(attempts.at(-1)!).length === 0 || left-- > 0) {
      if (steps++ === at) {
        await disturb(rig);
        attempts.push(rig.send(media, operation, { retried: true }));
      }
      if (steps > 5_000) return { faults: [`no answer to ${operation.kind}`], steps };
      idle = (await rig.world.step()) ? 0 : idle + 1;
      if (idle > idleSteps) await rig.pass(resendMs);
    }
    const answers = attempts.map((reference) => rig.answersTo(reference));
    if (answers.some(({ length }) => length > 1)) faults.push('answered twice');
    faults.push(...wrongAnswers(operation, id, answers.flat()));
  }
  await rig.world.settle();
  faults.push(...(await faultsOf(rig, journey, id)));
  return { faults, steps };
}

/** An answer may be positive or say that it was not executed, but then the retry is positive. */
function wrongAnswers({ kind }: Operation, id: string, answers: readonly Answer[]): string[] {
  const last = answers.at(-1)!;
  if (last.kind !== 'ack') return [`${kind}: ${errorOf(last)}`];
  return kind === 'submit' && last.interactionId !== id ? ['another identifier'] : [];
}

async function faultsOf(rig: Rig, { path, stops }: Journey, id: string): Promise<string[]> {
  const faults = rig.world.faults();
  if (rig.world.leftovers() > 0) faults.push('rows of hand-offs are left');
  const answer = await rig.ask(media, op.get(id));
  const where = answer.kind === 'properties' ? 'here' : errorOf(answer);
  if (where !== (stops ? 'UnknownInteraction' : 'here')) faults.push(`get: ${where}`);
  const places = path.slice(1).map(() => 'PlacedInQueue');
  const expected = ['InteractionSubmitted', ...places, ...(stops ? ['ProcessingStopped'] : [])];
  const events = rig.eventNames(id);
  if (events.join() !== expected.join()) faults.push(`events ${events.join()}`);
  return [...faults, ...wrongTotals(rig, path, stops)];
}

function wrongTotals(rig: Rig, path: readonly number[], stops: boolean): string[] {
  return path.flatMap((partition) => {
    const rows = rig.world.partition(partition).core.queues.statistics();
    const { totals } = rows.find(({ queue }) => queue.name === queueIn(partition))!;
    const isLast = partition === path.at(-1);
    const expected = {
      submitted: path[0] === partition ? 1 : 0,
      entered: path.slice(1).filter((each) => each === partition).length,
      left: path.slice(0, -1).filter((each) => each === partition).length,
      waiting: isLast && !stops ? 1 : 0,
      processing: 0,
      stopped: isLast && stops ? { Normal: 1 } : {},
      abandoned: 0,
    };
    const [got, wanted] = [
      JSON.stringify({ ...totals, sections: undefined }),
      JSON.stringify(expected),
    ];
    return got === wanted ? [] : [`totals of ${partition}: ${got}, not ${wanted}`];
  });
}

async function everywhere(t: Test, journey: Journey, disturb: Disturbance): Promise<void> {
  const calm = await run(journey, -1, disturb);
  t.strictSame(calm.faults, [], 'undisturbed');
  let [at, runs] = [runsBegun++ % stride, 0];
  for (let steps = calm.steps; at < steps; at += stride, runs++) {
    const { faults, ...rest } = await run(journey, at, disturb);
    steps = Math.max(steps, Math.min(rest.steps, calm.steps * 2));
    if (faults.length > 0)
      return void t.fail(`after step ${at}: ${faults.join('; ')} IXION_SEED=${seed}`);
  }
  t.pass(`${runs} runs of ${at} steps`);
}

const nameOf = ({ home, path, stops }: Journey): string =>
  `home ${home}: ${path.join(' to ')}${stops ? ', stopped there' : ''}`;

for (const journey of journeys) {
  t.test(`killed at each step; ${nameOf(journey)}`, (t) => everywhere(t, journey, kill));
}

/** The longest way, where every partition plays every part. */
const longest = journeys.filter(
  ({ home, path, stops }) => home === 2 && path.length === 4 && stops,
);
for (const journey of longest) {
  const nothing: Disturbance = async () => {};
  t.test(`repeated with its key at each step; ${nameOf(journey)}`, (t) =>
    everywhere(t, journey, nothing),
  );
}
