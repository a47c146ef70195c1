/** Small actors with which the tests of the runtime play; the same on every thread. */
import { setTimeout as delay } from 'node:timers/promises';
import type {
  ActorContext,
  Behaviour,
  Behaviours,
  Envelope,
  MessageEnvelope,
} from '../../lib/actor/index.js';
import { IxionError } from '../../lib/errors.js';

/** What the actor `probe` understands. */
export type ProbeMessage =
  /** (ask) all that it got since the last time, in order: tags of bytes, or `note` texts. */
  | { readonly type: 'received' }
  | { readonly type: 'note'; readonly text: string }
  /** (ask) answered with the same value. */
  | { readonly type: 'echo'; readonly value: unknown }
  /** (ask) never answered. */
  | { readonly type: 'silence' }
  /** (ask) answered after a time, during which nothing else is received. */
  | { readonly type: 'late'; readonly delayMs: number }
  /** (ask) fails with Busy. */
  | { readonly type: 'refuse' }
  /** (ask) fails with what is not an IxionError, at once or later. */
  | {
      readonly type: 'fail-wrongly';
      readonly with: 'error' | 'nothing' | 'text';
      readonly later: boolean;
    }
  /** (ask) answered with what cannot be cloned. */
  | { readonly type: 'answer-uncloneable' }
  | { readonly type: 'crash'; readonly how: 'throw' | 'reject' | 'context' }
  /** Nothing more is received until the gate is opened. */
  | { readonly type: 'block'; readonly gate: SharedArrayBuffer }
  /** Keeps its whole thread from doing anything else for a time. */
  | { readonly type: 'hold-thread'; readonly holdMs: number }
  /** Ends itself in order. */
  | { readonly type: 'end' }
  /** Sends so many bytes mails with ascending tags to another actor. */
  | { readonly type: 'send'; readonly to: string; readonly count: number }
  /** Sends a good, a bad and a good message to another actor; the bad one counts as `bytes`. */
  | { readonly type: 'send-uncloneable'; readonly to: string; readonly bytes?: number }
  /** Asks another actor for what it never answers. */
  | { readonly type: 'ask-silence'; readonly of: string }
  /** (ask) counts in this thread's lane. */
  | { readonly type: 'count'; readonly times: number }
  /** Ends the thread, as a fault would. */
  | { readonly type: 'kill-thread' };

export interface ProbeArgument {
  /** The actor that is told each step of this one's life. */
  readonly journal?: string;
  /** This incarnation and all later ones fail to start. */
  readonly failFrom?: number;
  readonly failStop?: boolean;
  readonly hangStop?: boolean;
}

type ProbeEnvelope = Envelope<ProbeMessage>;
type Context = ActorContext<ProbeMessage>;

/** Lets a blocked actor go on. */
export function openGate(gate: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(gate), 0, 1);
}

/** Stops this thread for a time. */
export function holdThread(holdMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, holdMs);
}

async function passGate(gate: SharedArrayBuffer): Promise<void> {
  while (Atomics.load(new Int32Array(gate), 0) === 0) await delay(1);
}

function sendUncloneable(to: string, context: Context, bytes?: number): void {
  const target = context.resolve<unknown>(to);
  target.tell({ type: 'note', text: 'before' });
  target.tell({ type: 'note', text: () => undefined }, bytes);
  target.tell({ type: 'note', text: 'after' });
  // Long enough for its packet to be transferred, not copied.
  target.tellBytes(1, new Uint8Array(5_000));
}

/** Handles one message; a promise: nothing else is to be received meanwhile. */
function handle(
  { message, answer, fail }: Pick<MessageEnvelope<ProbeMessage>, 'message' | 'answer' | 'fail'>,
  received: (number | string)[],
  context: Context,
): void | Promise<void> {
  switch (message.type) {
    case 'received':
      return answer(received.splice(0));
    case 'note':
      received.push(message.text);
      return;
    case 'echo':
      return answer(message.value);
    case 'silence':
      return;
    case 'late':
      return delay(message.delayMs).then(() => answer('late'));
    case 'refuse':
      return fail(new IxionError('Busy', 'not now', { retryAfterMs: 7 }));
    case 'fail-wrongly': {
      const wrong = { error: new RangeError('no such row'), nothing: undefined, text: 'oops' };
      const failWrongly = (): void => fail(wrong[message.with] as unknown as IxionError);
      if (message.later) setImmediate(failWrongly);
      else failWrongly();
      return;
    }
    case 'answer-uncloneable':
      return answer(() => undefined);
    case 'block':
      return passGate(message.gate);
    case 'hold-thread':
      holdThread(message.holdMs);
      return;
    case 'end':
      return context.end();
    case 'send':
      for (let tag = 0; tag < message.count; tag += 1) {
        context.resolve(message.to).tellBytes(tag, new Uint8Array(tag % 50));
      }
      return;
    case 'send-uncloneable':
      return sendUncloneable(message.to, context, message.bytes);
    case 'ask-silence': {
      const asked = context.resolve<ProbeMessage>(message.of);
      asked.ask({ type: 'silence' }, { deadlineMs: 60_000 }).catch((error: Error) => {
        context.keep.set('ask failed', error.message);
      });
      return;
    }
    case 'count':
      for (let n = 0; n < message.times; n += 1) context.lane.add('work', n % 3);
      return answer('counted');
    case 'kill-thread':
      setImmediate(() => {
        throw Object.assign(new Error('thread fault'), { code: 'E_FAULT' });
      });
      return;
    case 'crash':
      if (message.how === 'throw') throw new Error('by throw');
      if (message.how === 'reject') return delay(1).then(() => Promise.reject(Error('by reject')));
      setImmediate(() => context.crash(new Error('by context')));
  }
}

/** Does what it is told, and tells what it got. */
const probe: Behaviour<ProbeArgument, ProbeMessage> = {
  async start({ journal, failFrom = Infinity, failStop, hangStop }, context) {
    const note = (text: string): void => {
      if (journal === undefined) return;
      context.resolve(journal).tell({ type: 'note', text: `${context.name} ${text}` });
    };
    await delay(1);
    if (context.incarnation >= failFrom) {
      throw Object.assign(new Error('no start'), { code: 'E_START' });
    }
    note(`start ${context.incarnation}`);
    const received: (number | string)[] = [];
    return {
      receive(batch: readonly ProbeEnvelope[]) {
        const waits: Promise<void>[] = [];
        for (const envelope of batch) {
          if (envelope.kind === 'bytes') {
            received.push(envelope.tag);
            continue;
          }
          const { message } = envelope;
          const wait = handle(
            {
              message,
              answer: (value) => envelope.answer(value),
              fail: (error) => envelope.fail(error),
            },
            received,
            context,
          );
          if (wait !== undefined) waits.push(wait);
        }
        return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
      },
      async stop() {
        if (hangStop) await new Promise(() => undefined);
        await delay(1);
        if (failStop) throw new Error('no stop');
        note(`stop after ${received.length}`);
      },
      async crashed(error) {
        await delay(1);
        note(`crashed ${error.message}`);
      },
    };
  },
  unavailable(envelope) {
    if (envelope.kind === 'message') envelope.fail(new IxionError('Unavailable', 'by behaviour'));
  },
  async release(context) {
    context.keep.clear();
  },
};

/** Added to the tag of a mail that was refused. */
export const refused = 0x8000_0000;
/** First bytes of a mail for `ledger`. */
export const orders = { work: 0, throw: 1, reject: 2, wait: 3 } as const;

/** Tells its collector the fate of each bytes mail: its tag if it was done, or tag + `refused`. */
const ledger: Behaviour<{ readonly collector: string }, never> = {
  start({ collector }, context) {
    const fates = context.resolve(collector);
    let done = 0;
    const nothing = new Uint8Array(0);

    function work(batch: readonly Envelope<never>[]): boolean {
      let wait = false;
      done = 0;
      for (const envelope of batch) {
        if (envelope.kind === 'bytes') {
          const order = envelope.bytes[0];
          if (order === orders.throw) throw new Error('ordered');
          if (order === orders.reject) return true;
          wait ||= order === orders.wait;
          fates.tellBytes(envelope.tag, nothing);
        }
        done += 1;
      }
      return wait;
    }

    return {
      receive(batch) {
        if (!work(batch)) return undefined;
        return delay(1).then(() => {
          if (done < batch.length) throw new Error('ordered');
        });
      },
      async crashed(_error, batch) {
        await delay(1);
        return batch.slice(done);
      },
    };
  },
  unavailable(envelope, context) {
    const collector = context.name.replace('ledger', 'collector');
    if (envelope.kind === 'bytes') {
      context.resolve(collector).tellBytes(envelope.tag + refused, new Uint8Array(0));
    }
  },
};

export const behaviours: Behaviours = { probe, ledger };
