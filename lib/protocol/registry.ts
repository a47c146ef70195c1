/** Look-ups in the message table. A number may stand once for what clients send, once for what they get. */
import { assert } from '../assert.js';
import { answers } from './answers.js';
import type { AnswerRows, EventRows } from './answers.js';
import type { Attribute, AttributeKind } from './attribute.js';
import type { MessageDefinition } from './message.js';
import { requests } from './requests.js';
import type { RequestRows } from './requests.js';

type Rows = RequestRows[number] | AnswerRows[number] | EventRows[number];

/** Names of the messages that clients send. */
export type RequestName = RequestRows[number]['name'];
/** Names of the messages that answer a request. */
export type AnswerName = AnswerRows[number]['name'];
/** Names of the messages that the server sends unasked. */
export type EventName = EventRows[number]['name'];
export type MessageName = RequestName | AnswerName | EventName;

/** What a decoded attribute of each kind is. */
interface DecodedKinds {
  string: string;
  integer: number;
  boolean: boolean;
  timestamp: number;
  bytes: Uint8Array;
  keyValues: Uint8Array;
  strings: readonly string[];
  integers: readonly number[];
  record: unknown;
}
type DecodedAttributes<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Attribute<infer Kind extends AttributeKind>
    ? DecodedKinds[Kind] | (Table[Name] extends { required: true } ? never : undefined)
    : never;
};

/** The attributes of one message as `decodeBody` gives them; those that were absent are undefined. */
export type AttributesOf<Name extends MessageName> = DecodedAttributes<
  Extract<Rows, { name: Name }>['attributes']
>;

const requestsByNumber = byNumber(requests);
const answersByNumber = byNumber(answers);
const byName = new Map([...requests, ...answers].map((message) => [message.name, message]));
assert(byName.size === requests.length + answers.length, 'every message has a name of its own');

/** The request of this number, or undefined. */
export function requestByNumber(number: number): MessageDefinition | undefined {
  return requestsByNumber[number];
}

/** The answer or event of this number, or undefined. */
export function answerByNumber(number: number): MessageDefinition | undefined {
  return answersByNumber[number];
}

/** The message of this name. */
export function messageByName(name: MessageName): MessageDefinition {
  const definition = byName.get(name);
  assert(definition !== undefined, `no message ${name}`);
  return definition;
}

function byNumber(table: readonly MessageDefinition[]): (MessageDefinition | undefined)[] {
  const size = Math.max(...table.map(({ number }) => number)) + 1;
  const result = new Array<MessageDefinition | undefined>(size).fill(undefined);
  for (const message of table) {
    assert(result[message.number] === undefined, `message number ${message.number} is used twice`);
    result[message.number] = message;
  }
  return result;
}
