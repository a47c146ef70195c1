/** What must be true of who takes part in an interaction; a part of `consistency-check.ts`. */
import { InteractionState, type StateRecord } from '../interaction/state-record.js';
import { segments } from '../interaction/segments.js';
import { PartyRole, type AgentOffer, type Party } from '../interaction/state-sections.js';

/** What counts in a segment of a view is with a router, and says so. */
export function faultOfSegment(
  record: StateRecord | undefined,
  [view = '', name = '']: readonly string[],
  id: string,
): string | undefined {
  const own = record && segments.of(record);
  const isIt = own?.view === view && own.names.includes(name);
  if (isIt && record?.state === InteractionState.routed) return undefined;
  return `${id} does not count in a segment of view ${view}`;
}

/** Agents take part in what is handled only, each once; the one invited is offered it. */
export function faultOfParties(
  { state }: StateRecord,
  all: readonly Party[],
  open: AgentOffer | undefined,
): string | undefined {
  const invited = all.filter(({ role }) => role === PartyRole.invited);
  const [one] = invited;
  if (invited.length > 1 || one?.owner[0] !== open?.agent) {
    return 'who is invited is not who it is offered to';
  }
  const others = all.filter(({ role }) => role !== PartyRole.invited);
  if (others.length > 0 && state !== InteractionState.handled) {
    return `agents take part in what is in state ${state}`;
  }
  const names = new Set(others.map(({ owner }) => owner[0]));
  return names.size === others.length ? undefined : 'an agent takes part twice';
}
