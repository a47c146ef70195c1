/** Starts a system for one test and stops it at the test's end. */
import type { Test } from 'tap';
import {
  type ActorSystem,
  type ActorSystemOptions,
  type ChildReport,
  type ChildSpec,
  startActorSystem,
  type ThreadDeath,
} from '../../lib/actor/index.js';
import { behaviours } from './behaviours.js';

const module = new URL('./worker.js', import.meta.url);

export interface Running {
  readonly system: ActorSystem;
  readonly reports: ChildReport[];
  readonly escalations: ChildReport[];
  readonly deaths: ThreadDeath[];
}

/** A system with so many worker threads. */
export async function runSystem(
  t: Pick<Test, 'teardown'>,
  threads: number,
  options: Partial<ActorSystemOptions> = {},
): Promise<Running> {
  const reports: ChildReport[] = [];
  const escalations: ChildReport[] = [];
  const deaths: ThreadDeath[] = [];
  const system = await startActorSystem({
    threads: Array.from({ length: threads }, (_, n) => ({ name: `worker ${n + 1}`, module })),
    behaviours,
    intensity: 1,
    periodMs: 5_000,
    onReport: (report) => reports.push(report),
    onEscalation: (report) => escalations.push(report),
    onThreadDeath: (death) => deaths.push(death),
    ...options,
  });
  t.teardown(() => system.stop(5_000));
  return { system, reports, escalations, deaths };
}

/** A probe, with the usual values. */
export function child(id: string, thread: number, spec: Partial<ChildSpec> = {}): ChildSpec {
  return {
    id,
    thread,
    behaviour: 'probe',
    argument: {},
    restart: 'permanent',
    shutdownMs: 2_000,
    ...spec,
  };
}

/** Waits until a condition holds; the runner's time-out is the bound. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Waits until this incarnation of an actor runs. */
export function untilRunning(
  system: ActorSystem,
  name: string,
  incarnation: number,
): Promise<void> {
  return until(async () => {
    const actors = (await system.stats()).flatMap((thread) => thread.actors);
    const actor = actors.find((candidate) => candidate.name === name);
    return actor?.state === 'running' && actor.incarnation === incarnation;
  });
}

/** The error that a promise rejects with; undefined if it does not. Handles it at once. */
export function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
