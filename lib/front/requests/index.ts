/** The requests that the front answers: the one place that knows all of them. */
import { changeOptions } from './change-options.js';
import { disconnectClient } from './disconnect-client.js';
import { findInteractions } from './find-interactions.js';
import type { FrontRequests } from './front-request.js';
import { listClients } from './list-clients.js';
import { listInteractions } from './list-interactions.js';
import { ping } from './ping.js';
import { queueStatistics } from './queue-statistics.js';
import { resetStopReasons } from './reset-stop-reasons.js';
import { startReporting, stopReporting } from './reporting.js';
import { unregister } from './unregister.js';

export const frontRequests: FrontRequests = {
  RequestUnregisterClient: unregister,
  RequestPing: ping,
  RequestStartPlaceAgentStateReportingAll: startReporting,
  RequestStopPlaceAgentStateReportingAll: stopReporting,
  RequestQueueStatistics: queueStatistics,
  RequestResetStopReasons: resetStopReasons,
  RequestListInteractions: listInteractions,
  RequestFindInteractions: findInteractions,
  RequestListClients: listClients,
  RequestDisconnectClient: disconnectClient,
  RequestChangeOptions: changeOptions,
};
