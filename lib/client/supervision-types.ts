/** The public types of the SDK for supervisors. */

/** What a supervisor does to interactions, whoever has them. */
export interface Supervision {
  /**
   * `assign`: to an agent, whatever its capacity; `pull-back`: from who has it, to its queue;
   * `requeue`: into another queue; `stop`: it ends, and can be restored for a time.
   */
  readonly act: 'assign' | 'pull-back' | 'requeue' | 'stop';
  /** Above 1,000 only with the role admin. */
  readonly interactionIds: readonly string[];
  /** Of `assign`: the agent, or the one at a place. */
  readonly agentId?: string | undefined;
  readonly placeId?: string | undefined;
  /** Of `requeue`. */
  readonly queue?: string | undefined;
  /** True: only tell what would happen. */
  readonly preview?: boolean | undefined;
}

/** What a supervisor takes back the end of: these, or all that an act has ended. */
export interface Restoring {
  readonly interactionIds?: readonly string[] | undefined;
  /** The number of the act. */
  readonly operation?: number | undefined;
  /** True: only tell what would happen. */
  readonly preview?: boolean | undefined;
}

/** Why something was not done to one of many. */
export interface OneRefusal {
  /** Of the table of errors, as `UnknownInteraction`. */
  readonly name: string;
  readonly code: number;
  readonly message: string;
}

/** What was done to one of many, or would be. */
export interface SupervisedInteraction {
  readonly interactionId: string;
  /** As it was before; undefined where it was not done. */
  readonly queue: string | undefined;
  readonly state: number | undefined;
  readonly assignedTo: string | undefined;
  /** Of `assign`: it is above the capacity of the agent. */
  readonly exceeds: boolean;
  /** Undefined: it was done. */
  readonly refused: OneRefusal | undefined;
}

/** What was done to many. */
export interface SupervisionResult<One> {
  /** The number of the act, which the audit log has too; undefined of a preview. */
  readonly operation: number | undefined;
  readonly done: number;
  readonly refused: number;
  /** Of each, in order. */
  readonly all: readonly One[];
}

/** What a supervisor makes of agents. */
export interface AgentForcing {
  readonly agentIds: readonly string[];
  readonly state: 'ready' | 'not-ready' | 'not-ready-after-current' | 'logged-out';
  /** Absent: all that each has. */
  readonly medium?: string | undefined;
  /** True: only tell what would happen. */
  readonly preview?: boolean | undefined;
}

export interface ForcedAgent {
  readonly agentId: string;
  /** By medium whether it was ready before; undefined where it was not done. */
  readonly media: Readonly<Record<string, boolean>> | undefined;
  /** Undefined: it was done. */
  readonly refused: OneRefusal | undefined;
}
