/**
 * Who a client is, decided once, when it registers. Without applications that have credentials a
 * client is what its type says (`openAdmission`); with them see `credential-admission.ts`, which is
 * loaded only then.
 */
import { IxionError } from '../errors.js';
import { bitsOf, openRoles, roleOfType } from './permissions.js';
import type { Role } from './roles.js';

/** A program that may register: the object kind `application`, as far as admission needs it. */
export interface Application {
  /** The `ClientName` that it registers with. */
  readonly name: string;
  readonly role: Role;
  /** Tenants whose interactions it sees, at least one; undefined: all. */
  readonly tenants: readonly number[] | undefined;
  /** A supervisor that sees only some agents or queues; absent: it does not. */
  readonly isBound?: true;
  /** Hashes of its tokens as `hashOfToken` makes them; several while one is being replaced. */
  readonly tokenHashes: readonly string[];
}

/** Where applications come from: the configuration file, or the object model. */
export interface Applications {
  find(clientName: string): Application | undefined;
  all(): Iterable<Application>;
}

/** Applications out of a list with a name for each. */
export function applicationsOf(list: readonly Application[]): Applications {
  const byName = new Map(list.map((application) => [application.name, application]));
  return { find: (clientName) => byName.get(clientName), all: () => byName.values() };
}

/** What a client says of itself when it registers. */
export interface Registration {
  /** Address of the peer, without its port. */
  readonly address: string;
  readonly clientName: string;
  readonly clientType: string;
  /** If its role does not allow that type: as the type of its role. */
  readonly clientTypeByRole?: boolean | undefined;
  readonly credentials: string | undefined;
  readonly tenantId: number | undefined;
  /** 16 bytes. */
  readonly sessionKey: Uint8Array;
}

/** What a client was found to be. */
export interface Grant {
  /** Undefined: it has no application, and is what its type says. */
  readonly application: Application | undefined;
  readonly role: Role;
  /** As what it is registered. */
  readonly clientType: string;
  /** Roles whose requests it may send, as bits. */
  readonly permissions: number;
  /** The tenant of what it submits. */
  readonly tenantId: number;
  /** 32 hexadecimal digits: under this key the server keeps what it owns. */
  readonly sessionKey: string;
}

/** Says who clients are. */
export interface Admission {
  /** @throws {IxionError} InvalidCredentials, TooManyAttempts, NotPermitted, WrongAttributeType */
  admit(registration: Registration): Grant;
  /** Whether a client that was admitted before would be admitted with the same rights now. */
  isStillAdmitted(clientName: string, application: Application | undefined): boolean;
}

const defaultTenant = 1;

/** The grant of a client without an application. @throws {IxionError} WrongAttributeType */
export function openGrant(registration: Registration): Grant {
  const { clientType, tenantId, sessionKey } = registration;
  const role = roleOfType(clientType);
  if (role === undefined) {
    throw new IxionError('WrongAttributeType', `there is no ClientType "${clientType}"`);
  }
  return {
    application: undefined,
    role,
    clientType,
    permissions: bitsOf([role, ...openRoles]),
    tenantId: tenantId ?? defaultTenant,
    sessionKey: Buffer.from(sessionKey).toString('hex'),
  };
}

/** Everybody is what it says. */
export const openAdmission: Admission = {
  admit: openGrant,
  isStillAdmitted: (_clientName, application) => application === undefined,
};
