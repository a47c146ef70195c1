/** Attributes of which a server refuses some legal values. */

/** Legal values that this server has no use for: it knows few client types, and two partitions. */
export const choosy: ReadonlySet<string> = new Set([
  'RequestRegisterClient.ClientType',
  'RequestListInteractions.Partition',
  'RequestListInteractions.After',
  'RequestFindInteractions.After',
  'RequestPull.ViewId',
  'RequestSubmit.InteractionId',
  'RequestImportInteraction.InteractionId',
  'RequestSubmit.HoldUntil',
  'RequestImportInteraction.HoldUntil',
  'RequestPlaceInQueue.HoldUntil',
  'RequestPlaceInWorkbin.HoldUntil',
  'RequestGetWorkbinContent.After',
  'RequestGetWorkbinsInfo.After',
  'RequestForceAgentState.AgentState',
  'RequestAgentLogin.MediaList',
  'RequestTakeSnapshot.Condition',
  'RequestTakeSnapshot.Order',
]);
