/** A supervisor acts on an interaction: what the desk asks of a partition. Plain data. */

/** What is done; see RequestSuperviseInteractions. */
export const supervisorActs = ['assign', 'pull-back', 'requeue', 'stop'] as const;
export type SupervisorAct = (typeof supervisorActs)[number];

/** To whom it is given. */
export interface Assignee {
  readonly agentId: string;
  readonly placeId: string;
  /** The medium of which the agent has a slot for it; undefined: it is asked for first. */
  readonly medium: string | undefined;
  /** Number of the session that owns it from then on. */
  readonly session: number;
  /** How long the agent may do nothing about it, unless the interaction says otherwise. */
  readonly handlingMs: number;
}

/** What the desk wants done to one interaction. */
export interface SuperviseOrder {
  readonly act: SupervisorAct;
  readonly interactionId: string;
  /** Nothing is changed. */
  readonly isPreview: boolean;
  /** Only if it is of this version; absent: whatever it is. */
  readonly ifVersion?: number | undefined;
  /** The number of the act; 0: it has none, as a preview. */
  readonly operation: number;
  /** Only if it waits and has this assignment still, as a snapshot has noted; absent: whatever. */
  readonly assignment?: number | undefined;
  /** Of `requeue`. */
  readonly queue?: string | undefined;
  /** Of `assign`. */
  readonly assignee?: Assignee | undefined;
  readonly reasonSystemName: string;
  readonly reasonDescription?: string | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** An interaction whose end is to be taken back. */
export type RestoreOrder = Pick<
  SuperviseOrder,
  | 'interactionId'
  | 'isPreview'
  | 'ifVersion'
  | 'reasonSystemName'
  | 'reasonDescription'
  | 'extension'
>;

/** What is kept of an interaction that a supervisor ends, and for how long. */
export interface Keeping {
  readonly keptMs: number;
  /** The number of the act; 0: it is ended singly. */
  readonly operation: number;
  /** By the wall clock. */
  readonly endedMs: number;
  /** ClientName. */
  readonly who: string;
  /** Its row, as one that waits. */
  readonly row: Uint8Array;
}

/** A page of what is kept of an act; `next`: where the next begins, if there is one. */
export interface KeptPage {
  readonly ids: readonly string[];
  readonly next: string | undefined;
}

/** How it was before. */
export interface Supervised {
  readonly queue: string;
  readonly state: number;
  readonly assignedTo: string;
  readonly version: number;
  /** Agents that take part in it, or are invited to. */
  readonly agents: readonly string[];
}

/** What a partition says to that; it refuses by an error. */
export type SuperviseAnswer =
  | {
      readonly result: 'done';
      readonly was: Supervised;
      /** Of a preview of `assign`: its medium. */
      readonly medium?: string | undefined;
      /** Its properties, packed, where somebody is to be told of it. */
      readonly interaction?: Uint8Array | undefined;
      /** Session number of who had it and is not told by the desk; undefined: nobody. */
      readonly holder?: number | undefined;
    }
  /** The interaction lives in another partition. */
  | { readonly result: 'elsewhere'; readonly partition: number }
  /** It is of this medium. */
  | { readonly result: 'medium'; readonly medium: string };
