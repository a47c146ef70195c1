/**
 * When the clock of the machine was put forward or back while events were written: those of before
 * have times by which they would be taken for too old, or too young, for the retention.
 */
import type { Turn } from '../turn.js';
import { Table, type Reader } from '../../store/contract.js';

const stepsKey = 'clock-steps';
/** Of a clock that is put right again and again only the last steps count. */
const stepsMax = 64;
const stepBytes = 16;

interface Step {
  /** The first event after it. */
  readonly sequence: number;
  /** By how much the clock was put forward; less than 0: back. */
  readonly byMs: number;
}

export class ClockSteps {
  #steps: readonly Step[];

  constructor(store: Reader) {
    const row = store.get(Table.meta, stepsKey);
    this.#steps = row === undefined ? [] : readSteps(row);
  }

  /** By how much the time of an event has to be corrected to be compared with the clock of now. */
  since(sequence: number): number {
    let sumMs = 0;
    for (const step of this.#steps) if (step.sequence > sequence) sumMs += step.byMs;
    return sumMs;
  }

  /**
   * Notes a step before the event of this sequence. @param oldestSequence of those that are kept
   */
  note(turn: Turn, byMs: number, sequence: number, oldestSequence: number): void {
    const kept = this.#steps.filter((step) => step.sequence > oldestSequence);
    this.#steps = [...kept, { sequence, byMs }].slice(-stepsMax);
    turn.put(Table.meta, stepsKey, writeSteps(this.#steps));
  }
}

function writeSteps(steps: readonly Step[]): Uint8Array {
  const row = Buffer.allocUnsafeSlow(steps.length * stepBytes);
  for (const [index, { sequence, byMs }] of steps.entries()) {
    row.writeDoubleBE(sequence, index * stepBytes);
    row.writeDoubleBE(byMs, index * stepBytes + 8);
  }
  return row;
}

function readSteps(row: Uint8Array): Step[] {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  return Array.from({ length: Math.floor(row.byteLength / stepBytes) }, (_, index) => ({
    sequence: view.getFloat64(index * stepBytes),
    byMs: view.getFloat64(index * stepBytes + 8),
  }));
}
