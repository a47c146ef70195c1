/**
 * The one rule for names: of queues, applications, media, agents, places, business processes and of
 * all other objects, wherever they come from (the configuration file, configuration objects,
 * requests, the command line).
 */
import { limits } from '../limits.js';
import { TextFault } from './fault.js';
import { loneSurrogate, utf8Length } from './utf8.js';

/** What a name has to be, for messages and pages. */
export const nameExpectation = `text of 1 to ${limits.nameBytes} bytes without control characters`;

const remedy = `give ${nameExpectation}`;

/** Why a value cannot be a name; undefined if it can. */
export function nameFault(
  value: unknown,
  maxBytes: number = limits.nameBytes,
): TextFault | undefined {
  if (typeof value !== 'string') return new TextFault('the name is not text', remedy);
  if (value === '') return new TextFault('the name is empty', remedy);
  // A text has at least as many bytes as units.
  if (value.length > maxBytes || utf8Length(value) > maxBytes) {
    return new TextFault(`the name has more than ${maxBytes} bytes`, remedy, value.length);
  }
  const control = controlCharacter(value);
  if (control >= 0) return new TextFault('the name has a control character', remedy, control);
  const lone = loneSurrogate(value);
  if (lone >= 0) return new TextFault('the name has half a character', remedy, lone);
  return undefined;
}

const privateEnding = '/PrivateQueue';

/** The queue under the workbins of a type. */
export const privateQueueOf = (workbinType: string): string => workbinType + privateEnding;

/** The type of workbins that a queue is under, by its name. */
export const workbinTypeOf = (privateQueue: string): string =>
  privateQueue.slice(0, -privateEnding.length);

/** The longest name of a type of workbins: that of its queue is a name as well. */
export const workbinTypeBytes = limits.nameBytes - privateEnding.length;

/** Why a queue cannot have a name that others may have, for messages; undefined: it can. */
export function reservedFault(name: string): string | undefined {
  if (name === '_system_') return `"${name}" is reserved: pulls of one known interaction use it`;
  if (name.endsWith(privateEnding)) return `"${name}" is reserved: queues of workbins end so`;
  if (!name.startsWith('__')) return undefined;
  return `"${name}" is reserved: words of the protocol begin with two underscores, as __BACK__`;
}

/** A name, or why it is none. */
export const readName = (text: string, maxBytes: number = limits.nameBytes): string | TextFault =>
  nameFault(text, maxBytes) ?? text;

/** The position of the first control character (C0, DEL, C1); -1: there is none. */
export function controlCharacter(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return at;
  }
  return -1;
}
