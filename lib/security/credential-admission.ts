/**
 * Admission by credentials. A client names its application and shows its token; what the
 * application may do is its configuration's word. An unknown application and a wrong token
 * are refused alike.
 */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { openGrant } from './admission.js';
import type { Admission, Application, Applications, Grant, Registration } from './admission.js';
import { Attempts } from './attempts.js';
import { adminListenerRoles, bitsOf, clientTypesOfRole } from './permissions.js';
import type { Role } from './roles.js';
import { hashOfToken, matchesToken, sessionKeyOf } from './token.js';

export interface CredentialAdmissionOptions {
  readonly clock: Clock;
  readonly applications: Applications;
  /** False: clients that name no application are what their type says. */
  readonly required: boolean;
  /** Limits to go on with, when the configuration was read again. */
  readonly attempts?: Attempts;
  /** A token was checked and found wrong. */
  failed?(address: string, clientName: string): void;
}

/** Compared with when there is no such application, so that it takes as long. */
const nobodysHash = hashOfToken('');
/** Who failed, for the audit log: requests to the admin listener name no application. */
const adminListener = '(admin listener)';

export class CredentialAdmission implements Admission {
  readonly attempts: Attempts;
  readonly #options: CredentialAdmissionOptions;

  constructor(options: CredentialAdmissionOptions) {
    this.#options = options;
    this.attempts = options.attempts ?? new Attempts(options.clock);
  }

  admit(registration: Registration): Grant {
    const { address, clientName, credentials } = registration;
    const application = this.#options.applications.find(clientName);
    if (application === undefined && !this.#options.required && credentials === undefined) {
      return openGrant(registration);
    }
    this.#check(address, clientName, credentials, application);
    return grantOf(application!, registration);
  }

  /**
   * The application of a request to the admin listener: the one that the token belongs to.
   * @throws {IxionError} InvalidCredentials, TooManyAttempts, NotPermitted
   */
  admitOperator(address: string, token: string | undefined): Application {
    // Nothing was guessed: it counts for no limit.
    if (token === undefined) {
      const detail = 'the admin listener wants the token of an admin or operator (IXION_TOKEN)';
      throw new IxionError('InvalidCredentials', detail);
    }
    const hash = hashOfToken(token);
    const found = [...this.#options.applications.all()].find(({ tokenHashes }) =>
      tokenHashes.includes(hash),
    );
    this.#check(address, found?.name ?? adminListener, token, found);
    if (!adminListenerRoles.includes(found!.role)) {
      throw new IxionError('NotPermitted', `${found!.name} has the role ${found!.role}`);
    }
    return found!;
  }

  isStillAdmitted(clientName: string, application: Application | undefined): boolean {
    const now = this.#options.applications.find(clientName);
    if (application === undefined) return now === undefined && !this.#options.required;
    return now !== undefined && JSON.stringify(now) === JSON.stringify(application);
  }

  /** Passes only if the token is that of the application. */
  #check(
    address: string,
    name: string,
    credentials: string | undefined,
    application: Application | undefined,
  ): void {
    const isRight = matchesToken(credentials ?? '', application?.tokenHashes ?? [nobodysHash]);
    if (isRight && application !== undefined && credentials !== undefined) return;
    const { attempts } = this;
    const closedMs = attempts.closedMs(address);
    if (closedMs > 0) throw tooMany(closedMs);
    attempts.failed(address);
    this.#options.failed?.(address, name);
    throw new IxionError('InvalidCredentials');
  }
}

function tooMany(closedMs: number): IxionError {
  return new IxionError('TooManyAttempts', undefined, { retryAfterMs: Math.ceil(closedMs) });
}

function grantOf(application: Application, registration: Registration): Grant {
  const { name, role, tenants } = application;
  const { sessionKey } = registration;
  const clientType = clientTypeOf(role, registration);
  const tenantId = registration.tenantId ?? tenants?.[0] ?? 1;
  if (tenants !== undefined && !tenants.includes(tenantId)) {
    throw new IxionError('NotPermitted', `tenant ${tenantId} is none of the application's`);
  }
  return {
    application,
    role,
    clientType,
    permissions: bitsOf([role]),
    tenantId,
    sessionKey: sessionKeyOf(name, sessionKey),
  };
}

/** As what an application of a role registers. @throws {IxionError} NotPermitted */
function clientTypeOf(role: Role, { clientType, clientTypeByRole }: Registration): string {
  const allowed = clientTypesOfRole[role];
  if (allowed.includes(clientType)) return clientType;
  if (clientTypeByRole === true) return allowed[0]!;
  const detail = `the role ${role} registers as ${allowed.join(', ')} only`;
  throw new IxionError('NotPermitted', detail);
}
