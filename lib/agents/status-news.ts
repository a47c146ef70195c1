/** Tells clients what their agents can take: once for many changes, and a part in a turn. */
import { inNextRound, type Clock } from '../clock.js';
import type { Agent } from '../desk/index.js';
import { limits } from '../limits.js';

export class StatusNews {
  readonly #clock: Clock;
  readonly #tellOf: (agent: Agent) => void;
  readonly #changed = new Set<Agent>();
  /** Agents whose clients were told in one turn, at most. */
  inTurnMax = 0;

  constructor(clock: Clock, tellOf: (agent: Agent) => void) {
    this.#clock = clock;
    this.#tellOf = tellOf;
  }

  changed(agent: Agent): void {
    if (agent.clients.length === 0) return;
    if (this.#changed.size === 0) inNextRound(this.#clock, this.#tell);
    this.#changed.add(agent);
  }

  readonly #tell = (): void => {
    let told = 0;
    for (const agent of this.#changed) {
      if (told === limits.agentRequestsPerTurn) return inNextRound(this.#clock, this.#tell);
      this.inTurnMax = Math.max(this.inTurnMax, ++told);
      this.#changed.delete(agent);
      if (agent.login !== undefined) this.#tellOf(agent);
    }
  };
}
