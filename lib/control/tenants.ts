/** Whether there is a tenant: among the objects, or since something was ever handed in for it. */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';
import { fromRow, objectPrefix } from '../objects/rows.js';
import { unpackRows } from '../partition/rows/objects.js';
import { prefixEnd } from '../store/keys.js';

const deadlineMs = 10_000;
/** Where everything is unless somebody says otherwise. */
const commonTenant = 1;
const rowsPerRead = 256;
const keptMost = 1_000;
const prefix = `${objectPrefix}tenant\0`;

export class Tenants {
  readonly #partitions: readonly ActorRef<PartitionMessage>[];
  /** Numbers that were found. */
  readonly #known = new Set<number>([commonTenant]);

  constructor(partitions: readonly ActorRef<PartitionMessage>[]) {
    this.#partitions = partitions;
  }

  /**
   * Passes for one that there is, or was.
   * @throws {IxionError} (as a rejection) UnknownTenant, and what partitions say
   */
  async check(tenantId: number): Promise<void> {
    if (this.#known.has(tenantId)) return;
    if ((await this.#hasHadWork(tenantId)) || (await this.#isObject(tenantId))) {
      if (this.#known.size < keptMost) this.#known.add(tenantId);
      return;
    }
    throw new IxionError('UnknownTenant', `there is no tenant ${tenantId}`);
  }

  async #hasHadWork(tenantId: number): Promise<boolean> {
    const message = { type: 'has-had-tenant', tenantId } as const;
    const asked = this.#partitions.map((ref) => ref.ask<boolean>(message, { deadlineMs }));
    return (await Promise.all(asked)).includes(true);
  }

  /** In any version: what it has may be there still. */
  async #isObject(tenantId: number): Promise<boolean> {
    const to = prefixEnd(prefix);
    for (let from = prefix; ;) {
      const message = { type: 'read-objects', from, to, limit: rowsPerRead } as const;
      const packed = await this.#partitions[0]!.ask<Uint8Array>(message, { deadlineMs });
      const rows = unpackRows(packed);
      for (const [, value] of rows) {
        if (value === undefined || value.length === 0) continue;
        if ((fromRow(value) as { readonly id?: number }).id === tenantId) return true;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsPerRead) return false;
      from = `${last[0]}\0`;
    }
  }
}
