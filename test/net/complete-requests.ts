/** What makes each request complete, as packed attributes. */
import type { RequestDefinition } from '../../lib/protocol/message.js';
import { array, int, map, str, type Packed } from './raw-pack.js';

export const submission: Readonly<Record<string, Packed>> = {
  Queue: str('first'),
  MediaType: str('email'),
  InteractionType: str('Inbound'),
};
const why = { ReasonSystemName: str('Test') };

/** What makes the request complete, for the interaction `id`. */
export function baseOf(
  { name, attributes }: RequestDefinition,
  id: string,
): Record<string, Packed> {
  switch (name) {
    case 'RequestRegisterClient':
      return { ClientName: str('x'), ClientType: str('MediaServer'), ProtocolVersion: int(1) };
    case 'RequestSubmit':
      return { ...submission };
    case 'RequestImportInteraction':
      return { ...submission, InteractionId: str(`new-${id}`) };
    case 'RequestPull':
      return { ViewId: str('first') };
    case 'RequestPlaceInWorkbin':
      return { InteractionId: str(id), WorkbinTypeId: str('drafts'), WorkbinAgentId: str('ann') };
    case 'RequestGetWorkbinContent':
    case 'RequestWorkbinNotifications':
    case 'RequestCancelWorkbinNotifications':
      return { WorkbinTypeId: str('drafts') };
    case 'RequestWorkbinStatistic':
      return { WorkbinTypeIds: array([str('drafts')]) };
    case 'RequestPlaceInQueue':
      return { InteractionId: str(id), Queue: str('second') };
    case 'RequestStopPlaceAgentStateReportingAll':
      return { SubscriptionId: int(1) };
    case 'RequestChangeOptions':
      return { Options: map({ 'collect-error-counters': str('false') }) };
    case 'RequestCustomReporting':
      return { InteractionId: str(id), EventId: int(1) };
    case 'RequestListInteractions':
      return { Partition: int(0) };
    case 'RequestDisconnectClient':
      return { ClientName: str('nobody'), ClientNumber: int(1) };
    case 'RequestForceAgentState':
      return { AgentId: str('ann'), AgentState: str('ready') };
    case 'RequestSuperviseInteractions':
      return { ...why, Act: str('pull-back'), InteractionIds: array([str(id)]) };
    case 'RequestForceAgentStates':
      return { ...why, AgentIds: array([str('ann')]), AgentState: str('ready') };
    case 'RequestSetOutsideLoad':
    case 'RequestReserveAgent':
    case 'RequestAgentLogin':
    case 'RequestAgentAvailable':
    case 'RequestAgentNotAvailable':
      return { AgentId: str('ann') };
    case 'RequestDeliver':
    case 'RequestTransfer':
      return { InteractionId: str(id), AgentId: str('ann') };
    case 'RequestAccept':
    case 'RequestReject':
      return { InteractionId: str(id), TicketId: int(1) };
    case 'RequestAddMedia':
    case 'RequestRemoveMedia':
    case 'RequestChangeMediaStateReason':
      return { MediaTypeName: str('chat') };
    default:
      return {
        ...('InteractionId' in attributes && { InteractionId: str(id) }),
        ...(attributes['SnapshotId']?.required === true && { SnapshotId: int(1) }),
        ...('TopicList' in attributes && { TopicList: map({ one: str('') }) }),
        ...('Topic' in attributes && { Topic: str('one'), Message: map({}) }),
        ...(attributes['Queue']?.required === true && { Queue: str('second') }),
        ...(attributes['ReasonSystemName']?.required === true && why),
      };
  }
}
