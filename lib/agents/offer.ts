/** An offer in words: what a partition is asked for, and what the agent is told. */
import type { Agent } from '../desk/index.js';
import {
  VisibilityMode,
  type InvitationAnswer,
  type InvitationOrder,
} from '../interaction/invitation.js';
import { Packed } from '../protocol/encode.js';
import type { Directory } from './directory.js';
import type { Giver, Wanted, Work } from './work.js';

/** Why agents are invited, as numbers of the protocol. */
const operations = { deliver: 4, transfer: 1, conference: 2, intrude: 3 } as const;

/** The order of an offer; `medium` undefined: it is asked for first. */
export const orderOf = (
  { agentId, login }: Agent,
  work: Work | undefined,
  wanted: Wanted,
  {
    medium,
    from,
    directory,
  }: {
    readonly medium: string | undefined;
    readonly from: Giver;
    readonly directory: Directory;
  },
): InvitationOrder => ({
  kind: from.kind,
  mode: from.mode,
  interactionId: wanted.InteractionId,
  agentId,
  placeId: login?.placeId ?? '',
  medium,
  sessions: work?.clients.map(({ info }) => info.session) ?? [],
  ...directory.times(medium),
  wantedDeliveringMs: wanted.DeliveringTimeoutMs,
  wantedHandlingMs: wanted.HandlingTimeoutMs,
  failuresMax: directory.options.failuresMax,
  setAsideQueue: directory.options.setAsideQueue,
  hold: wanted.Hold,
  holdUntil: wanted.HoldUntil,
  reasonSystemName: wanted.ReasonSystemName,
  reasonDescription: wanted.ReasonDescription,
  // Its bytes are a part of a frame, which is not to travel with it.
  extension: wanted.Extension && Uint8Array.from(wanted.Extension),
});

/** The body of EventInvite. */
export function invitationBody(
  { login }: Agent,
  { interactionId, agentId, from }: Work,
  { Extension, ReasonSystemName, ReasonDescription }: Wanted,
  { number, untilMs, interaction }: InvitationAnswer & { result: 'invited' },
): Readonly<Record<string, unknown>> {
  const { client, kind, mode = VisibilityMode.conference } = from!;
  return {
    InteractionId: interactionId,
    TicketId: number,
    AgentId: agentId,
    PlaceId: login?.placeId,
    ExpiresAt: untilMs,
    Interaction: new Packed(interaction),
    VisibilityMode: mode,
    Operation: operations[kind],
    ActorId: client.agentId ?? client.info.clientName,
    Extension: Extension && new Packed(Uint8Array.from(Extension)),
    ReasonSystemName,
    ReasonDescription,
  };
}
