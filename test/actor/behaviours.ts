/** Small actors with which the tests of the runtime play; the same on every thread. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, Behaviours, Envelope, MessageEnvelope } from '../../lib/actor/index.js';
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
  /** (ask) answered after a time. */
  | { readonly type: 'late'; readonly delayMs: number }
  /** (ask) fails with Busy. */
  | { readonly type: 'refuse' }
  | { readonly type: 'crash'; readonly how: 'throw' | 'reject' | 'context' }
  /** Nothing more is received until `open` of the gate in shared memory. */
  | { readonly type: 'block'; readonly gate: SharedArrayBuffer }
  | { readonly type: 'end' }
  /** Sends so many bytes mails with ascending tags to another actor. */
  | { readonly type: 'send'; readonly to: string; readonly count: number }
  | { readonly type: 'send-uncloneable'; readonly to: string }
  | { readonly type: 'count'; readonly times: number }
  /** Ends the thread, as a fault would. */
  | { readonly type: 'kill-thread' };

export interface ProbeArgument {
  /** Told each step of the life of this actor, as `note`. */
  readonly journal?: string;
  readonly failFirstStarts?: number;
  readonly failStart?: number;
}

/** Whether a waiting actor may go on. */
export function openGate(gate: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(gate), 0, 1);
}

const isMessage = (envelope: Envelope<ProbeMessage>): envelope is MessageEnvelope<ProbeMessage> =>
  envelope.kind === 'message';

const probe: Behaviour<ProbeArgument, ProbeMessage> = {
  async start({ journal, failStart = 0, failFirstStarts = 0 }, context) {
    const note = (text: string): void => {
      if (journal === undefined) return;
      context
        .resolve<ProbeMessage>(journal)
        .tell({ type: 'note', text: `${context.name} ${text}` });
    };
    const starts = ((context.keep.get('starts') as number | undefined) ?? 0) + 1;
    context.keep.set('starts', starts);
    await delay(1);
    if (context.incarnation === failStart || starts <= failFirstStarts) {
      throw Object.assign(new Error('no start'), { code: 'E_START' });
    }
    note(`start ${context.incarnation}`);
    let received: (number | string)[] = [];
    const open = new Set<MessageEnvelope<ProbeMessage>>();

    async function handle(envelope: MessageEnvelope<ProbeMessage>): Promise<void> {
      const { message } = envelope;
      switch (message.type) {
        case 'received':
          envelope.answer(received);
          received = [];
          return;
        case 'note':
          received.push(message.text);
          return;
        case 'echo':
          envelope.answer(message.value);
          return;
        case 'silence':
          open.add(envelope);
          return;
        case 'late':
          await delay(message.delayMs);
          envelope.answer('late');
          return;
        case 'refuse':
          envelope.fail(new IxionError('Busy', 'not now', { retryAfterMs: 7 }));
          return;
        case 'block': {
          const gate = new Int32Array(message.gate);
          while (Atomics.load(gate, 0) === 0) await delay(1);
          return;
        }
        case 'end':
          context.end();
          return;
        case 'send': {
          const target = context.resolve(message.to);
          for (let tag = 0; tag < message.count; tag += 1) target.tellBytes(tag, bytesOf(tag));
          return;
        }
        case 'send-uncloneable':
          context.resolve<unknown>(message.to).tell({ type: 'note', text: () => undefined });
          return;
        case 'count':
          for (let n = 0; n < message.times; n += 1) context.lane.add('work', 0);
          return;
        case 'kill-thread':
          setImmediate(() => {
            throw Object.assign(new Error('thread fault'), { code: 'E_FAULT' });
          });
          return;
        case 'crash':
          if (message.how === 'context') setImmediate(() => context.crash(new Error('by context')));
          else throw new Error(`by ${message.how}`);
      }
    }

    return {
      receive(batch) {
        const work: Promise<void>[] = [];
        for (const envelope of batch) {
          if (!isMessage(envelope)) {
            received.push(envelope.tag);
            continue;
          }
          if (envelope.message.type === 'crash' && envelope.message.how === 'throw') {
            throw new Error('by throw');
          }
          work.push(handle(envelope));
        }
        const mustWait = batch.some(
          (envelope) =>
            isMessage(envelope) && ['block', 'late', 'crash'].includes(envelope.message.type),
        );
        return mustWait ? Promise.all(work).then(() => undefined) : undefined;
      },
      async stop() {
        await delay(1);
        note(`stop ${received.length}`);
      },
      async crashed(error) {
        note(`crashed ${error.message}`);
      },
    };
  },
  unavailable(envelope, context) {
    const sender = context.keep.get('refused-to');
    if (typeof sender === 'string' && envelope.kind === 'bytes') {
      context.resolve(sender).tellBytes(envelope.tag, envelope.bytes);
    }
  },
  async release(context) {
    context.keep.clear();
  },
};

/** Bytes whose length and content follow from the tag. */
export function bytesOf(tag: number): Uint8Array {
  return new Uint8Array(tag % 50).fill(tag & 0xff);
}

export const behaviours: Behaviours = { probe };
