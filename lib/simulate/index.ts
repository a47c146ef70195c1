/** A contact centre's day against a server; see `docs/simulate.md`. */
export { agentObjects } from './agent-objects.js';
export { contactLog } from './contact-log.js';
export { isDayOrMonth } from './date.js';
export { type DayReport, QueuesMissingError, QueuesNotEmptyError, simulateDay } from './day.js';
export { durationText } from './duration.js';
export { type EventDigest, EventsGoneError } from './event-digest.js';
export { RecordFileError } from './file-error.js';
export { textOfFile } from './file-text.js';
export { type Fleet, type FleetOptions, openFleet } from './fleet.js';
export { generateDay, type GeneratorOptions } from './generate.js';
export { AgentsMissingError } from './invite.js';
export { dayPage } from './html.js';
export { intervalsCsv } from './interval-csv.js';
export {
  dayDefaults,
  type DayOptions,
  type DayProgress,
  type SimulationMode,
  simulationModes,
} from './options.js';
export { readRecords } from './reader.js';
export { type ContactRecord } from './record.js';
export { queuesOf } from './contact.js';
export { DayEndedEarly } from './run.js';
export { type DaySummary } from './statistics.js';
export { dayTable } from './table.js';
export {
  type DayServer,
  simulateVirtualDay,
  startOfDay,
  type VirtualDayOptions,
  type VirtualDayReport,
} from './virtual-day.js';
export { VirtualDayStuck } from './virtual-time.js';
export { writeRecords } from './write.js';
