/** The thread of the configuration objects: the service, with the main thread as its port. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { Control } from '../actor/control.js';
import { systemClock } from '../clock.js';
import { ObjectsRefused } from '../objects/fault.js';
import { Placements } from '../objects/placement.js';
import type { ConfigStore, Progress } from '../objects/config-store.js';
import { ConfigService } from '../objects/config-service.js';
import { writeModel } from '../objects/yaml-write.js';
import { packRows, unpackRows } from '../partition/rows/objects.js';
import { isFault, placeOf, readUtf8 } from '../text/index.js';
import {
  type ConfigStoreCalls,
  type ConfigServiceCalls,
  type ObjectsThreadData,
  operationMs,
  type RefusedChange,
} from '../mail/objects.js';

/** Characters of an export that travel at once, about. */
const pieceCharacters = 262_144;

/** Serves the main thread until it says `end`. Called once, by the entry of the thread. */
export function hostObjects(): void {
  const { port, partitions, placements } = workerData as ObjectsThreadData & {
    readonly port: MessagePort;
  };
  const control: Control<ConfigStoreCalls> = new Control<ConfigStoreCalls>(
    port,
    methods(
      () => control,
      new Placements(partitions, placements),
      () => setImmediate(() => control.close()),
    ),
    systemClock,
  );
}

function storeOf(control: () => Control<ConfigStoreCalls>, placements: Placements): ConfigStore {
  const call: Control<ConfigStoreCalls>['call'] = (method, argument, deadlineMs) =>
    control().call(method, argument, deadlineMs);
  return {
    placements,
    now: () => systemClock.nowMs(),
    read: async (from, to, limit) =>
      unpackRows(await call('read', { from, to, limit }, operationMs)),
    write: (rows, made) => call('write', { rows: packRows(rows), made }, operationMs),
    queues: (known) => call('queues', known, operationMs),
    replaceQueues: (change) =>
      call('replaceQueues', { ...change, rows: packRows(change.rows) }, operationMs),
    filledOf: (numbers) => call('filledOf', numbers, operationMs),
    closeQueues: (numbers) => call('closeQueues', numbers, operationMs),
    reopenQueues: () => call('reopenQueues', undefined, operationMs),
    declaredAccess: () => call('declaredAccess', undefined, operationMs),
  };
}

function methods(
  control: () => Control<ConfigStoreCalls>,
  placements: Placements,
  end: () => void,
): ConfigServiceCalls {
  const service = new ConfigService(storeOf(control, placements));
  const files = new Map<number, Uint8Array[]>();
  const exports = new Map<number, Generator<string, void>>();
  const progressOf =
    (operation: number) =>
    (progress: Progress): void =>
      // Nobody waits for it; a thread that is lost is noticed by what is waited for.
      void control()
        .call('progress', { operation, progress }, operationMs)
        .catch(() => undefined);
  return {
    upload({ operation, bytes }) {
      const pieces = files.get(operation);
      if (pieces === undefined) files.set(operation, [bytes]);
      else pieces.push(bytes);
    },
    drop(operation) {
      files.delete(operation);
      exports.delete(operation);
    },
    apply({ operation, options }) {
      const bytes = Buffer.concat(files.get(operation) ?? []);
      files.delete(operation);
      const text = readUtf8(bytes);
      if (!isFault(text)) return orRefused(service.apply(text, options, progressOf(operation)));
      const { what, remedy, position } = text;
      return Promise.resolve({
        refused: [{ path: '', ...placeOf(bytes, position), what, remedy }],
      });
    },
    rollback: ({ operation, version, options }) =>
      orRefused(service.rollback(version, options, progressOf(operation))),
    history: (count) => service.history(count),
    changesOf: (version) => orRefused(service.changesOf(version)),
    async exportBegin({ operation, version }) {
      const model = await orRefused(service.model(version));
      if ('refused' in model) return model;
      exports.set(operation, writeModel(model));
      return undefined;
    },
    exportNext(operation) {
      // By hand: leaving a loop would end the generator.
      const pieces = exports.get(operation);
      let text = '';
      while (text.length < pieceCharacters) {
        const next = pieces?.next();
        if (next === undefined || next.done === true) break;
        text += next.value;
      }
      return text === '' ? undefined : text;
    },
    end,
  };
}

async function orRefused<T>(result: Promise<T>): Promise<T | RefusedChange> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof ObjectsRefused)) throw error;
    return { refused: error.faults };
  }
}
