/**
 * What was on the disks after each commit, by the last event that was there: what a subscriber with
 * the state may say at that point, and nothing else.
 */
import { loginPrefix } from '../../lib/agents/login-key.js';
import { MediumState, type LoginRecord } from '../../lib/desk/index.js';
import { PackedEventRow } from '../../lib/interaction/event-row.js';
import { fromRow } from '../../lib/objects/rows.js';
import { isTenantKey } from '../../lib/partition/ledger/tenant-totals.js';
import { decodeTotals } from '../../lib/queue/totals.js';
import { Table } from '../../lib/store/contract.js';
import { prefixEnd, readU32 } from '../../lib/store/keys.js';
import type { World } from '../../lib/world/index.js';

/** From which event on something was so. */
interface Since {
  readonly sequence: number;
  readonly text: string;
}

/** How an agent is, as events and states tell it. */
export const textOfAgent = (
  place: string,
  doNotDisturb: boolean,
  media: Iterable<readonly [name: string, isReady: boolean]>,
): string => {
  const ready = [...media].map(([name, isReady]) => `${name} ${isReady}`);
  return `${place} ${doNotDisturb} ${ready.sort().join()}`;
};

/** The counts of a queue. */
export const textOfCounts = (counts: readonly unknown[]): string => counts.map(Number).join();

export class StateTruth {
  readonly #world: World;
  readonly #applied: number[] = [];
  /** By partition and number of the queue, and by agent: how it was, in order. */
  readonly #was = new Map<string, Since[]>();
  readonly #agents = new Set<string>();
  /** Last events of commits of partition 0. */
  readonly #ends = new Set<number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** To be called after every step. */
  look(): void {
    for (const [partition, disk] of this.#world.disks.entries()) {
      const { sequence: applied } = disk.applied;
      if (applied === this.#applied[partition]) continue;
      this.#applied[partition] = applied;
      const [newest] = disk.table(Table.outbox).range({ reverse: true, limit: 1 });
      const sequence = newest === undefined ? 0 : new PackedEventRow(newest[1]).lastSequence;
      for (const [key, row] of disk.table(Table.totals).range({})) {
        if (isTenantKey(key)) continue;
        const { submitted, entered, left, waiting, processing } = decodeTotals(row);
        const text = textOfCounts([submitted, entered, left, waiting, processing]);
        this.#note(`${partition} ${readU32(key, 0)}`, sequence, text);
      }
      if (partition === 0) this.#lookAtAgents(sequence);
    }
  }

  #lookAtAgents(sequence: number): void {
    this.#ends.add(sequence);
    const rows = this.#world.disks[0]!.table(Table.object);
    const there = new Map<string, string>();
    for (const [, row] of rows.range({ from: loginPrefix, to: prefixEnd(loginPrefix) })) {
      const { agentId, placeId, doNotDisturb, media } = fromRow(row) as LoginRecord;
      const ready = media.map(({ name, state }) => [name, state !== MediumState.notReady] as const);
      there.set(agentId, textOfAgent(placeId, doNotDisturb, ready));
      this.#agents.add(agentId);
    }
    for (const agent of this.#agents) this.#note(agent, sequence, there.get(agent) ?? '');
  }

  #note(what: string, sequence: number, text: string): void {
    const all = this.#was.get(what) ?? [];
    this.#was.set(what, all);
    if (all.at(-1)?.text !== text) all.push({ sequence, text });
  }

  /** Whether a queue was so when this was the last event of its partition. */
  hadCounts(partition: number, queue: number, sequence: number, text: string): boolean {
    const all = this.#was.get(`${partition} ${queue}`) ?? [];
    const before =
      all.filter((one) => one.sequence < sequence).at(-1)?.text ?? textOfCounts([0, 0, 0, 0, 0]);
    return text === before || all.some((one) => one.sequence === sequence && one.text === text);
  }

  /** The counts of a queue now. */
  countsNow(partition: number, queue: number): string | undefined {
    return this.#was.get(`${partition} ${queue}`)?.at(-1)?.text;
  }

  /**
   * How an agent was behind this event, empty: not logged in; undefined: a commit goes on behind
   * it, so that nobody can say.
   */
  agentAt(agent: string, sequence: number): string | undefined {
    if (!this.#ends.has(sequence)) return undefined;
    const all = this.#was.get(agent) ?? [];
    return all.filter((one) => one.sequence <= sequence).at(-1)?.text ?? '';
  }
}
