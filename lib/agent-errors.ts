/** The errors about agents; a part of the table of `errors.ts`. */
import { entry } from './error-entries.js';

export const agentErrors = {
  UnknownAgent: entry(
    1090,
    false,
    'No agent has this identifier, it is not enabled, or it belongs to another tenant.',
    'Add it to the configuration objects, or enable it; see "ixion config".',
  ),
  UnknownPlace: entry(
    1091,
    false,
    'No place has this name, it is not enabled, or it belongs to another tenant.',
    'Add it to the configuration objects, or enable it; see "ixion config".',
  ),
  UnknownMedium: entry(
    1092,
    false,
    'No medium has this name, or the agent does not have it.',
    'Add it to the configuration objects; an agent gets one by RequestAgentLogin or RequestAddMedia.',
  ),
  AgentNotLoggedIn: entry(
    1093,
    false,
    'This client speaks for no agent, or the agent is not logged in.',
    'Log in first, by RequestAgentLogin.',
  ),
  AgentLoggedIn: entry(
    1094,
    false,
    'The agent is logged in by another connection, and may have only one; or this client speaks for another agent already.',
    'Log out there first, use another ProxyClientId for another agent, or see the option allow-multiple-agent-connections.',
  ),
  PlaceTaken: entry(
    1095,
    false,
    'Another agent is logged in at this place.',
    'Log that one out, or take another place.',
  ),
  AgentForcedOut: entry(
    1096,
    false,
    'The agent logged in by another connection, and may have only one.',
    'Nothing; or see the option allow-multiple-agent-connections.',
  ),
  AgentHasWork: entry(
    1097,
    false,
    'The agent has work in hand that it may not leave behind, and cannot log out before it is done.',
    'Finish, transfer or place what the description lists; see onLogout of the medium.',
  ),
  UnknownReason: entry(
    1098,
    false,
    'No not-ready reason has this name.',
    'Add it to the configuration objects, or see the option check-not-ready-reasons.',
  ),
  UnknownDispositionCode: entry(
    1116,
    false,
    'No disposition code has this name, it is not enabled, or the business process does not list it.',
    'Give one of those that the description lists, or add it to the configuration objects.',
  ),
  WrongTicket: entry(
    1100,
    false,
    'The ticket is not that of an open invitation of this client.',
    'Nothing: it was answered, has expired, or was taken back.',
  ),
  InteractionOffered: entry(
    1101,
    false,
    'The interaction is being offered to an agent.',
    'Wait for EventRouteUsed.',
  ),
  AgentRests: entry(
    1102,
    false,
    'The agent has refused this interaction a short time ago.',
    'Offer it to another agent, or after RetryAfterMs; see the option reject-delay.',
  ),
  AgentNotAvailable: entry(
    1103,
    false,
    'The agent cannot be offered this now; the description says why.',
    'Offer it to another agent, or once EventCurrentAgentStatus says that there is room.',
  ),
  AgentReserved: entry(
    1106,
    true,
    'The agent or the place is reserved.',
    'Choose another, or try again when the reservation is over.',
  ),
  AgentNotReserved: entry(
    1107,
    false,
    'This client has not reserved all of these, or not any more.',
    'Nothing: it is free, or of another client.',
  ),
  InvitationFailed: entry(
    1105,
    false,
    'The agent has not taken the interaction.',
    'Nothing has changed: keep it, or give it to another.',
  ),
  TooManyParties: entry(
    1110,
    false,
    'As many agents take part in the interaction as may.',
    'Wait until one leaves; see docs/LIMITATIONS.md.',
  ),
  CustomerLeft: entry(
    1104,
    false,
    'The customer has left: the interaction is not offered as online work any more.',
    'Place it in a queue, or stop it.',
  ),
  InteractionNotKept: entry(
    1117,
    false,
    'Nothing is kept of this interaction: no supervisor has ended it, or too long ago.',
    'Submit it again; see the option restore-hours.',
  ),
} as const;
