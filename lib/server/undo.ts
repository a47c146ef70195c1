/** What is open while a server starts, newest last; undone in reverse when the start fails. */
export class Undo {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async all(): Promise<void> {
    for (const step of this.#steps.toReversed()) await step();
  }
}
