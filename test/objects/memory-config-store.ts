/** What the config service needs of a server, in memory; it can fail, as a killed process would. */
import type { FilledQueue, ConfigStore } from '../../lib/objects/config-store.js';
import type { QueueEntries } from '../../lib/queue/entry.js';
import type { DeclaredAccess } from '../../lib/objects/config-store.js';
import { Placements } from '../../lib/objects/placement.js';
import type { Row } from '../../lib/objects/rows.js';

export class MemoryConfigStore implements ConfigStore {
  readonly placements = new Placements(4, { vip: [2] });
  rows = new Map<string, Uint8Array>();
  placed: QueueEntries = { version: 0, highest: 0, queues: [] };
  /** Interactions by the name of a queue. */
  readonly filled = new Map<string, number>();
  closed: readonly number[] = [];
  /** With an admin, so that random applications lock nobody out. */
  declared: DeclaredAccess = {
    isRequired: false,
    applications: [{ name: '(file)', role: 'admin', hashes: [`sha256:${'f'.repeat(64)}`] }],
  };
  /** So many writes more succeed. */
  writesLeft = Number.POSITIVE_INFINITY;
  #time = 0;

  now(): number {
    return (this.#time += 1_000);
  }

  async read(from: string, to: string | undefined, limit: number): Promise<readonly Row[]> {
    return [...this.rows]
      .filter(([key]) => key >= from && (to === undefined || key < to))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .slice(0, limit);
  }

  async write(rows: readonly Row[]): Promise<void> {
    if (this.writesLeft === 0) throw new Error('killed');
    this.writesLeft -= 1;
    for (const [key, value] of rows) {
      if (value === undefined) this.rows.delete(key);
      else this.rows.set(key, value);
    }
  }

  async queues(known: number): Promise<QueueEntries | undefined> {
    return known === this.placed.version ? undefined : this.placed;
  }

  async replaceQueues(change: Parameters<ConfigStore['replaceQueues']>[0]): Promise<void> {
    const { queues, highest, after, rows } = change;
    if (after !== this.placed.version) throw new Error('the queues changed meanwhile');
    await this.write(rows);
    this.placed = { version: after + 1, highest, queues };
    this.closed = [];
  }

  async filledOf(numbers: readonly number[]): Promise<readonly FilledQueue[]> {
    return this.placed.queues
      .filter(({ number, name }) => numbers.includes(number) && this.filled.has(name))
      .map(({ number, name }) => ({ number, interactions: this.filled.get(name)! }));
  }

  async closeQueues(numbers: readonly number[]): Promise<readonly FilledQueue[]> {
    this.closed = numbers;
    return this.filledOf(numbers);
  }

  async reopenQueues(): Promise<void> {
    this.closed = [];
  }

  async declaredAccess(): Promise<DeclaredAccess> {
    return this.declared;
  }
}
