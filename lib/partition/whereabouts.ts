/** Where interactions are, as all partitions of a store have to agree on it; for `store verify`. */
import { homeOf } from '../interaction/identifier.js';

/** What partitions have to agree on; small, since few interactions are away from home. */
export interface Whereabouts {
  readonly partition: number;
  /** Interactions that live here but are at home elsewhere. */
  readonly away: ReadonlySet<string>;
  /** Where home says that its interactions are. */
  readonly locations: ReadonlyMap<string, number>;
  /** Interactions in the middle of a hand-off, or whose end home has not noted. */
  readonly moving: ReadonlySet<string>;
}

/** What is wrong between partitions: two copies, or a home that does not know. */
export function compareWhereabouts(all: readonly Whereabouts[]): string[] {
  const faults: string[] = [];
  const partitions = all.length;
  for (const { partition, away } of all) {
    for (const id of away) {
      const home = all[homeOf(id, partitions)]!;
      const isMoving = all.some(({ moving }) => moving.has(id));
      const known = home.locations.get(id);
      if (known !== partition && !isMoving) {
        faults.push(
          `${id} lives in partition ${partition}; its home ${home.partition} says ${known}`,
        );
      }
      const others = all.filter((one) => one.partition !== partition && one.away.has(id));
      for (const other of others) {
        faults.push(`${id} lives in partitions ${partition} and ${other.partition}`);
      }
    }
  }
  for (const { partition, locations } of all) {
    for (const [id, at] of locations) {
      const isMoving = all.some(({ moving }) => moving.has(id));
      if (all[at]?.away.has(id) === true || isMoving) continue;
      faults.push(`partition ${partition} says that ${id} is in ${at}, where it is not`);
    }
  }
  return faults;
}
