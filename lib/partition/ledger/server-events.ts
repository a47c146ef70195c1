/** Events about the server and about agents, which are in the order of all others. */
import { eventsOf, type Reported } from '../../interaction/agent-event.js';
import type { Turn } from '../turn.js';

/** Notes what an actor outside of the partitions has to report, if it has. */
export function tellOfServer(turn: Turn, reported: Reported | undefined): void {
  if (reported !== undefined) turn.events.push(...eventsOf(reported));
}
