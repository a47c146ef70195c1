/** What the requests about agents are executed with. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { Agent, Desk, Reservations } from '../desk/index.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { Audit } from '../security/audit-log.js';
import type { Snapshots } from '../snapshots/index.js';
import type { Client } from './client.js';
import type { Tenants } from '../control/tenants.js';
import type { Directory } from './directory.js';
import type { Actor } from './events.js';
import type { Frames } from './frames.js';
import type { Invitations } from './invitations.js';
import type { Logins } from './logins.js';
import type { Operations } from './operations.js';
import type { OutsideLoads } from './outside-load.js';
import type { Rules } from './rules.js';
import type { Scopes } from './scope.js';
import type { Topics } from './topics.js';
import type { Rounds } from './turns.js';
import type { Workbins } from '../workbins/workbins.js';
import type { WrapUps } from './wrap-ups.js';

export interface DeskParts {
  readonly desk: Desk;
  readonly directory: Directory;
  readonly rules: Rules;
  readonly scopes: Scopes;
  readonly logins: Logins;
  readonly frames: Frames;
  readonly audit: Audit;
  readonly invitations: Invitations;
  readonly wrapUps: WrapUps;
  readonly workbins: Workbins;
  readonly operations: Operations;
  /** Of what is long for the main thread. */
  readonly rounds: Rounds;
  readonly outsideLoads: OutsideLoads;
  readonly reservations: Reservations;
  readonly snapshots: Snapshots;
  readonly topics: Topics;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  /** A client speaks for an agent from now on; `shown`: media that it shows, absent: all. */
  join(agent: Agent, client: Client, shown: ReadonlySet<string> | undefined): void;
  /** It shows a medium more. */
  shows(client: Client, medium: string): void;
  /**
   * A client speaks for its agent no more; the agent is logged out with the last one.
   * @throws {IxionError} as `Logins.logOut`; then it still speaks for it
   */
  leave(client: Client, actor: Actor, refuses: boolean): Promise<void>;
  /** ClientName of a session; undefined: it is gone. */
  readonly nameOf: (session: number) => string | undefined;
  /** The clients of an agent. */
  clientsOf(agent: Agent): Client[];
}
