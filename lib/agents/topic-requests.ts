/** RequestSubscribe, RequestUnsubscribe and RequestPublish: direct messages. */
import { IxionError } from '../errors.js';
import { keysOfKeyValues } from '../interaction/attached-data.js';
import { Packed } from '../protocol/encode.js';
import { isFault, readName } from '../text/index.js';
import type { Handler } from './handler.js';

/** @throws {IxionError} MissingAttribute, InvalidName */
function topicsIn(list: Uint8Array): string[] {
  const topics = keysOfKeyValues(list);
  if (topics.length === 0) throw new IxionError('MissingAttribute', 'TopicList is empty');
  for (const topic of topics) {
    const name = readName(topic);
    if (isFault(name)) {
      throw new IxionError('InvalidName', `in TopicList ${name.what}; ${name.remedy}`);
    }
  }
  return topics;
}

export const subscribe: Handler<'RequestSubscribe'> = async (parts, client, body, asker) => {
  parts.topics.subscribe(client, topicsIn(body.TopicList));
  parts.frames.ack(client.info.session, asker);
};

export const unsubscribe: Handler<'RequestUnsubscribe'> = async (parts, client, body, asker) => {
  parts.topics.unsubscribe(client, topicsIn(body.TopicList));
  parts.frames.ack(client.info.session, asker);
};

export const publish: Handler<'RequestPublish'> = async (parts, client, body, asker) => {
  const { Topic, Message } = body;
  const receivers = parts.topics.of(client, Topic);
  const event = { Topic, Message: new Packed(Message), ActorId: client.info.clientName };
  for (const { info } of receivers) parts.frames.tell(info, 'EventUserEvent', event);
  parts.frames.ack(client.info.session, asker, { Receivers: receivers.size });
};
