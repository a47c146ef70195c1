/** `ixion topic`: direct messages. */
import type { Client, TopicNews } from '../../client/index.js';
import { systemClock } from '../../clock.js';
import { writeTime } from '../../text/index.js';
import { readAttachedData } from '../attached-data.js';
import { type HandlersOf, UsageError } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { toJson, toText } from '../print.js';
import { watchReader } from '../reader-watch.js';
import { reportLosses } from '../report-losses.js';
import type { topic as topicTable } from '../table/topic.js';
import type { FlagsOf } from '../table/types.js';
import { withClient } from '../with-client.js';

type ListenFlags = FlagsOf<typeof topicTable.verbs.listen>;
type Message = Extract<TopicNews, { what: 'message' }>;

const use = { clientType: 'AgentApplication' } as const;

export const handlers: HandlersOf<typeof topicTable> = {
  async listen({ flags, arguments: { topics } }, context) {
    if (topics.length === 0) throw new UsageError('listen needs a topic.');
    const endless = { ...use, reconnect: true, endless: true } as const;
    await withClient(flags, endless, context, (client, interrupted) =>
      listen(client, topics, interrupted, flags, context.output),
    );
    return exitCodes.ok;
  },

  async publish({ flags, arguments: { topic } }, context) {
    const { output } = context;
    const message = readAttachedData(flags.data, flags.dataJson) ?? {};
    await withClient(flags, use, context, async (client, signal) => {
      const receivers = await client.topics.publish(topic, message, { signal });
      await output.line(flags.json ? toJson({ topic, receivers }) : `told to ${receivers}`);
    });
    return exitCodes.ok;
  },
};

async function listen(
  client: Client,
  topics: readonly string[],
  interrupted: AbortSignal,
  { json, count = Infinity }: ListenFlags,
  output: Output,
): Promise<void> {
  const over = new AbortController();
  const news = client.topics.subscribe(topics);
  const leave = (): void => void news.return?.();
  watchReader(output, over.signal, leave);
  interrupted.addEventListener('abort', leave);
  if (interrupted.aborted) leave();
  const watching = reportLosses(client, output, json);
  let printed = 0;
  try {
    for await (const one of news) {
      if (one.what === 'begun') continue;
      if (!(await output.line(lineOf(one, json))) || ++printed >= count) break;
    }
  } finally {
    interrupted.removeEventListener('abort', leave);
    over.abort();
    await client.close();
  }
  await watching;
}

function lineOf({ topic, message, by }: Message, json: boolean): string {
  const at = writeTime(Math.floor(systemClock.nowMs()));
  if (json) return toJson({ at, topic, by, message });
  const values = Object.entries(message).map(([key, value]) => `${toText(key)}=${toText(value)}`);
  return [at, toText(topic), toText(by), ...values].join(' ');
}
