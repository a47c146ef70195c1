/** What the server tells of a subscription beside events: gaps, states, its end. */
import { boolean, integer, integers, name, record, required, string } from './attribute.js';
import { limits } from '../limits.js';

const count = (about: string) => required(integer(about, 0, Number.MAX_SAFE_INTEGER));

/** What is counted of a queue. */
const queueCounts = {
  Submitted: count('Submitted into it.'),
  Entered: count('Placed in it, also from itself.'),
  Left: count('Placed elsewhere, also in itself.'),
  Waiting: count('In state 0 now, those on hold among them.'),
  Processing: count('In states 1 to 3 now, with this as their queue.'),
  Stopped: required(record('Map of reason to count.')),
  Abandoned: count('Customers who left before an agent had them.'),
};

/** A part of the rows of `answers.ts`. */
export const subscriptionRows = [
  {
    number: 1106,
    name: 'EventGap',
    about: 'Events that the subscriber asked for are past the retention.',
    attributes: {
      Partition: required(integer('Where.', 0, limits.partitions - 1)),
      FromSequence: required(integer('First event missing.', 1, Number.MAX_SAFE_INTEGER)),
      ToSequence: required(integer('Last event missing.', 1, Number.MAX_SAFE_INTEGER)),
      SubscriptionId: required(integer('The subscription.', 0, 4_294_967_295)),
      ResumeToken: integers('Where to go on.', limits.partitions),
    },
  },
  {
    number: 1123,
    name: 'EventQueueState',
    about:
      'What is in a queue, for a subscription with FullState: at first, and again when it has changed, at most ten times a second. Counts of the tenants of the subscription, in this partition: a queue that was moved to another one, and one of workbins, has some in several, which are to be added.',
    attributes: {
      Queue: required(name('Which one.')),
      ...queueCounts,
      IsGone: boolean('The queue is not there any more.'),
      Partition: required(integer('Where.', 0, limits.partitions - 1)),
      Sequence: required(
        integer(
          'The last event of the partition that is counted in; events up to it may still follow.',
          0,
          Number.MAX_SAFE_INTEGER,
        ),
      ),
      SubscriptionId: required(integer('The subscription.', 0, 4_294_967_295)),
    },
  },
  {
    number: 1124,
    name: 'EventSubscriptionEnded',
    about:
      'The server has ended a subscription whose reader took nothing for too long. What it has taken tells where to go on.',
    attributes: {
      SubscriptionId: required(integer('Which one.', 0, 4_294_967_295)),
      ErrorCode: required(integer('Code from the table of errors.', 0, 65_535)),
      ErrorDescription: required(string('Why.')),
      Timeline: required(string('Of the sequences that it was told; goes with ResumeToken.')),
    },
  },
  {
    number: 1115,
    name: 'EventUpToDate',
    about:
      'All events of a partition were sent that were there when a subscription with TellUpToDate began; others follow as they come.',
    attributes: {
      Partition: required(integer('Which one.', 0, limits.partitions - 1)),
      Sequence: required(
        integer(
          'Up to this event nothing more follows; 0: there is none.',
          0,
          Number.MAX_SAFE_INTEGER,
        ),
      ),
      SubscriptionId: required(integer('The subscription.', 0, 4_294_967_295)),
    },
  },
] as const;
