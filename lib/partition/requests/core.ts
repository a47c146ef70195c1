/** What executing requests needs of a partition; see `lib/partition/core.ts`. */
import type { IdentifierSource } from '../../interaction/identifier.js';
import type { Columns } from '../ledger/columns.js';
import type { Locks } from '../ledger/locks.js';
import type { Owners } from '../ledger/owners.js';
import type { SearchLanguage } from '../../search/index.js';
import type { DepartureCore } from '../moves/departure.js';
import type { Request } from '../request.js';
import type { Invitations } from './invitations.js';
import type { WaitingPulls } from './waiting-pulls.js';
import type { Workbins } from './workbins.js';
import type { PartitionViews } from '../views/partition-views.js';

export interface RequestCore extends DepartureCore {
  readonly identifiers: IdentifierSource;
  readonly waitingPulls: WaitingPulls;
  readonly invitations: Invitations;
  readonly locks: Locks;
  readonly workbins: Workbins;
  readonly views: PartitionViews;
  readonly owners: Pick<Owners, 'sessionOf'>;
  readonly columns: Pick<Columns, 'mapped'>;
  /** What conditions and orders may name here. */
  readonly language: SearchLanguage;
  /** Names of the queues of option `completed-queues`. */
  readonly completedQueues: ReadonlySet<string>;
  /** For how long what a supervisor ends is kept; 0: not at all. */
  readonly keptMs: number;
  /**
   * The waiting pull that is being served; what fails then is not the affair of who made it
   * possible.
   */
  serving: Request | undefined;
}
