/** The addresses that a server listens at; what is wrong with one names its option. */
import { type ReservedAddress, reserveAddress } from '../admin/reserve.js';
import { type Endpoint, parseEndpoint } from '../config/endpoint.js';
import { StartRefused } from '../refusal.js';
import type { Foundation } from './foundation.js';

/** What an option says. @throws {StartRefused} of kind `configuration` */
export function endpointOf(option: string, text: string): Endpoint {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  throw new StartRefused('configuration', `${option}: "${text}" is not HOST:PORT`);
}

/** Turns the system's refusal to bind into one that names the option. @throws {StartRefused} */
export function refuseAddress(option: string, wanted: string, error: unknown): never {
  const cause = error as NodeJS.ErrnoException;
  if (cause.code === 'EADDRINUSE') {
    const message = `${wanted} is in use. Stop what listens there, or give another --${option}.`;
    throw new StartRefused('address', message, { cause });
  }
  const message = `cannot listen on ${wanted}: ${cause.message}. Give another --${option}.`;
  throw new StartRefused('configuration', message, { cause });
}

/** Binds the admin address; undefined: there is to be no admin listener. @throws {StartRefused} */
export async function reserveAdmin(base: Foundation): Promise<ReservedAddress | undefined> {
  const { options, configuration, access, clock } = base;
  if (options.withAdmin === false) return undefined;
  const text = configuration.values.admin;
  const gate = { clock, hasTls: access.tls !== undefined, limits: options.adminLimits };
  return reserveAddress(endpointOf('admin', text), gate).catch((error: unknown) =>
    refuseAddress('admin', text, error),
  );
}
