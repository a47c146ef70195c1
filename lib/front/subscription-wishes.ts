/** What a client asks for when it subscribes to events: which, of whom, and from where on. */
import { IxionError } from '../errors.js';
import { EventNumber, noTenant } from '../interaction/event.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import {
  eventsOfKind,
  isObjectKind,
  objectKinds,
  type WantedEvents,
} from '../interaction/object-kinds.js';
import type { EventStart } from '../mail/partition.js';
import type { SessionIdentity } from '../net/session.js';
import type { AttributesOf } from '../protocol/registry.js';
import { isFault, readInteger } from '../text/index.js';
import { isTimelineId } from '../timeline.js';

export type SubscribeAttributes = AttributesOf<'RequestStartPlaceAgentStateReportingAll'>;

export interface Wishes {
  readonly wanted: readonly WantedEvents[];
  /** By partition. */
  readonly starts: readonly EventStart[];
  readonly tellUpToDate: boolean;
  /** First the counts of queues, and those of each again when they have changed. */
  readonly tellsCounts: boolean;
  /** First the agents that are logged in, of these tenants; undefined: not. */
  readonly agentsOf: readonly number[] | undefined;
}

/**
 * What the request asks for.
 * @throws {IxionError} InvalidResumeToken, WrongAttributeType, NotPermitted
 */
export function wishesOf(
  attributes: SubscribeAttributes,
  identity: SessionIdentity,
  partitions: number,
): Wishes {
  const { FullState: isFull = false, ResumeToken, TellUpToDate, ServerEvents } = attributes;
  const starts = startsOf(attributes, partitions);
  const tenants = tenantsOf(attributes.TenantList, identity);
  const wanted = ServerEvents === true ? [...tenants, ofServer(identity)] : tenants;
  const isAgents = ({ kinds }: WantedEvents): boolean => wants(kinds, EventNumber.AgentLogin);
  const agentsOf = tenants.filter(isAgents).map(({ tenant }) => tenant);
  const isNew = ResumeToken === undefined;
  return {
    wanted,
    starts,
    tellUpToDate: TellUpToDate === true || isFull,
    tellsCounts: isFull && tenants.some(({ kinds }) => wants(kinds, EventNumber.PlacedInQueue)),
    agentsOf: isFull && isNew && agentsOf.length > 0 ? agentsOf : undefined,
  };
}

const wants = (kinds: readonly number[] | undefined, event: EventNumber): boolean =>
  kinds === undefined || kinds.includes(event);

function startsOf(attributes: SubscribeAttributes, partitions: number): EventStart[] {
  const { ResumeToken: token, FromStart: fromStart, Timeline: timeline } = attributes;
  if (timeline !== undefined && !isTimelineId(timeline)) {
    throw new IxionError('InvalidResumeToken', 'Timeline has not 16 hexadecimal digits');
  }
  if (fromStart === true && attributes.FullState === true) {
    const detail = 'FullState and FromStart exclude each other: what was is not what is';
    throw new IxionError('InvalidResumeToken', detail);
  }
  if (token === undefined) {
    if (timeline !== undefined) {
      throw new IxionError('InvalidResumeToken', 'a Timeline means nothing without ResumeToken');
    }
    const start: EventStart = { from: fromStart === true ? 'oldest' : 'next' };
    return Array.from({ length: partitions }, () => start);
  }
  if (fromStart === true) {
    throw new IxionError('InvalidResumeToken', 'a resume token and FromStart exclude each other');
  }
  if (token.length !== partitions) {
    const detail = `the resume token has ${token.length} sequences, this store ${partitions}`;
    throw new IxionError('InvalidResumeToken', detail);
  }
  return token.map((sequence) => ({ from: 'after', sequence, timeline }));
}

/** Events of the server are of no tenant. */
function ofServer({ tenants }: SessionIdentity): WantedEvents {
  if (tenants === undefined) return { tenant: noTenant, kinds: undefined };
  const detail = 'ServerEvents: the client is limited to tenants, and they are of none';
  throw new IxionError('NotPermitted', detail);
}

function tenantsOf(
  list: Uint8Array | undefined,
  { tenantId, tenants }: SessionIdentity,
): WantedEvents[] {
  if (list === undefined) return [{ tenant: tenantId, kinds: undefined }];
  return Object.entries(unpackKeyValues(list)).map(([key, kinds]) => {
    const tenant = readInteger(key, 0, 2_147_483_647);
    if (isFault(tenant)) {
      throw new IxionError('WrongAttributeType', `in TenantList ${tenant.what}; ${tenant.remedy}`);
    }
    if (tenants !== undefined && !tenants.includes(tenant)) {
      throw new IxionError('NotPermitted', `tenant ${tenant} is none of the client's`);
    }
    return { tenant, kinds: eventsIn(kinds) };
  });
}

/** The events of the object kinds that a map names as its keys; undefined: all. */
function eventsIn(kinds: unknown): number[] | undefined {
  if (!isMap(kinds)) return undefined;
  const names = Object.keys(kinds);
  if (names.length === 0) return undefined;
  return names.flatMap((name) => {
    if (isObjectKind(name)) return [...eventsOfKind[name]];
    throw new IxionError('WrongAttributeType', unknownKind(name));
  });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function unknownKind(name: string): string {
  return `in TenantList there is no object kind "${name}"; there are ${objectKinds.join(', ')}`;
}
