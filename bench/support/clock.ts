/** The clock that all processes of a bench share. */

/** Milliseconds by the clock that all processes of the machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1_000_000;
