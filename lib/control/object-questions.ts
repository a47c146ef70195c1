/** What is asked about configuration objects at work: calendars, and values that fit no column. */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { PartitionMessage, Unfit, UnfitPart } from '../mail/partition.js';
import { isFault, readInteger } from '../text/index.js';
import type { ConfigurationFeed } from './feed.js';
import { fieldsOf } from './object-fields.js';

const deadlineMs = 30_000;

/** A calendar, as its object has it. */
export interface CalendarObject {
  readonly fields: object;
  /** Of its tenant; undefined: it has none, or that has none. */
  readonly timeZone: string | undefined;
}

/** Values that do not fit the column of their key. */
export interface UnfitAnswer {
  readonly found: readonly Unfit[];
  /** Where to go on; absent: there are no more. */
  readonly next?: string;
}

export interface ObjectQuestionsOptions {
  readonly feed: ConfigurationFeed;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
}

export class ObjectQuestions {
  readonly #options: ObjectQuestionsOptions;

  constructor(options: ObjectQuestionsOptions) {
    this.#options = options;
  }

  /**
   * The calendar of a name.
   * @throws {IxionError} OptionInvalid: there is none
   */
  async calendar(name: string): Promise<CalendarObject> {
    const { feed } = this.#options;
    const json = await feed.object('calendar', name);
    if (json === undefined) throw refusal(`there is no calendar "${name}"`);
    const { tenant, ...fields } = fieldsOf<{ readonly tenant?: string }>(json);
    const ofTenant = tenant === undefined ? undefined : await feed.object('tenant', tenant);
    const { timeZone } = fieldsOf<{ readonly timeZone?: string }>(ofTenant ?? '{}');
    return { fields, timeZone };
  }

  /**
   * Values of a key that do not fit its column, some at a time.
   * @param after `next` of the answer before
   * @throws {IxionError} OptionInvalid: the key has no column, or `after` is not of an answer
   */
  async unfit(key: string, after: string | undefined, count: number): Promise<UnfitAnswer> {
    const { partitions } = this.#options;
    let place: Place | undefined = after === undefined ? start : placeOf(after, partitions.length);
    const found: Unfit[] = [];
    while (place !== undefined && found.length < count) {
      const { partition, id } = place;
      const message = {
        type: 'unfit-values',
        key,
        after: id,
        count: count - found.length,
      } as const;
      const part = await partitions[partition]!.ask<UnfitPart | undefined>(message, { deadlineMs });
      if (part === undefined) throw refusal(`"${key}" is not a custom property`);
      found.push(...part.found);
      place = nextOf(partition, part.next, partitions.length);
      // One answer looks at so much and no more.
      if (part.next !== undefined) break;
    }
    return { found, ...(place !== undefined && { next: `${place.partition}:${place.id ?? ''}` }) };
  }
}

/** Where a look goes on: in which partition, behind which identifier. */
interface Place {
  readonly partition: number;
  readonly id: string | undefined;
}

const start: Place = { partition: 0, id: undefined };

function placeOf(text: string, partitions: number): Place {
  const colon = text.indexOf(':');
  const partition = readInteger(text.slice(0, Math.max(0, colon)), 0, partitions - 1);
  const id = text.slice(colon + 1);
  if (isFault(partition) || id.length > limits.interactionIdBytes) {
    throw refusal('after is not the next of an answer of this server');
  }
  return { partition, id: id === '' ? undefined : id };
}

function nextOf(partition: number, id: string | undefined, partitions: number): Place | undefined {
  if (id !== undefined) return { partition, id };
  return partition + 1 < partitions ? { partition: partition + 1, id: undefined } : undefined;
}

const refusal = (detail: string): IxionError =>
  new IxionError('OptionInvalid', detail, { remedy: 'Correct what the message names.' });
