/** What a client believes to be in a workbin: what it has read, and what it was told since. */

type Body = Readonly<Record<string, unknown>>;

export class WorkbinMirror {
  /** Versions of what is in it, and of what is not any more, by identifier. */
  #inside = new Map<string, number>();
  #outside = new Map<string, number>();
  /** It has read all of it since it was told of the changes. */
  isWhole = false;

  get ids(): string[] {
    return [...this.#inside.keys()].sort();
  }

  /** It is told of changes from now on, and knows nothing. */
  begin(): void {
    this.#inside = new Map();
    this.#outside = new Map();
    this.isWhole = false;
  }

  /** A page of EventWorkbinContent. */
  read({ Interactions, Next }: Body): void {
    for (const { InteractionId: id, InteractionVersion: version } of Interactions as Body[]) {
      this.#set(id as string, version as number, true);
    }
    this.isWhole = Next === undefined;
  }

  /** EventWorkbinContentChanged. */
  changed({ InteractionId: id, InteractionVersion: version, Operation }: Body): void {
    this.#set(id as string, version as number, Operation !== 1);
  }

  /** What is older than what is known says nothing. */
  #set(id: string, version: number, isInside: boolean): void {
    const known = Math.max(this.#inside.get(id) ?? 0, this.#outside.get(id) ?? 0);
    if (version < known) return;
    this.#inside.delete(id);
    this.#outside.delete(id);
    (isInside ? this.#inside : this.#outside).set(id, version);
  }
}
