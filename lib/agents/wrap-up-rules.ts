/**
 * Which wrap-up follows, and which disposition codes there are: as the queue of the interaction
 * says, else its medium. What was found of a queue is kept until objects change.
 */
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ObjectCache } from '../control/object-cache.js';
import type { WrapUpMode, WrapUpRule } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { KindName } from '../objects/field.js';
import { fieldsOf } from '../control/object-fields.js';

interface WrapUpFields {
  readonly wrapUp?: WrapUpMode;
  readonly wrapUpSeconds?: number;
}
interface QueueObject extends WrapUpFields {
  readonly businessProcess?: string;
}
interface ProcessObject {
  readonly dispositionCodes?: readonly string[];
  readonly dispositionRequired?: boolean;
}
interface CodeObject {
  readonly enabled?: boolean;
}

const entriesMax = 4_096;
const usualSeconds = 60;

export class WrapUpRules {
  readonly #queues: ObjectCache<QueueObject>;
  readonly #media: ObjectCache<WrapUpFields>;
  readonly #processes: ObjectCache<ProcessObject>;
  readonly #codes: ObjectCache<CodeObject>;
  /** By queue and medium. Cleared with every change, and when there are many. */
  readonly #found = new Map<string, WrapUpRule | undefined>();
  #version = 0;

  constructor(feed: ConfigurationFeed, clock: Clock) {
    const cache = <T>(kind: KindName): ObjectCache<T> =>
      new ObjectCache<T>({ clock, feed, kind, entriesMax, read: (json) => fieldsOf<T>(json) });
    this.#queues = cache('queue');
    this.#media = cache('medium');
    this.#processes = cache('businessProcess');
    this.#codes = cache('dispositionCode');
    feed.attachKeyed({
      name: 'wrap-up of agents',
      kinds: ['queue', 'medium', 'businessProcess'],
      changed: () => {
        this.#version++;
        this.#found.clear();
      },
    });
  }

  /** The rule; undefined: none follows. A promise where it has to be read first. */
  of(queue: string, medium: string): WrapUpRule | undefined | Promise<WrapUpRule | undefined> {
    const key = `${queue}\0${medium}`;
    if (this.#found.has(key)) return this.#found.get(key);
    return this.#find(queue, medium, key);
  }

  async #find(queue: string, medium: string, key: string): Promise<WrapUpRule | undefined> {
    const version = this.#version;
    let rule: WrapUpRule | undefined;
    try {
      rule = await this.#read(queue, medium);
    } catch (error) {
      // Without an answer nobody is kept from work.
      if (error instanceof IxionError) return undefined;
      throw error;
    }
    if (this.#found.size >= entriesMax) this.#found.clear();
    if (version === this.#version) this.#found.set(key, rule);
    return rule;
  }

  async #read(queueName: string, medium: string): Promise<WrapUpRule | undefined> {
    const queue = await this.#queues.get(queueName);
    const own = queue?.wrapUp === undefined ? await this.#media.get(medium) : queue;
    const { wrapUp: mode = 'none', wrapUpSeconds = usualSeconds } = own ?? {};
    if (mode === 'none') return undefined;
    const process = await this.#processOf(queue);
    const needsCode = process?.dispositionRequired === true;
    return { mode, needsCode, lastsMs: mode === 'until-done' ? undefined : wrapUpSeconds * 1_000 };
  }

  async #processOf(queue: QueueObject | undefined): Promise<ProcessObject | undefined> {
    if (queue?.businessProcess === undefined) return undefined;
    return this.#processes.get(queue.businessProcess);
  }

  /**
   * Whether a code may be given for an interaction of a queue: one that its business process lists;
   * where it lists none, any.
   * @throws {IxionError} UnknownDispositionCode, Unavailable and its like
   */
  async checkCode(queueName: string, code: string): Promise<void> {
    const process = await this.#processOf(await this.#queues.get(queueName));
    const { dispositionCodes } = process ?? {};
    const object = await this.#codes.get(code);
    const isListed = dispositionCodes?.includes(code) ?? true;
    if (object !== undefined && object.enabled !== false && isListed) return;
    const known = dispositionCodes?.join(', ');
    const detail = `no disposition code "${code}"` + (known === undefined ? '' : `: ${known}`);
    throw new IxionError('UnknownDispositionCode', detail);
  }
}
