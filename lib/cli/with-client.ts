/** Commands that talk to a server: their common options, and a client for the time of one command. */
import { createHash } from 'node:crypto';
import { Option, type Command } from 'commander';
import { connect, type Client, type ClientType } from '../client/index.js';
import { accessTable, tlsOfFlags, type AccessFlags } from './access.js';
import { duration } from './option-values.js';
import type { Output } from './output.js';

/** What the common options give. */
export interface ServerFlags extends AccessFlags {
  readonly server: string;
  readonly timeout: number;
  readonly as?: string;
  readonly json?: boolean;
}

const defaultServer = '127.0.0.1:7488';

/** The options by which a command shows who it is. */
export function accessOptions(command: Command): Command {
  for (const [flag, variable, about] of accessTable) {
    command.addOption(new Option(flag, about).env(variable));
  }
  return command;
}

export function serverOptions(command: Command): Command {
  return accessOptions(command)
    .addOption(
      new Option('--server <host:port>', 'the server').env('IXION_SERVER').default(defaultServer),
    )
    .addOption(
      new Option('--timeout <time>', 'give up after 500ms, 30s, 10m ...')
        .argParser(duration('--timeout'))
        .default(10_000, '10s'),
    );
}

export const jsonOption = (command: Command): Command =>
  command.option('--json', 'print JSON instead of text');

/** The option of commands that hold interactions from one command to the next. */
export const asOption = (command: Command): Command =>
  command.option(
    '--as <name>',
    'be this client again in the next command, and keep what it holds until then',
  );

/**
 * What a command does with its client. `interrupted` is aborted by Ctrl-C and a closed pipe; the
 * action is to end then.
 */
export type ClientAction = (client: Client, interrupted: AbortSignal) => Promise<void>;

/**
 * Connects, acts, and ends the client: in order, so that what it holds goes back at once; with `as`
 * by leaving, so that the server keeps it for `reconnect-timeout`.
 * @throws {IxionError}
 */
export async function withClient(
  flags: ServerFlags,
  clientType: ClientType,
  output: Output,
  action: ClientAction,
  reconnect: boolean = false,
): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const interrupted = AbortSignal.any([interrupt.signal, output.gone]);
  const leave = new AbortController();
  const onInterrupt = (): void => leave.abort();
  interrupted.addEventListener('abort', onInterrupt);
  try {
    const client = await connect({
      server: flags.server,
      clientName: flags.application ?? flags.as ?? 'ixion',
      credentials: flags.token,
      tls: tlsOfFlags(flags),
      clientType,
      requestTimeoutMs: flags.timeout,
      signal: leave.signal,
      ...(!reconnect && { reconnect }),
      ...(flags.as !== undefined && { sessionKey: sessionKeyOf(flags.as) }),
    });
    interrupted.removeEventListener('abort', onInterrupt);
    try {
      await action(client, interrupted);
    } finally {
      if (flags.as === undefined) await client.close();
    }
  } finally {
    leave.abort();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The same name gives the same 16 bytes. */
const sessionKeyOf = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`ixion session ${name}`).digest().subarray(0, 16));
