/** Events about the server itself, which are in the order of all others. */
import { eventOfServer, type ServerEvent } from '../../interaction/event.js';
import type { Turn } from '../turn.js';

/** Notes what an actor outside of the partitions has to report, if it has. */
export function tellOfServer(turn: Turn, event: ServerEvent | undefined): void {
  if (event !== undefined) turn.events.push(eventOfServer(event));
}
