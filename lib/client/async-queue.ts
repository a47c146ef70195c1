/** Values that are pushed on one side and awaited on the other, in order. */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  #values: T[] = [];
  /** Of each value, as it was pushed. */
  #weights: number[] = [];
  #weight = 0;
  #head = 0;
  #waiting: { resolve(result: IteratorResult<T>): void; reject(error: Error): void }[] = [];
  #ended = false;
  #error: Error | undefined;
  readonly #left: () => void;

  /** `left` is called once, when the reader leaves its loop before the end. */
  constructor(left: () => void = () => undefined) {
    this.#left = left;
  }

  /** Values that wait for a reader. */
  get length(): number {
    return this.#values.length - this.#head;
  }

  /** What they weigh together. */
  get weight(): number {
    return this.#weight;
  }

  /** Adds a value; after the end it is dropped. */
  push(value: T, weight = 0): void {
    if (this.#ended) return;
    const reader = this.#waiting.shift();
    if (reader !== undefined) reader.resolve({ value, done: false });
    else {
      this.#values.push(value);
      this.#weights.push(weight);
      this.#weight += weight;
    }
  }

  /** Ends the queue; what is in it can still be read, then `error` is thrown once. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const reader of this.#waiting.splice(0)) {
      this.#finish().then(reader.resolve, reader.reject);
    }
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#head < this.#values.length) {
      const value = this.#values[this.#head] as T;
      this.#weight -= this.#weights[this.#head]!;
      this.#values[this.#head++] = undefined as T;
      if (this.#head === this.#values.length || this.#head >= 1_024) {
        this.#values.splice(0, this.#head);
        this.#weights.splice(0, this.#head);
        this.#head = 0;
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#ended) return this.#finish();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T>> {
    const open = !this.#ended;
    this.#values = [];
    this.#weights = [];
    this.#weight = 0;
    this.#head = 0;
    this.#error = undefined;
    this.end();
    if (open) this.#left();
    return this.#finish();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this;
  }

  #finish(): Promise<IteratorResult<T>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined
      ? Promise.resolve({ value: undefined, done: true })
      : Promise.reject(error);
  }
}
