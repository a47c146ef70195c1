/**
 * A thread of the bare start: opens environments as lib/store/lmdb.ts does, and
 * reads a key of each.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { open } from 'lmdb';

const environments = (workerData as readonly string[]).map((path) => {
  const root = open<Uint8Array, Uint8Array>({
    path,
    noSubdir: false,
    mapSize: 2 ** 40,
    pageSize: 8_192,
    maxDbs: 32,
    overlappingSync: false,
    eventTurnBatching: false,
    encoding: 'binary',
    keyEncoding: 'binary',
  });
  const table = root.openDB<Uint8Array, Uint8Array>({
    name: 'interaction',
    encoding: 'binary',
    keyEncoding: 'binary',
  });
  const [first] = table.getKeys({ limit: 1 });
  return { root, first };
});
parentPort!.postMessage(environments.filter(({ first }) => first !== undefined).length);
for (const { root } of environments) await root.close();
