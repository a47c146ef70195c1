/** What a client may register as. */

/** Client types that may register. */
export const clientTypes = [
  'MediaServer',
  'AgentApplication',
  'RoutingEngine',
  'ReportingEngine',
] as const;
export type ClientType = (typeof clientTypes)[number];
