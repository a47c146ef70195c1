/** What actors that read events say to a partition; see `events.ts`. */
import type { WantedEvents } from '../interaction/object-kinds.js';

/** Where a subscription starts in a partition. `next`: with the next event to come. */
export type EventStart =
  | { readonly from: 'next' }
  | { readonly from: 'oldest' }
  /** `timeline`: in which the sequence was given; undefined: not told. */
  | { readonly from: 'after'; readonly sequence: number; readonly timeline: string | undefined };

export type ReadingMessage =
  /**
   * (ask, answered with the last Sequence before the first event to come) an actor begins to read
   * events
   */
  | {
      readonly type: 'subscribe';
      /** Name of the actor that gets them. */
      readonly target: string;
      /** Its number for this reader, up to 2^32 - 2; another of this number ends. */
      readonly reader: number;
      readonly start: EventStart;
      /** Told when it has all that there is now. */
      readonly tellUpToDate: boolean;
      /** What of each tenant; absent: everything. */
      readonly wanted: readonly WantedEvents[] | undefined;
      /**
       * First the counts of queues, as they are on disk now, and those of each again when they have
       * changed; absent: none.
       */
      readonly tellsCounts?: boolean | undefined;
    }
  | { readonly type: 'unsubscribe'; readonly target: string; readonly reader: number }
  /** An actor begins anew: none of its readers goes on. */
  | { readonly type: 'unsubscribe-all'; readonly target: string }
  /**
   * An actor has done with so many bytes of events: as many more may come. The first credit is
   * what may be on the way. Of each reader its number, then bytes: a flat list is copied in a
   * tenth of the time.
   */
  | {
      readonly type: 'event-credit';
      readonly target: string;
      readonly credits: readonly number[];
    }
  /** An actor has dealt with all mail before a mark. */
  | { readonly type: 'mark-passed'; readonly target: string };

/** An actor begins to read events. */
export type Subscribing = Extract<ReadingMessage, { type: 'subscribe' }>;
