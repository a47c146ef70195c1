/** A client of a server for the time of one command. */
import { createHash } from 'node:crypto';
import { connect, type Client, type ClientType, type ConnectOptions } from '../client/index.js';
import { tlsOfFlags, type CredentialFlags } from './credential-flags.js';
import type { Context } from './command.js';
import { withNearestName } from './nearest-name.js';
import { explain } from './wrong-place.js';

/** What the options of a client give. */
export interface ServerFlags extends CredentialFlags {
  readonly server: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly as?: string | undefined;
  /** Absent: as it fits the command, or else the role of the application. */
  readonly clientType?: ClientType | undefined;
}

/** What a command does with its client. */
export interface ClientUse {
  /** As what it registers, where its application may. */
  readonly clientType: ClientType;
  /** It tries again when the connection is lost. */
  readonly reconnect?: boolean;
  /** Ctrl-C and TERM are the way to end it: no error. */
  readonly endless?: boolean;
  /** What it does counts, not what it prints: it goes on when the reader of stdout is gone. */
  readonly needsNoReader?: boolean;
  /** What to tell who interrupts it. */
  readonly whenInterrupted?: string;
}

/**
 * What a command does with its client. `interrupted` is aborted by Ctrl-C and a closed pipe; the
 * action is to end then.
 */
export type ClientAction = (client: Client, interrupted: AbortSignal) => Promise<void>;

/**
 * Connects, acts, and ends the client: in order, so that what it owns goes back at once; with `as`
 * by leaving, so that the server keeps it for `reconnect-timeout`.
 * @throws {IxionError | ExitError} the latter when a signal ended it
 */
export async function withClient(
  flags: ServerFlags,
  use: ClientUse,
  { output, interruption }: Context,
  action: ClientAction,
): Promise<void> {
  const ends = use.needsNoReader === true ? [] : [output.gone];
  const interrupted = AbortSignal.any([interruption.claim(), ...ends]);
  try {
    await connectAndAct(flags, use, interrupted, action);
  } catch (error) {
    // What fails then fails because of it.
    if (!interrupted.aborted) throw error;
  }
  if (use.endless !== true) interruption.check(use.whenInterrupted);
}

async function connectAndAct(
  flags: ServerFlags,
  { clientType, reconnect = false }: ClientUse,
  interrupted: AbortSignal,
  action: ClientAction,
): Promise<void> {
  const leave = new AbortController();
  const onInterrupt = (): void => leave.abort();
  interrupted.addEventListener('abort', onInterrupt);
  if (interrupted.aborted) leave.abort();
  try {
    const options = { ...identityOf(flags, clientType), signal: leave.signal };
    const client = await connect(reconnect ? options : { ...options, reconnect }).catch(
      async (error: unknown) => {
        const { server: address } = flags;
        const place = { address, option: 'server', tls: options.tls !== undefined } as const;
        throw await explain(error, place, leave.signal);
      },
    );
    interrupted.removeEventListener('abort', onInterrupt);
    try {
      await action(client, interrupted);
    } catch (error) {
      throw interrupted.aborted ? error : await withNearestName(client, error);
    } finally {
      if (flags.as === undefined) await client.close();
    }
  } finally {
    leave.abort();
  }
}

/** Who the client is, and where the server. */
function identityOf(flags: ServerFlags, clientType: ClientType): ConnectOptions {
  return {
    server: flags.server,
    clientName: flags.application ?? flags.as ?? 'ixion',
    credentials: flags.token,
    tls: tlsOfFlags(flags),
    clientType: flags.clientType ?? clientType,
    // An application has its role, and the type that goes with it.
    ...(flags.token !== undefined && flags.clientType === undefined && { clientTypeByRole: true }),
    requestTimeoutMs: flags.timeout,
    ...(flags.as !== undefined && { sessionKey: sessionKeyOf(flags.as) }),
  };
}

/** The same name gives the same 16 bytes. */
const sessionKeyOf = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`ixion session ${name}`).digest().subarray(0, 16));
