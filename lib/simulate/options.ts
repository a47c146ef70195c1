/** What a day is simulated with. */
import type { Clock } from '../clock.js';
import { defaultTargetSeconds } from './counts.js';
import type { Fleet } from './fleet.js';
import type { ContactRecord } from './record.js';
import type { SchedulePace } from './schedule.js';

export const simulationModes = ['follow', 'order'] as const;
export type SimulationMode = (typeof simulationModes)[number];

export interface DayOptions extends SchedulePace {
  readonly records: readonly ContactRecord[];
  readonly mode: SimulationMode;
  /** In mode `order`: agents log in and are invited; else they pull. */
  readonly invite: boolean;
  /** A longer gap in an agent's record is a break. */
  readonly breakSeconds: number;
  /** For what mode `order` draws. */
  readonly seed: number;
  /** The business process whose queues are used: `NAME.menu` and `NAME.TYPE`. */
  readonly process: string;
  readonly clock: Clock;
  /** Opens the clients of the day; agents by name. */
  openFleet(agentNames: readonly string[]): Promise<Fleet>;
  /** Length of an interval of the result. */
  readonly intervalSeconds: number;
  /** An answer within this time is one in time. */
  readonly targetSeconds: number;
  /** Stop what is left at the end as Cancelled; false: leave it. */
  readonly clean: boolean;
  /** Ends the day early: `simulateDay` rejects with DayEndedEarly. */
  readonly signal?: AbortSignal | undefined;
  /** Called about four times a second. */
  onProgress?(progress: DayProgress): void;
}

/** How far a running day is. */
export interface DayProgress {
  /** Simulated seconds since midnight. */
  readonly timeSeconds: number;
  readonly contacts: number;
  readonly submitted: number;
  readonly ended: number;
  /** Placed, and neither taken nor ended. */
  readonly waiting: number;
}

/** Where nobody says otherwise. */
export const dayDefaults = {
  breakSeconds: 600,
  intervalSeconds: 1_800,
  targetSeconds: defaultTargetSeconds,
  clean: false,
  invite: false,
  process: 'demo',
  seed: 1,
} as const satisfies Partial<DayOptions>;
