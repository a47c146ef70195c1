/** The one table of exit codes of the command, after BSD's sysexits. */
export const exitCodes = {
  ok: 0,
  /** The server refused the request: EventError. */
  refused: 1,
  /** Wrong command line. */
  usage: 64,
  /** Input or stored data is wrong. */
  data: 65,
  /** No server answers, or it ended the connection. */
  unavailable: 69,
  /** The server gave up: its parts crash faster than they may be restarted. */
  internal: 70,
  /** A commit failed: the disk did not say whether a change was kept. Or stdout cannot be written. */
  commitFailure: 74,
  /** Busy or locked by another: the same command may work later. */
  tryAgain: 75,
  /** Wrong configuration. */
  configuration: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One line per code, for `--help` and the reference. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'the server refused the request',
  64: 'wrong command line',
  65: 'wrong input or stored data',
  69: 'no server answers',
  70: 'the server gave up',
  74: 'a commit failed, or stdout cannot be written',
  75: 'try again',
  78: 'wrong configuration',
};
