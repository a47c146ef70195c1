/** An offer in words: what a partition is asked for, and what the agent is told. */
import type { Agent } from '../desk/index.js';
import type {
  InvitationAnswer,
  InvitationKind,
  InvitationOrder,
} from '../interaction/invitation.js';
import { Packed } from '../protocol/encode.js';
import type { Directory } from './directory.js';
import type { Wanted, Work } from './work.js';

/** The order of an offer; `medium` undefined: it is asked for first. */
export const orderOf = (
  { agentId, login }: Agent,
  work: Work | undefined,
  wanted: Wanted,
  {
    medium,
    kind,
    directory,
  }: {
    readonly medium: string | undefined;
    readonly kind: InvitationKind;
    readonly directory: Directory;
  },
): InvitationOrder => ({
  kind,
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
  const { client, kind } = from!;
  return {
    InteractionId: interactionId,
    TicketId: number,
    AgentId: agentId,
    PlaceId: login?.placeId,
    ExpiresAt: untilMs,
    Interaction: new Packed(interaction),
    VisibilityMode: 1,
    Operation: kind === 'transfer' ? 1 : 4,
    ActorId: client.agentId ?? client.info.clientName,
    Extension: Extension && new Packed(Uint8Array.from(Extension)),
    ReasonSystemName,
    ReasonDescription,
  };
}
