/**
 * Agents: who is logged in, ready for what, and with how much. What others do with it:
 *
 * - offer: `desk.reserve(agentId, medium, interactionId)` gives a `Slot` or a `Refusal`
 *   (`isSlot`); `desk.becomes(slot, SlotUse.inHand)` when it was accepted; `desk.release(slot)`
 *   when it was not, or is over. What is taken or given without an offer: `desk.take`.
 * - find: `desk.loggedIn(agentId)`, `desk.atPlace(placeId)`, and `agent.clientsFor(medium)`: the
 *   sessions that an invitation goes to.
 * - `partitionsReported` after a start, once all have said who has what; until then nobody is
 *   offered anything.
 *
 * What changes a login (as not ready after an invitation that expired) is a `Command` to
 * `lib/agents`, which makes it durable and tells of it.
 */
export { Agent, type AgentClient, type Slot } from './agent.js';
export {
  defaultRule,
  Load,
  SlotUse,
  type CapacityRule,
  type LoadView,
  type MediumInfo,
  type OnLogout,
} from './capacity.js';
export { carryOut, isChange, type Command, type UnknownMedium } from './commands.js';
export type { AgentEventKind, AgentHappening, Change } from './change.js';
export { Desk, type DeskOptions, type DeskOutputs, type MediumVector } from './desk.js';
export { logIn, type LoginRequest } from './login.js';
export { MediumState, mediumStateNames } from './medium-state.js';
export {
  mediumOf,
  type LoginRecord,
  type MediumRecord,
  type Reason,
  type WrapUpMode,
  type WrapUpRecord,
  type WrapUpRule,
} from './record.js';
export { placeStateOf, type PlaceState } from './place-state.js';
export { Reservations, type ReserveOrder, type ReserveOutcome } from './reservations.js';
export { wrapUpOf, wrapUpsEnd } from './wrap-up.js';
export { isSlot, refusalTexts, type Refusal } from './slots.js';
