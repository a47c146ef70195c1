/**
 * The runtime of one thread: its actors, its links to all threads (itself included), its asks.
 *
 * Everything happens in turns. Mail that arrives, or a batch that settles, puts an actor on the
 * list of the next turn; anything sent puts its link there. The turn flushes the links, delivers to
 * each actor on the list, and flushes again: what a turn sends leaves in one packet per thread.
 * Turns are run by `setImmediate`, which comes after all sockets and ports of a round of the event
 * loop were read, so the mail of all of them shares a packet.
 */
import { assert, AssertionError } from '../assert.js';
import type { Clock } from '../clock.js';
import type { CounterLane } from '../counters/index.js';
import { IxionError } from '../errors.js';
import { AskTable } from './asks.js';
import { Cell, type ChildEnd } from './cell.js';
import { fromIxionErrorData, type IxionErrorData, toIxionErrorData } from './error-data.js';
import { Link } from './link.js';
import { type AnswerPath, Mail } from './mail.js';
import { type MailPort, takeFrom } from './mail-port.js';
import { type GiveBack, Mailbox } from './mailbox.js';
import {
  type BadMessage,
  bytesCharge,
  entryKind,
  type Packet,
  type PacketSink,
  readPacket,
} from './packet.js';
import { Reference } from './reference.js';
import type { ActorRef, Behaviours, ChildSpec, ThreadStats } from './types.js';

/** An actor gets its mail before its turn when there is this much, while caches still hold it. */
const batchBytes = 262_144;

/** Where an actor is; all threads know all of them. */
export interface ActorAddress {
  readonly name: string;
  readonly index: number;
  readonly thread: number;
  readonly creditBytes: number;
  readonly batchMails: number;
}

/** How to send to an actor. */
export interface Route {
  readonly link: Link;
  readonly index: number;
  readonly creditBytes: number;
}

/** What the supervisor wants done with an actor that ended. */
export type Verdict = 'restart' | 'remove';

export interface ThreadRuntimeOptions {
  readonly thread: number;
  /** A port to each other thread; this thread's own place is undefined. */
  readonly ports: readonly (MailPort | undefined)[];
  readonly behaviours: Behaviours;
  readonly clock: Clock;
  readonly lane: CounterLane;
  readonly schedule: (turn: () => void) => void;
  readonly supervise: (end: ChildEnd) => Promise<Verdict>;
}

export class ThreadRuntime implements PacketSink<Link>, AnswerPath {
  readonly thread: number;
  readonly clock: Clock;
  readonly lane: CounterLane;
  readonly asks: AskTable;
  readonly supervise: (end: ChildEnd) => Promise<Verdict>;
  /** Envelopes that went to `unavailable`. */
  refused = 0;
  readonly #ports: readonly (MailPort | undefined)[];
  readonly #behaviours: Behaviours;
  readonly #schedule: (turn: () => void) => void;
  readonly #links: readonly Link[];
  readonly #addresses = new Map<string, ActorAddress>();
  /** By index of the address; only of this thread's actors. */
  readonly #cells: (Cell | undefined)[] = [];
  #ready: Cell[] = [];
  #dirty: Link[] = [];
  #scheduled = false;

  constructor(options: ThreadRuntimeOptions) {
    this.thread = options.thread;
    this.clock = options.clock;
    this.lane = options.lane;
    this.supervise = options.supervise;
    this.asks = new AskTable(options.clock);
    this.#ports = options.ports;
    this.#behaviours = options.behaviours;
    this.#schedule = options.schedule;
    this.#links = options.ports.map((port, thread) => this.#connect(port, thread));
  }

  // --- control: what the supervisor asks of a thread

  /** Makes actors known; those of this thread take mail from now on. */
  register(addresses: readonly ActorAddress[]): void {
    for (const address of addresses) {
      assert(!this.#addresses.has(address.name), `actor ${address.name} exists`);
      this.#addresses.set(address.name, address);
      if (address.thread !== this.thread) continue;
      const giveBack: GiveBack = (thread, bytes, mails, isUrgent) => {
        const link = this.#links[thread] as Link;
        link.credit(address.index, bytes, mails);
        if (isUrgent) this.touch(link);
      };
      const { creditBytes, batchMails } = address;
      const mailbox = new Mailbox(creditBytes, batchMails, this.#links.length, giveBack);
      this.#cells[address.index] = new Cell(this, address.name, mailbox);
    }
  }

  /**
   * Makes actors unknown that are gone, so that others may have their names. Mail that is on its
   * way to them is refused still.
   */
  forget(names: readonly string[]): void {
    for (const name of names) this.#addresses.delete(name);
  }

  /** Resolves when the actor runs; rejects with the error of its start. */
  startChild(spec: ChildSpec): Promise<void> {
    const behaviour = this.#behaviours[spec.behaviour];
    assert(behaviour !== undefined, `thread ${this.thread} has no behaviour ${spec.behaviour}`);
    return this.#cell(spec.id).start(behaviour, spec.argument);
  }

  /**
   * Drains the actor of all mail sent so far, by whoever, and ends it; resolves when it is gone.
   */
  async stopChild(id: string): Promise<void> {
    this.#pull();
    await this.#cell(id).stop();
    this.flush();
  }

  stats(): ThreadStats {
    const cells = this.#cells.filter(
      (cell, index) => cell !== undefined && this.#addresses.get(cell.name)?.index === index,
    ) as Cell[];
    return {
      thread: this.thread,
      pendingAsks: this.asks.size,
      lateAnswers: this.asks.lateAnswers,
      unavailable: this.refused,
      actors: cells.map(({ name, state, incarnation, mailbox }) => {
        return { name, state, incarnation, waiting: mailbox.length };
      }),
    };
  }

  /**
   * Another thread is gone: nothing can be sent to it, and nothing it was asked will be answered.
   */
  loseThread(thread: number): void {
    const link = this.#links[thread] as Link;
    if (link.dead) return;
    link.dead = true;
    const detail = 'the thread of the actor has ended; whether it did what was asked is not known';
    this.asks.failThread(thread, new IxionError('Unavailable', detail));
  }

  /** Ends all links, so that the thread can end. */
  close(): void {
    this.flush();
    for (const port of this.#ports) port?.close();
  }

  // --- sending

  reference<M>(name: string, owner: Cell | undefined): ActorRef<M> {
    return new Reference<M>(this, name, owner);
  }

  /** @throws {AssertionError} when no actor has this name */
  route(name: string): Route {
    const address = this.#addresses.get(name);
    assert(address !== undefined, `no actor is named ${name}`);
    const { index, thread, creditBytes } = address;
    return { link: this.#links[thread] as Link, index, creditBytes };
  }

  /** Something was written to a link: it leaves at the end of the turn. */
  touch(link: Link): void {
    if (link.dirty) return;
    link.dirty = true;
    this.#dirty.push(link);
    this.#wake();
  }

  /** Sends at once what waits for the end of the turn. */
  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const link of dirty) {
      link.dirty = false;
      link.flush();
    }
  }

  answer(mail: Mail, value: unknown): void {
    this.#answerWith(mail, entryKind.answer, value);
  }

  /** Anything but an IxionError is a mistake of the actor that was asked, who crashes. */
  fail(mail: Mail, error: IxionError): void {
    const isRight = (error as unknown) instanceof IxionError;
    const told = isRight ? error : new IxionError('Internal', 'the actor failed at what was asked');
    this.#answerWith(mail, entryKind.failure, toIxionErrorData(told));
    if (isRight) return;
    const what = `fail() wants an IxionError, it got ${String(error)}`;
    (this.#cells[mail.target] as Cell).crash(new AssertionError(what, { cause: error }));
  }

  // --- turns

  /** The actor has something to do in the next turn. */
  wakeCell(cell: Cell): void {
    if (cell.ready) return;
    cell.ready = true;
    this.#ready.push(cell);
    this.#wake();
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    // What was written between the turns has waited enough: it does not wait for
    // the batches as well.
    this.flush();
    const ready = this.#ready;
    this.#ready = [];
    for (const cell of ready) {
      cell.ready = false;
      cell.deliver();
    }
    this.flush();
  };

  // --- receiving

  bytes(link: Link, target: number, tag: number, bytes: Uint8Array): void {
    const cell = this.#cells[target] as Cell;
    cell.mailbox.put({ kind: 'bytes', tag, bytes }, link.thread, bytesCharge(bytes.length));
    this.wakeCell(cell);
  }

  message(
    link: Link,
    kind: number,
    target: number,
    tag: number,
    message: unknown,
    charge: number,
  ): void {
    if (kind === entryKind.answer) {
      this.asks.answer(tag, message);
      return;
    }
    if (kind === entryKind.failure) {
      this.asks.fail(tag, fromIxionErrorData(message as IxionErrorData));
      return;
    }
    const cell = this.#cells[target] as Cell;
    const mail = new Mail(
      message,
      link.thread,
      target,
      tag,
      kind === entryKind.ask ? this : undefined,
    );
    if (mail.ask) cell.openAsks.add(mail);
    cell.mailbox.put(mail, link.thread, charge);
    this.wakeCell(cell);
  }

  credit(link: Link, target: number, bytes: number, mails: number): void {
    link.refund(target, bytes, mails);
  }

  /** Delivers where so much has come that waiting for the turn would only cool it down. */
  #deliverMuch(): void {
    for (const cell of this.#ready) if (cell.mailbox.bytes >= batchBytes) cell.deliver();
  }

  /** Takes in at once what has been sent to this thread and not read yet. */
  #pull(): void {
    this.flush();
    for (const [thread, port] of this.#ports.entries()) {
      if (port === undefined) continue;
      for (let next = takeFrom(port); next !== undefined; next = takeFrom(port)) {
        readPacket(next, this.#links[thread] as Link, this);
      }
    }
  }

  #connect(port: MailPort | undefined, thread: number): Link {
    const onBadMessage = (link: Link, bad: BadMessage): void => this.#blame(link, bad);
    if (port === undefined) {
      const link: Link = new Link(
        thread,
        // The same clone as between threads, so that no two actors ever share an object.
        ({ buffer, messages }) => {
          if (messages === undefined) readPacket(buffer, link, this);
          else readPacket([buffer, structuredClone(messages)], link, this);
        },
        onBadMessage,
      );
      return link;
    }
    const link = new Link(
      thread,
      ({ buffer, messages }, transfer) => {
        port.postMessage(messages === undefined ? buffer : [buffer, messages], transfer);
      },
      onBadMessage,
    );
    port.on('message', (packet: Packet) => {
      readPacket(packet, link, this);
      this.#deliverMuch();
    });
    port.on('close', () => this.loseThread(thread));
    return link;
  }

  #answerWith(mail: Mail, kind: number, message: unknown): void {
    const cell = this.#cells[mail.target] as Cell;
    const link = this.#links[mail.thread] as Link;
    cell.openAsks.delete(mail);
    link.message(kind, 0, mail.askId, message, cell, 0);
    this.touch(link);
  }

  /** Somebody sent what cannot be cloned: a programmer error of its owner, who crashes. */
  #blame(link: Link, { kind, target, tag, charge, owner, error }: BadMessage): void {
    if (kind === entryKind.answer) {
      const data = toIxionErrorData(new IxionError('Internal', error.message));
      link.message(entryKind.failure, 0, tag, data, undefined, 0);
      this.touch(link);
    } else {
      link.refund(target, charge, 1);
      if (kind === entryKind.ask) this.asks.fail(tag, error);
    }
    if (owner instanceof Cell) owner.crash(error);
    else throw error;
  }

  #cell(name: string): Cell {
    const address = this.#addresses.get(name);
    const cell = address === undefined ? undefined : this.#cells[address.index];
    assert(cell !== undefined, `thread ${this.thread} has no actor ${name}`);
    return cell;
  }
}
