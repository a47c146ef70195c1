/**
 * What one message of the protocol is: its number, who sends it, how it is routed, what it holds.
 */
import type { Attribute } from './attribute.js';
import type { ChangingDoing, DeskDoing, Doing, FrontDoing, PartitionDoing } from './doing.js';
import type { changeAttributes } from './shared-attributes.js';

/**
 * What the key in the header of a frame names. The main thread routes by it without decoding the
 * body. `queue`: to the partition of the queue. `id`: to the home of the interaction. `agent`: to
 * the desk.
 */
export const RouteKind = { none: 0, id: 1, queue: 2, view: 3, agent: 4 } as const;
export type RouteKind = (typeof RouteKind)[keyof typeof RouteKind];

/** One row of the message table. */
export interface MessageDefinition {
  readonly number: number;
  readonly name: string;
  /** `request`: client to server. `answer`: server to the asker. `event`: server, unasked. */
  readonly direction: 'request' | 'answer' | 'event';
  /** `original`: name and number of Genesys 8.5. `own`: ours, 1000 and above. */
  readonly origin: 'original' | 'own';
  /** Allowed route kinds of a request, and the attribute the route key must equal. */
  readonly routes: readonly {
    readonly kind: keyof typeof RouteKind;
    readonly attribute?: string;
  }[];
  /** Names of the messages that may answer; EventError always may. */
  readonly answers: readonly string[];
  /** The request changes something, so that it may carry a RequestKey. */
  readonly changes: boolean;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly about: string;
}

/** One row of the message table that is a request. */
export interface RequestDefinition extends MessageDefinition {
  readonly direction: 'request';
  readonly does: Doing;
}

type RowParts = Pick<MessageDefinition, 'number' | 'name' | 'answers' | 'attributes' | 'about'>;

/** How a request that the front answers is written. */
export interface FrontRow extends RowParts {
  readonly routes: readonly [{ readonly kind: 'none' }];
  readonly does: FrontDoing;
}

/** How a request that the desk answers is written. */
export interface DeskRow extends RowParts {
  readonly routes: readonly [{ readonly kind: 'agent'; readonly attribute?: 'AgentId' }];
  readonly does: DeskDoing;
}

interface RowOfPartition extends RowParts {
  readonly routes: readonly {
    readonly kind: 'id' | 'queue';
    readonly attribute?: string;
  }[];
  /**
   * What partitions call it; requests of one name differ in what they say, not in
   * how they are done.
   */
  readonly operation: string;
}

/**
 * How a request that a partition answers is written. One that changes something says
 * why, and may be keyed.
 */
export type PartitionRow =
  | (RowOfPartition & { readonly does: Exclude<PartitionDoing, ChangingDoing> })
  | (RowOfPartition & {
      readonly does: ChangingDoing;
      readonly attributes: typeof changeAttributes;
    });
