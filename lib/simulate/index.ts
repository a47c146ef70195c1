/** A contact centre's day against a running server; see `docs/simulate.md`. */
export {
  type DayOptions,
  type DayProgress,
  type DayReport,
  QueuesNotEmptyError,
  simulateDay,
  type SimulationMode,
  simulationModes,
} from './day.js';
export { durationText } from './duration.js';
export { type Fleet, type FleetOptions, openFleet } from './fleet.js';
export { generateDay, type GeneratorOptions } from './generate.js';
export { readRecords, RecordFileError } from './reader.js';
export { type ContactRecord } from './record.js';
export { type DaySummary } from './statistics.js';
export { dayTable } from './table.js';
export { writeRecords } from './write.js';
