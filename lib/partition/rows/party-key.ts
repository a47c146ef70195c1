/**
 * Keys of table `party`: who takes part in which interactions, one row each, by who it is. Part of
 * the data format.
 */
import { assert } from '../../assert.js';
import { PartyKind } from '../../interaction/state-sections.js';
import { KeyBuilder, prefixEnd, readHex, readUtf8, utf8Key } from '../../store/keys.js';

const builder = new KeyBuilder();
const sessionKind = PartyKind.session;
/** Where the key of a session ends in a key of table `party`. */
const sessionEnd = 17;
/** Keys of workbins are in `workbin-key.ts`. */
type NamedPartyKind = Exclude<PartyKind, typeof PartyKind.session | typeof PartyKind.workbin>;
/** How many names an owner has. */
const namesOf = {
  [PartyKind.agentAtPlace]: 2,
  [PartyKind.router]: 1,
  [PartyKind.lock]: 1,
  [PartyKind.online]: 0,
  [PartyKind.segment]: 2,
} as const;

/** What a session has: kind, the 16 bytes of its key, identifier. */
export const sessionPartyKey = (sessionKey: string, id: string): string =>
  builder.begin().u8(sessionKind).hex(sessionKey).text(id).take();

/** What all keys of a session begin with. */
export const sessionPartyPrefix = (sessionKey: string): string => sessionPartyKey(sessionKey, '');

/** Bounds of the rows of sessions. */
export const sessionPartiesFrom = String.fromCharCode(PartyKind.session);
export const sessionPartiesTo = prefixEnd(sessionPartiesFrom)!;

/** Bounds of the rows of locks. */
export const locksFrom = String.fromCharCode(PartyKind.lock);
export const locksTo = prefixEnd(locksFrom)!;

export const sessionOfPartyKey = (key: string): string => readHex(key, 1, sessionEnd);
export const idOfSessionPartyKey = (key: string): string => key.slice(sessionEnd);

/**
 * What anyone else takes part in: kind, names in UTF-8 with a NUL behind each, identifier.
 * @param owner an agent and a place; a router; a snapshot; nobody; a view and a segment. No name
 *   has a NUL
 */
export const partyKey = (kind: NamedPartyKind, owner: readonly string[], id: string): string =>
  partyPrefix(kind, owner) + id;

/** What all keys of a party begin with. */
export function partyPrefix(kind: NamedPartyKind, owner: readonly string[]): string {
  const names = owner.map((name) => `${utf8Key(name)}\0`);
  const isWhole = owner.length === namesOf[kind] && !owner.some((name) => name.includes('\0'));
  assert(isWhole, 'an owner of a party has as many names as its kind');
  return String.fromCharCode(kind) + names.join('');
}

/** A row of table `party`. */
export interface PartyRow {
  readonly kind: PartyKind;
  /** Of a session its key, 32 hexadecimal digits. */
  readonly owner: readonly string[];
  readonly id: string;
}

/** @throws {AssertionError} for a kind that this code does not know */
export function readPartyKey(key: string): PartyRow {
  const kind = key.charCodeAt(0) as PartyKind;
  if (kind === PartyKind.session) {
    return { kind, owner: [sessionOfPartyKey(key)], id: idOfSessionPartyKey(key) };
  }
  const names = (namesOf as Readonly<Record<number, number>>)[kind];
  assert(names !== undefined, 'a party of unknown kind');
  let at = 1;
  const owner = Array.from({ length: names }, () => {
    const end = key.indexOf('\0', at);
    const name = readUtf8(key, at, end);
    at = end + 1;
    return name;
  });
  return { kind, owner, id: key.slice(at) };
}
