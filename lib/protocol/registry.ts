/**
 * Look-ups in the message table. A number may be used once for what clients send, once
 * for what they get.
 */
import { assert } from '../assert.js';
import { answers } from './answers.js';
import type { AnswerRows, EventRows } from './answers.js';
import type { Attribute, AttributeKind } from './attribute.js';
import type { Doing } from './doing.js';
import type { MessageDefinition, RequestDefinition } from './message.js';
import { requests } from './requests.js';
import type { RequestRow } from './requests.js';

type Rows = RequestRow | AnswerRows[number] | EventRows[number];

/** Names of the messages that clients send. */
export type RequestName = RequestRow['name'];
/** Those of them that do this. */
export type RequestThat<Does extends Doing> = Extract<RequestRow, { does: Does }>['name'];
/** What a request does. */
export type DoingOf<Name extends RequestName> = Extract<RequestRow, { name: Name }>['does'];
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

/**
 * The attributes of one message as `decodeBody` gives them; those that were absent are undefined.
 */
export type AttributesOf<Name extends MessageName> = DecodedAttributes<
  Extract<Rows, { name: Name }>['attributes']
>;

/** What partitions call what they do; requests of one name are done in one way. */
export type OperationName = Extract<RequestRow, { operation: string }>['operation'];
/** The row of an operation, or the rows. */
export type OperationRow<Name extends OperationName> = Extract<RequestRow, { operation: Name }>;

type NamesOfAny<Tables> = Tables extends Tables ? keyof Tables : never;
type AttributeOfAny<Tables, Name> =
  Tables extends Record<Name & string, infer Found> ? Found : never;
type Decoded<Found> =
  Found extends Attribute<infer Kind extends AttributeKind> ? DecodedKinds[Kind] : never;
/**
 * The attributes of a table, or of several that are treated as one, as they are given by
 * somebody who leaves out what is absent: what one of them requires is there. The decoded
 * attributes of any will do.
 */
export type GivenAttributes<Tables> = {
  readonly [
    Name in keyof Tables as Tables[Name] extends { required: true } ? Name : never
  ]: Decoded<Tables[Name]>;
} & {
  readonly [Name in NamesOfAny<Tables>]?: Decoded<AttributeOfAny<Tables, Name>> | undefined;
};

const requestsByNumber = byNumber(requests);
const answersByNumber = byNumber(answers);
const byName = new Map([...requests, ...answers].map((message) => [message.name, message]));
assert(byName.size === requests.length + answers.length, 'every message has a name of its own');

/** The request of this number, or undefined. */
export function requestByNumber(number: number): RequestDefinition | undefined {
  return requestsByNumber[number];
}

/** Numbers of the requests that do one of these. */
export const numbersOfThose = (does: readonly Doing[]): ReadonlySet<number> =>
  new Set(requests.filter((row) => does.includes(row.does)).map(({ number }) => number));

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

function byNumber<Message extends MessageDefinition>(
  table: readonly Message[],
): (Message | undefined)[] {
  const size = Math.max(...table.map(({ number }) => number)) + 1;
  const result = new Array<Message | undefined>(size).fill(undefined);
  for (const message of table) {
    assert(result[message.number] === undefined, `message number ${message.number} is used twice`);
    result[message.number] = message;
  }
  return result;
}
