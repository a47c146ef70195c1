/** Bytes of the answers that a connection got lately, as moving averages. */
export class AnswerSizes {
  /** Of reads; undefined: none was answered yet. */
  read: number | undefined;
  /** Of pulls. */
  pulled: number | undefined;

  noteRead(bytes: number): void {
    this.read = averageOf(this.read, bytes);
  }

  notePulled(bytes: number): void {
    this.pulled = averageOf(this.pulled, bytes);
  }
}

const averageOf = (before: number | undefined, bytes: number): number =>
  before === undefined ? bytes : (3 * before + bytes) / 4;
