/** What a client process of the daemon is started with, as its one argument. */
import type { BenchOptions } from './options.js';
import { Child } from './processes.js';

export interface DaemonClientOptions extends Pick<
  BenchOptions,
  'inFlight' | 'queues' | 'dataBytes' | 'shape'
> {
  /** HOST:PORT. */
  readonly server: string;
}

/** @param module relative to `bench`, ending in `.js`; it begins with `daemonClientOptions()` */
export function startClient(module: string, server: string, options: BenchOptions): Child {
  const { inFlight, queues, dataBytes, shape } = options;
  const given: DaemonClientOptions = { server, inFlight, queues, dataBytes, shape };
  return new Child(module, [JSON.stringify(given)]);
}

/** In the client process: what it was started with. */
export const daemonClientOptions = (): DaemonClientOptions =>
  JSON.parse(process.argv[2] ?? '{}') as DaemonClientOptions;
