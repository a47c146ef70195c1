/**
 * The part of the table of transitions (`lifecycle.ts`) by which what an agent has is given to
 * another one, or shared with others.
 */
import { EventNumber, PartyOperation } from './event.js';
import { Stage, type TransitionRow } from './transition.js';

const { handled } = Stage;

export const sharingRows = {
  inviteToTake: {
    from: [handled],
    events: [EventNumber.AgentInvited],
    by: 'RequestTransfer, RequestConference, RequestIntrude',
    label: 'invite another one',
  },
  transfer: {
    from: [handled],
    owner: 'new',
    hold: 'given',
    endsInvitation: true,
    keepsParties: true,
    events: [
      EventNumber.PartyAdded,
      EventNumber.PartyRemoved,
      EventNumber.Held,
      EventNumber.Resumed,
    ],
    party: PartyOperation.transfer,
    by: 'RequestAccept of a transfer',
    label: 'transfer',
  },
  join: {
    from: [handled],
    endsInvitation: true,
    events: [EventNumber.PartyAdded],
    party: PartyOperation.conference,
    by: 'RequestAccept of a conference',
    label: 'join',
  },
  intrude: {
    from: [handled],
    endsInvitation: true,
    events: [EventNumber.PartyAdded],
    party: PartyOperation.intrude,
    by: 'RequestAccept of an intrusion',
    label: 'intrude',
  },
  leave: {
    from: [handled],
    events: [EventNumber.PartyRemoved],
    party: PartyOperation.leave,
    by: 'RequestLeaveInteraction, or a party is lost: another one has it',
    label: 'leave',
  },
  handOver: {
    from: [handled],
    owner: 'new',
    keepsParties: true,
    events: [EventNumber.PartyRemoved],
    party: PartyOperation.leave,
    by: 'the same of who has it: another party in mode conference has it from then on',
    label: 'hand over',
  },
  rejectTransfer: {
    from: [handled],
    endsInvitation: true,
    events: [EventNumber.Rejected],
    by: 'RequestReject of a transfer, a conference or an intrusion',
  },
  endTransfer: {
    from: [handled],
    endsInvitation: true,
    events: [EventNumber.Revoked],
    by: 'nobody has accepted it in time, or it is taken back',
  },
} as const satisfies Readonly<Record<string, TransitionRow>>;
