/** The conformance suite on each store. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { systemClock } from '../../lib/clock.js';
import { FaultStore } from '../../lib/store/fault.js';
import { openPartitionStore } from '../../lib/store/format.js';
import { MemoryDisk, MemoryMedium, MemoryStore, type Schedule } from '../../lib/store/memory.js';
import { directoryOf } from '../fixture/directory.js';
import { conformance, type Place } from './conformance.js';

conformance('memory', memoryPlace, 150);
conformance('fault without a fault', faultPlace, 150);
conformance('lmdb', lmdbPlace, 80);

function memoryPlace(): Place {
  const disk = new MemoryDisk();
  return { open: async () => new MemoryStore(disk, oneCommitPerTurn()) };
}

/** Keeps several sets in flight while the test goes on. */
function oneCommitPerTurn(): Schedule {
  const works: (() => void)[] = [];
  const next = (): void => {
    works[0]!();
    works.shift();
    if (works.length > 0) setImmediate(next);
  };
  return (work) => {
    if (works.push(work) === 1) setImmediate(next);
  };
}

function faultPlace(): Place {
  const disk = new MemoryDisk();
  return { open: async () => new FaultStore(new MemoryMedium(disk), () => undefined) };
}

const directories = new Map<Test, string>();

function lmdbPlace(test: Test): Place {
  const parent = directories.get(test) ?? directoryOf(test);
  directories.set(test, parent);
  const directory = join(parent, randomUUID());
  mkdirSync(directory);
  const identity = { storeId: 'test', partition: 0, partitions: 1 };
  let isNew = true;
  return {
    open: async () => {
      const opened = await openPartitionStore(directory, {
        clock: systemClock,
        reserveBytes: 0,
        create: isNew ? identity : undefined,
      });
      isNew = false;
      if ('problem' in opened) return t.bailout(opened.detail) as never;
      return opened.store;
    },
  };
}
