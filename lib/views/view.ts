/** A view as it is configured, its texts read: which interactions leave a queue, in which order. */
import {
  ConditionFault,
  readCondition,
  readOrder,
  readParameters,
  type Condition,
  type Order,
  type ParameterValues,
  type Vocabulary,
} from '../condition/index.js';
import { usualOrder, type Subject } from '../search/index.js';
import { isFault, readJsonObject } from '../text/index.js';
import { assert } from '../assert.js';
import type { Segmentation } from './segments.js';

/** How often time is looked at where nothing else says so. */
export const usualCheckSeconds = 1;
/** An empty text reads as this one. */
export const orderOfQueues = usualOrder;

export class View {
  readonly name: string;
  /** The name of the queue that it selects from. */
  readonly queue: string;
  readonly isEnabled: boolean;
  readonly checkIntervalMs: number;
  /** Holds for everything where the view has none. */
  readonly condition: Condition<Subject>;
  /** Whether it selects all that can be pulled. */
  readonly selectsAll: boolean;
  readonly order: Order<Subject>;
  /** It is the order of queues: priority descending, received, placed. */
  readonly isInOwnOrder: boolean;
  /** How many of one value of a property may be with routers at a time. */
  readonly segmentation: readonly Segmentation[];
  /** How many of all; undefined: any number. */
  readonly segmentTotal: number | undefined;
  readonly #fields: ViewFields;

  constructor(
    name: string,
    fields: ViewFields,
    condition: Condition<Subject>,
    order: Order<Subject>,
    isInOwnOrder: boolean,
    segmentation: readonly Segmentation[],
  ) {
    this.segmentation = segmentation;
    this.segmentTotal = fields.segmentTotalLimit;
    this.#fields = fields;
    this.name = name;
    this.queue = fields.queue;
    this.isEnabled = fields.enabled !== false;
    this.checkIntervalMs = (fields.checkIntervalSeconds ?? usualCheckSeconds) * 1_000;
    this.condition = condition;
    this.selectsAll = (fields.condition ?? '').trim() === '';
    this.order = order;
    this.isInOwnOrder = isInOwnOrder;
  }

  /** Whether what it gives to routers is limited by segments. */
  get hasSegments(): boolean {
    return this.segmentation.length > 0 || this.segmentTotal !== undefined;
  }

  /** The same view with values for its parameters; what is wrong with one of them. */
  with(values: ParameterValues): View | ConditionFault {
    const condition = this.condition.with(values);
    if (condition instanceof ConditionFault) return condition;
    const { name, order, isInOwnOrder, segmentation } = this;
    return new View(name, this.#fields, condition, order, isInOwnOrder, segmentation);
  }
}

/** What the object has of it, as it is stored. */
export interface ViewFields {
  readonly queue: string;
  readonly enabled?: boolean;
  readonly condition?: string;
  readonly order?: string;
  readonly parameters?: string;
  readonly segmentation?: ReadonlyMap<string, number>;
  readonly segmentTotalLimit?: number;
  readonly checkIntervalSeconds?: number;
}

/** The fields of a view out of the JSON of its object, which we wrote. */
export function viewFieldsOf(json: string): ViewFields {
  const fields = readJsonObject(json);
  assert(!isFault(fields), 'a view is an object that we wrote');
  return Object.fromEntries(fields) as unknown as ViewFields;
}

/**
 * Reads the texts of a view; what is wrong where one cannot be read, as when a property that it
 * names is not there any more.
 */
export function readView(
  name: string,
  fields: ViewFields,
  vocabulary: Vocabulary<Subject>,
): View | ConditionFault {
  const parameters = readParameters(fields.parameters ?? '');
  if (parameters instanceof ConditionFault) return parameters;
  const condition = readCondition(fields.condition ?? '', vocabulary.with(parameters));
  if (condition instanceof ConditionFault) return condition;
  const order = readOrder((fields.order ?? '').trim() || orderOfQueues, vocabulary);
  if (order instanceof ConditionFault) return order;
  const segmentation: Segmentation[] = [];
  for (const [text, limit] of fields.segmentation ?? []) {
    const property = vocabulary.find(text);
    if (property === undefined || !('read' in property)) return unknownSegment(text);
    segmentation.push({ property, limit });
  }
  return new View(name, fields, condition, order, isOwnOrder(order), segmentation);
}

const unknownSegment = (text: string): ConditionFault =>
  new ConditionFault(
    'UnknownConditionName',
    text,
    0,
    `${text} is not a property`,
    'segment by one that conditions may name',
  );

/** Whether it is `Priority DESC, ReceivedAt`, however that is spelt. */
function isOwnOrder({ keys }: Order<Subject>): boolean {
  const names = keys.map(({ tree, properties }) =>
    tree.kind === 'name' ? properties[0]!.name : undefined,
  );
  const [first, second] = keys;
  return names.join() === 'Priority,ReceivedAt' && first!.isDescending && !second!.isDescending;
}
