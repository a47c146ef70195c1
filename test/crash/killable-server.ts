/** A real server process at one address, which can be killed and started again on its data. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../bench/support/free-port.js';
import { type Command, type Ended, ixion, ixionToEnd } from '../daemon/daemon.js';
import type { ExpectedQueue } from './expected.js';

export class KillableServer {
  readonly listen: string;
  readonly data: string;
  readonly #arguments: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  #command: Command | undefined;

  private constructor(directory: string, port: number, environment: NodeJS.ProcessEnv) {
    this.listen = `127.0.0.1:${port}`;
    this.data = join(directory, 'data');
    this.#environment = environment;
    const address = ['--listen', this.listen, '--admin', '127.0.0.1:0'];
    const config = ['--config', join(directory, 'ixion.yaml')];
    this.#arguments = ['start', ...address, '--data', this.data, ...config];
  }

  /** Makes a store with these queues in a directory and starts a server on it. */
  static async create(
    directory: string,
    queues: readonly Pick<ExpectedQueue, 'name' | 'partition'>[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<KillableServer> {
    const lines = queues.map(({ name, partition }) => `{ name: ${name}, partition: ${partition} }`);
    const file = `businessProcesses: [{ name: crash, queues: [${lines.join(', ')}] }]\n`;
    writeFileSync(join(directory, 'ixion.yaml'), file);
    const server = new KillableServer(directory, await freePort(), environment);
    server.#command = ixion([...server.#arguments, '--init'], environment);
    await server.ready();
    return server;
  }

  get pid(): number {
    return this.#command!.child.pid!;
  }

  get log(): string {
    return this.#command!.stderr();
  }

  /** Starts it again, by way of `wrapper` if given; `ready` tells when it serves. */
  spawn(wrapper: readonly string[] = []): void {
    this.#command = ixion(this.#arguments, this.#environment, wrapper);
  }

  /** Resolves when it serves; rejects when it ends before. */
  async ready(): Promise<void> {
    await this.#command!.says(/ixion ready on/);
  }

  /** Runs a command of the administrators against it, to its end. */
  async command(...words: string[]): Promise<Ended> {
    const [, admin = ''] = await this.#command!.says(/admin on (\S+)\n/);
    return ixionToEnd([...words, '--admin', admin]);
  }

  /** Kills it with -9, at whatever it does now. */
  async kill(): Promise<void> {
    this.#command!.child.kill('SIGKILL');
    await this.#command!.ended;
  }

  /** Stops it in order; returns its exit code, or the signal that ended it. */
  stop(): Promise<number | NodeJS.Signals | null> {
    this.#command!.child.kill('SIGTERM');
    return this.ended();
  }

  /** Its exit code, or the signal that ended it, once it has ended. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    const { code, signal } = await this.#command!.ended;
    return code ?? signal;
  }

  /** What `ixion store verify` finds wrong; empty: nothing. */
  async verify(): Promise<string[]> {
    const { code, stdout, stderr } = await ixionToEnd(['store', 'verify', '--data', this.data]);
    return code === 0 ? [] : [`store verify ended with ${code}: ${stdout}${stderr}`];
  }
}
