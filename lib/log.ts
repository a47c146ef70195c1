/** Where the server writes what operators should know. A pino logger fits. */
export interface Log {
  /** If it can be changed while running: `debug`, `info`, `warn` or `error`. */
  level?: string;
  /** Lines that nobody took in time, if it counts them. */
  readonly dropped?: number;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Drops everything: an embedded server is quiet unless told otherwise. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
