/**
 * A client of the protocol that does all that a client may do with retries: it sends copies at
 * once, later, over another connection, with the flag and without, with its age and without, drops
 * connections, gives up, ends its logical client, and uses keys again. Its seed decides what it
 * does; what it knows of interactions comes from the answers of all clients.
 */
import { seededRandom, type Random } from '../../lib/clock.js';
import type { Asked, HistoryLog, Verdict } from './history-log.js';
import { HistoryRequests } from './history-requests.js';
import { RawClient, type Again } from './raw-client.js';

/** What clients need of the server. */
export interface Place {
  readonly address: string;
  /** Counts its processes. */
  incarnation(): number;
}

interface Link {
  readonly client: RawClient;
  readonly incarnation: number;
}

/** Longer than any answer may take. */
const patienceMs = 90_000;
/** Older than any key is kept. */
const tooOldMs = 700_000;
const remembered = 400;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class HistoryClient {
  readonly #name: string;
  readonly #type: 'MediaServer' | 'AgentApplication';
  readonly #random: Random;
  readonly #place: Place;
  readonly #log: HistoryLog;
  readonly #requests: HistoryRequests;
  readonly #links: (Link | undefined)[] = [undefined, undefined];
  readonly #sessionKeys: readonly Uint8Array[];
  /** Requests that were acknowledged, to be repeated. */
  readonly #finished: Asked[] = [];

  constructor(index: number, seed: number, place: Place, log: HistoryLog) {
    this.#name = `client${index}`;
    this.#type = index % 2 === 0 ? 'MediaServer' : 'AgentApplication';
    this.#random = seededRandom(seed);
    this.#place = place;
    this.#log = log;
    this.#requests = new HistoryRequests(this.#name, this.#random, log);
    this.#sessionKeys = [this.#random.bytes(16), this.#random.bytes(16)];
  }

  /** Works until told to pause, or until something is wrong. */
  async work(isPaused: () => boolean): Promise<void> {
    while (!isPaused() && this.#log.complaints.length === 0) {
      await this.#step();
      await sleep(this.#random.fraction() * 15);
    }
  }

  close(): void {
    for (const link of this.#links) link?.client.destroy();
  }

  async #step(): Promise<void> {
    const dice = this.#random.fraction();
    if (dice < 0.2) return this.#repeatOld();
    if (dice < 0.24) return this.#useKeyAgain();
    if (dice < 0.25) return this.#askTooOld();
    if (dice < 0.26) return this.#comeAgain();
    if (dice < 0.29) return this.#burst();
    const canPull = this.#type === 'AgentApplication';
    await this.#ask(this.#requests.any(canPull));
  }

  /**
   * Changes of one interaction, more than stay with it away from home, and the first ones again.
   */
  async #burst(): Promise<void> {
    const id = this.#requests.anyId();
    if (id === undefined) return;
    const changes: Asked[] = [];
    for (let left = 8 + Math.floor(this.#random.fraction() * 40); left > 0; left--) {
      const change = this.#requests.change(id);
      changes.push(change);
      if ((await this.#ask(change)) === 'refused') break;
    }
    for (const change of changes.slice(0, 3)) {
      if (change.positive !== undefined) await this.#repeat(change);
    }
  }

  async #repeatOld(): Promise<void> {
    const asked = this.#anyFinished();
    if (asked !== undefined) await this.#repeat(asked);
  }

  #anyFinished(): Asked | undefined {
    return this.#finished[Math.floor(this.#random.fraction() * this.#finished.length)];
  }

  async #repeat(asked: Asked): Promise<void> {
    this.#log.count('repeated later');
    const link = await this.#link(this.#random.fraction() < 0.3 ? 1 : 0);
    // Without the flag only where nothing was restarted since the first copy: a rule for clients.
    const isOfOneProcess =
      asked.firstIncarnation === link.incarnation && asked.lastIncarnation === link.incarnation;
    const isPlain = isOfOneProcess && this.#random.fraction() < 0.25;
    if (isPlain) this.#log.count('repeated without flag');
    await this.#copy(link, asked, isPlain ? undefined : this.#againOf(asked));
  }

  async #useKeyAgain(): Promise<void> {
    const before = this.#anyFinished();
    const { incarnation } = await this.#link(0);
    // After a start the keys of requests without the flag are looked for only a little way back.
    if (before?.firstIncarnation !== incarnation) return;
    const reused = this.#requests.withKeyOf(before);
    if (reused !== undefined) await this.#ask(reused);
  }

  async #askTooOld(): Promise<void> {
    const asked = this.#requests.tooOld();
    if (asked === undefined) return;
    this.#log.asked(asked);
    const link = await this.#link(0);
    asked.sentMs = performance.now();
    await this.#copy(link, asked, { flag: true, ageMs: tooOldMs });
  }

  /** Ends the logical client: what it has goes back. */
  async #comeAgain(): Promise<void> {
    this.#log.count('unregistered');
    const { client } = await this.#link(0);
    await client.unregister();
    if (client.isOpen) await client.register(this.#identity(0));
  }

  /** Sends a request until it is answered, in one way or another, or given up. */
  async #ask(asked: Asked): Promise<Verdict> {
    this.#log.asked(asked);
    let again: Again | undefined;
    for (let isFirst = true; ; isFirst = false) {
      const link = await this.#link(0);
      if (isFirst) {
        asked.sentMs = performance.now();
        asked.firstIncarnation = link.incarnation;
      }
      const verdicts = await this.#send(link, asked, again);
      if (verdicts.includes('done')) return this.#remember(asked);
      if (verdicts.includes('refused')) return 'refused';
      if (this.#random.fraction() < 0.08) return this.#giveUp();
      await sleep(this.#random.fraction() * 60);
      again = this.#againOf(asked);
    }
  }

  /** One copy, or two; sometimes the connection is dropped while they are under way. */
  async #send(link: Link, asked: Asked, again: Again | undefined): Promise<Verdict[]> {
    const copies = [this.#copy(link, asked, again)];
    const dice = this.#random.fraction();
    if (dice < 0.12) {
      const other = dice < 0.06 ? link : await this.#link(1);
      this.#log.count('copies at once');
      copies.push(this.#copy(other, asked, this.#againOf(asked)));
    } else if (dice < 0.17) {
      await sleep(this.#random.fraction() * 3);
      link.client.destroy();
      this.#log.count('connections dropped');
    }
    return Promise.all(copies);
  }

  async #copy(link: Link, asked: Asked, again: Again | undefined): Promise<Verdict> {
    const copy = { sentMs: performance.now(), ageMs: again?.ageMs };
    asked.lastIncarnation = link.incarnation;
    this.#log.count('copies');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patienceMs);
    });
    const answer = await Promise.race([link.client.send(asked.request, again), late]);
    clearTimeout(timer);
    if (answer !== 'late') return this.#log.answered(asked, copy, answer);
    this.#log.complain(`no answer in ${patienceMs} ms`, asked);
    return 'refused';
  }

  #againOf(asked: Asked): Again {
    const ageMs = Math.ceil(performance.now() - asked.sentMs);
    return { flag: true, ageMs: this.#random.fraction() < 0.8 ? ageMs : undefined };
  }

  #giveUp(): Verdict {
    this.#log.count('given up');
    return 'again';
  }

  #remember(asked: Asked): Verdict {
    this.#requests.done(asked);
    if (this.#finished.length < remembered) this.#finished.push(asked);
    else this.#finished[Math.floor(this.#random.fraction() * remembered)] = asked;
    return 'done';
  }

  #identity(which: number) {
    const sessionKey = this.#sessionKeys[which]!;
    return { clientName: this.#name, clientType: this.#type, sessionKey };
  }

  /** A connection that is open: the first, or another one beside it. */
  async #link(which: 0 | 1): Promise<Link> {
    for (;;) {
      const link = this.#links[which];
      if (link?.client.isOpen === true) return link;
      const incarnation = this.#place.incarnation();
      const client = await RawClient.open(this.#place.address, this.#identity(which));
      if (client !== undefined && incarnation === this.#place.incarnation()) {
        this.#links[which] = { client, incarnation };
      } else {
        client?.destroy();
        await sleep(20 + this.#random.fraction() * 60);
      }
    }
  }
}
