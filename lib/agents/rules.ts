/**
 * Capacity rules of agents: that of the agent's object, else of its place, else of its tenant, else
 * the default. Rules are read when an agent that has one logs in, and again when one changes.
 */
import { readCapacityRule, writeName, type CapacityRule as TextRule } from '../condition/index.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ObjectCache } from '../control/object-cache.js';
import type { Clock } from '../clock.js';
import { defaultRule, type CapacityRule, type LoginRecord } from '../desk/index.js';
import type { Log } from '../log.js';
import { fieldsOf } from '../control/object-fields.js';

interface RuleObject {
  readonly media?: Readonly<Record<string, number>>;
  readonly condition?: string;
}

const entriesMax = 1_024;
/** What may be a name in a rule. */
const names = /\[((?:[^\]]|\]\])+)\]|[A-Za-z_][A-Za-z0-9_]*/g;

/** An agent where it works. */
type Who = Pick<LoginRecord, 'agentId' | 'placeId'>;

export interface RulesOptions {
  readonly feed: ConfigurationFeed;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether there is such a medium. */
  isMedium(name: string): Promise<boolean>;
  /** The name of the rule of an agent; undefined: it has none. */
  ruleOf(who: Who): Promise<string | undefined>;
}

export class Rules {
  readonly #options: RulesOptions;
  readonly #objects: ObjectCache<RuleObject>;
  /** By name: one for all who have it. */
  readonly #rules = new Map<string, CapacityRule>();
  /** Of agents that have another than the default. */
  readonly #byAgent = new Map<string, CapacityRule>();

  constructor(options: RulesOptions) {
    const { feed, clock } = options;
    this.#options = options;
    const read = (json: string): RuleObject => fieldsOf<RuleObject>(json);
    this.#objects = new ObjectCache({ clock, feed, kind: 'capacityRule', entriesMax, read });
  }

  /** The rule of an agent, as far as it is known. */
  of({ agentId }: Who): CapacityRule {
    return this.#byAgent.get(agentId) ?? defaultRule;
  }

  /** Finds the rule of an agent; whether it is another one now. */
  async find(who: Who): Promise<boolean> {
    const { agentId } = who;
    const before = this.#byAgent.get(agentId);
    const name = await this.#options.ruleOf(who);
    const rule = name === undefined ? undefined : await this.#named(name);
    if (rule === undefined) this.#byAgent.delete(agentId);
    else this.#byAgent.set(agentId, rule);
    return rule !== before;
  }

  /** Rules, or media, may be others. */
  changed(): void {
    this.#rules.clear();
  }

  /** A rule that cannot be read is said in the log, and the default holds instead. */
  async #named(name: string): Promise<CapacityRule | undefined> {
    const known = this.#rules.get(name);
    if (known !== undefined) return known;
    const object = await this.#objects.get(name);
    const text = object === undefined ? undefined : textOf(object);
    if (text === undefined) return undefined;
    const media: string[] = [];
    for (const one of new Set(
      [...text.matchAll(names)].map((found) => found[1]?.replaceAll(']]', ']') ?? found[0]),
    )) {
      if (await this.#options.isMedium(one)) media.push(one);
    }
    const rule = readCapacityRule(text, media);
    if (!('mayOffer' in rule)) {
      const { what, line, column, remedy } = rule;
      const where = { rule: name, line, column, what, remedy };
      this.#options.log.error(where, `capacity rule ${name} is wrong: the default holds`);
      return undefined;
    }
    const made = deskRule(name, rule);
    this.#rules.set(name, made);
    return made;
  }
}

/** The condition, or else the numbers of media. */
function textOf({ condition, media = {} }: RuleObject): string | undefined {
  if (condition !== undefined) return condition;
  const parts = Object.entries(media).filter(([, count]) => count > 0);
  if (parts.length === 0) return undefined;
  return parts
    .map(([name, count]) => `${writeName(name)}: ${writeName(name)} < ${count}`)
    .join('; ');
}

/** A rule as the desk asks it; a medium that it does not name is never offered. */
function deskRule(name: string, rule: TextRule): CapacityRule {
  const numbers = new Map(rule.media.map((medium, number) => [medium, number]));
  const counts = new Float64Array(rule.media.length);
  return {
    name,
    allows(medium, load) {
      const number = numbers.get(medium.name);
      if (number === undefined) return false;
      for (let at = 0; at < counts.length; at++) counts[at] = load.count(rule.media[at]!);
      return rule.mayOffer(number, counts);
    },
  };
}
