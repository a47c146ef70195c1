/**
 * Who may come in, and by which certificates: the applications of the configuration file and those
 * among the configuration objects, together. Of two with one name that of the file counts, so that
 * whoever owns the machine can always let himself in.
 */
import type { AdminCaller } from '../security/caller.js';
import type { Clock } from '../clock.js';
import type { ApplicationDeclaration, Configuration } from '../config/configuration.js';
import type { DeclaredAccess } from '../objects/config-store.js';
import type { StartApplication } from '../objects/rows.js';
import type { Admission, Application } from '../security/admission.js';
import type { Audit } from '../security/audit-log.js';
import { roleOfType } from '../security/permissions.js';
import type { Role } from '../security/roles.js';
import type { TlsMaterial } from '../security/tls.js';
import type { LateLoads } from '../process/late-loads.js';
import type { Log } from '../log.js';
import { Rated } from '../rated.js';
import { StartRefused } from '../refusal.js';
import { applicationOf, type Gate, openGate, requiresCredentials } from './credentials.js';

export interface AccessOptions {
  readonly clock: Clock;
  readonly audit: Audit;
  readonly log: Log;
  readonly late: LateLoads;
}

/** What the configuration file says. */
export interface Declared {
  readonly configuration: Configuration;
  readonly applications: readonly ApplicationDeclaration[];
  readonly tls: TlsMaterial | undefined;
}

const refusal = 'credentials refused';
/** Refusals in a period that the audit log has one by one; further ones are counted. */
const refusalsMax = 100;
const refusalsPeriodMs = 60_000;

export class Access {
  readonly #options: AccessOptions;
  #declared: Declared;
  #objects: readonly StartApplication[] = [];
  #gate: Gate | undefined;
  /** Refusals are what strangers cause. */
  readonly #refusals: Rated;

  private constructor(options: AccessOptions, declared: Declared) {
    this.#options = options;
    this.#declared = declared;
    this.#refusals = new Rated({
      clock: options.clock,
      linesMax: refusalsMax,
      periodMs: refusalsPeriodMs,
      rest: (event, count) => options.audit.note({ event, who: 'others', count }),
    });
  }

  /** Nobody is admitted before `setObjects`. @param declared that was checked */
  static declare(declared: Declared, options: AccessOptions): Access {
    return new Access(options, declared);
  }

  /** Says what is left to say to the audit log, before it ends. */
  end(): void {
    this.#refusals.end();
  }

  /** Who is admitted as what. */
  get admission(): Admission {
    return this.#open.admission;
  }

  /** Whether clients are told apart by credentials. */
  get hasCredentials(): boolean {
    return this.#open.credentials !== undefined;
  }

  /** What the listeners speak TLS with; undefined: plain. */
  get tls(): TlsMaterial | undefined {
    return this.#declared.tls;
  }

  /** What configuration objects must not contradict. */
  get declared(): DeclaredAccess {
    const { configuration, applications } = this.#declared;
    return {
      isRequired: configuration.values.requireCredentials === true,
      applications: applications.map(({ name, role, tokenHash }) => ({
        name,
        role,
        hashes: [tokenHash].flat(),
      })),
    };
  }

  /**
   * Other applications among the configuration objects.
   * @returns false when they are those that were there, so that nothing changes
   * @throws {StartRefused} when nobody could come in
   */
  async setObjects(objects: readonly StartApplication[]): Promise<boolean> {
    const isSame = JSON.stringify(objects) === JSON.stringify(this.#objects);
    if (this.#gate !== undefined && isSame) return false;
    this.#gate = await this.#gateOf(this.#declared, objects);
    this.#objects = objects;
    return true;
  }

  /**
   * Another configuration; the result applies it.
   * @throws {StartRefused} when nobody could come in; nothing is changed then
   */
  async prepare(declared: Declared): Promise<() => void> {
    const gate = await this.#gateOf(declared, this.#objects);
    return () => {
      this.#declared = declared;
      this.#gate = gate;
    };
  }

  /** Who asks the admin listener. @throws {IxionError} InvalidCredentials, TooManyAttempts ... */
  operatorOf(address: string, token: string | undefined): AdminCaller {
    const { credentials } = this.#open;
    if (credentials === undefined) return { who: 'admin listener', address };
    const { name, role } = credentials.admitOperator(address, token);
    return { who: name, role, address };
  }

  get #open(): Gate {
    if (this.#gate === undefined) throw new Error('the configuration objects are not known yet');
    return this.#gate;
  }

  async #gateOf(
    { configuration, applications }: Declared,
    objects: readonly StartApplication[],
  ): Promise<Gate> {
    const { log, audit, ...others } = this.#options;
    const refused = (address: string, who: string): void => {
      if (this.#refusals.take(refusal)) audit.note({ event: refusal, who, address });
    };
    const shared = { ...others, refused };
    const names = new Set(applications.map(({ name }) => name));
    for (const { name } of objects) {
      if (names.has(name)) log.warn({ application: name }, clash);
    }
    const all = [
      ...applications.map(applicationOf),
      ...objects.filter(({ name }) => !names.has(name)).map(applicationOfObject),
    ];
    const isRequired = requiresCredentials(configuration, all);
    if (isRequired && all.every(({ tokenHashes }) => tokenHashes.length === 0)) {
      const message = 'requireCredentials is true, and no application could register.';
      throw new StartRefused('configuration', `${message} Add applications.`);
    }
    const attempts = this.#gate?.credentials?.attempts;
    return openGate(all, isRequired, { ...shared, ...(attempts !== undefined && { attempts }) });
  }
}

const clash =
  'the configuration file and the configuration objects have it; that of the file counts';

/** One whose type says no role has no token that would fit. */
function applicationOfObject({
  name,
  type,
  role,
  tenants,
  isBound,
  hashes,
}: StartApplication): Application {
  const given = (role as Role | undefined) ?? roleOfType(type);
  return {
    name,
    role: given ?? 'reporting',
    tenants,
    ...(isBound && { isBound }),
    tokenHashes: given === undefined ? [] : hashes,
  };
}
