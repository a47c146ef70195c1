/**
 * The agents of an interaction: the sections of its record, and the rows by which they are found.
 * The caller has opened a change of it, which writes the record.
 */
import {
  offer,
  parties,
  PartyKind,
  PartyRole,
  type AgentOffer,
  type Party,
} from '../../interaction/state-sections.js';
import { VisibilityMode } from '../../interaction/invitation.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { Table } from '../../store/contract.js';
import { DeadlineKind, steadyDeadlineKey } from '../rows/keys.js';
import { partyKey } from '../rows/party-key.js';
import type { Turn } from '../turn.js';

const noValue = new Uint8Array(0);
const none: readonly Party[] = [];

/** The agent of a party. */
export const agentOf = ({ owner }: Party): string => owner[0]!;

/** Whether an agent has it in hand, and not a client by itself. */
export const isOfAgent = (record: StateRecord): boolean =>
  record.sections.length > 0 && parties.of(record)?.some((one) => isGivers(record, one)) === true;

const isGivers = ({ assignedTo }: StateRecord, party: Party): boolean =>
  party.role === PartyRole.handling && agentOf(party) === assignedTo;

/** As which an agent takes part; undefined: it does not, or is only invited. */
export const partyOfAgent = (record: StateRecord, agentId: string): Party | undefined =>
  parties
    .of(record)
    ?.find((party) => agentOf(party) === agentId && party.role !== PartyRole.invited);

/** Who has it when its owner leaves: the first who joined in mode conference. */
export const heirOf = (record: StateRecord): Party | undefined =>
  record.sections.length === 0
    ? undefined
    : parties.of(record)?.find((one) => one.role === PartyRole.handling && !isGivers(record, one));

/** What an agent does that takes part in a mode. */
export const roleOfMode = {
  [VisibilityMode.conference]: PartyRole.handling,
  [VisibilityMode.monitor]: PartyRole.listening,
  [VisibilityMode.coach]: PartyRole.coaching,
} as const;

/** The mode of a party that is not only invited. */
export function modeOf({ role }: Party): VisibilityMode {
  if (role === PartyRole.listening) return VisibilityMode.monitor;
  return role === PartyRole.coaching ? VisibilityMode.coach : VisibilityMode.conference;
}

/** Somebody takes part from now on. */
export function addParty(turn: Turn, id: string, record: StateRecord, party: Party): void {
  parties.put(record, [...(parties.of(record) ?? none), party]);
  turn.put(Table.party, rowOf(id, party), noValue);
}

/** An agent is invited from now on. */
export function putInvitation(turn: Turn, id: string, record: StateRecord, open: AgentOffer): void {
  const { agent, place, number, untilMs } = open;
  offer.put(record, open);
  const role = PartyRole.invited;
  const owner = [agent, place];
  addParty(turn, id, record, { kind: PartyKind.agentAtPlace, owner, role, sinceMs: turn.wallMs });
  turn.putDeadline(steadyDeadlineKey(untilMs, DeadlineKind.invitation, id, number));
}

/** The rows of who takes part in one that arrives from another partition. */
export function putParties(turn: Turn, id: string, record: StateRecord): void {
  for (const party of parties.of(record) ?? none) turn.put(Table.party, rowOf(id, party), noValue);
}

/** The invitation is over, whatever comes of it. */
export function removeInvitation(turn: Turn, id: string, record: StateRecord): void {
  const open = offer.of(record);
  if (open === undefined) return;
  const { number, untilMs } = open;
  offer.put(record, undefined);
  turn.delete(Table.deadline, steadyDeadlineKey(untilMs, DeadlineKind.invitation, id, number));
  removeParties(turn, id, record, ({ role }) => role === PartyRole.invited);
}

/** Nobody takes part any more. @returns those who did */
export function removeAllParties(turn: Turn, id: string, record: StateRecord): readonly Party[] {
  return removeParties(turn, id, record, () => true);
}

/** Who has it takes part no more; others do. @returns it, if it is an agent */
export function removeGiver(turn: Turn, id: string, record: StateRecord): readonly Party[] {
  return removeParties(turn, id, record, (party) => isGivers(record, party));
}

/** One takes part no more. */
export function removeParty(turn: Turn, id: string, record: StateRecord, party: Party): void {
  const [agent] = party.owner;
  const goes = (one: Party): boolean => agentOf(one) === agent && one.role === party.role;
  removeParties(turn, id, record, goes);
}

function removeParties(
  turn: Turn,
  id: string,
  record: StateRecord,
  goes: (party: Party) => boolean,
): readonly Party[] {
  const all = parties.of(record) ?? none;
  const gone = all.filter(goes);
  if (gone.length === 0) return none;
  for (const party of gone) turn.delete(Table.party, rowOf(id, party));
  const rest = all.filter((party) => !gone.includes(party));
  // One who is invited and has it already keeps the row.
  for (const party of rest) turn.put(Table.party, rowOf(id, party), noValue);
  parties.put(record, rest.length === 0 ? undefined : rest);
  return gone;
}

const rowOf = (id: string, { owner }: Party): string => partyKey(PartyKind.agentAtPlace, owner, id);
