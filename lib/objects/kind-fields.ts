/** What a kind of configuration objects is, and the fields that several kinds share. */
import { limits } from '../limits.js';
import type { Field, TextField, TextsField } from './field.js';

export interface Kind {
  /** Heading of the kind in a file. */
  readonly plural: string;
  readonly about: string;
  /** Whether something in the server works by it already, or it is kept for what is to come. */
  readonly effect: 'now' | 'kept';
  readonly fields: Readonly<Record<string, Field>>;
  /** Largest number of objects. */
  readonly max: number;
}

export const many = 200_000;
export const few = 10_000;

export const name = (about: string): TextField => ({
  type: 'text',
  maxBytes: limits.nameBytes,
  about,
});
export const line = (about: string): TextField => ({ type: 'text', maxBytes: 4_096, about });
export const text = (about: string): TextField => ({
  type: 'text',
  maxBytes: 65_536,
  lines: true,
  about,
});

/** Lines of a calendar. */
export const lines = (about: string): TextsField => ({ type: 'texts', maxBytes: 128, about });
export const timeZone = (about: string): TextField => ({
  type: 'text',
  maxBytes: 64,
  pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/,
  expects: 'the name of a time zone, as Europe/Berlin',
  about,
});

export const description = line('For people.');
export const tenant: Field = {
  type: 'reference',
  to: 'tenant',
  about: 'Whose it is; without one it is for all tenants.',
};
export const sections: Field = {
  type: 'sections',
  about: 'Further options by section, as the annex of the original.',
};
export const enabled: Field = { type: 'boolean', default: true, about: 'False: it does nothing.' };
export const credentials: Field = {
  type: 'texts',
  maxBytes: 512,
  pattern: /^sha256:[0-9a-f]{64}$/,
  expects: 'the hash of a token: sha256: and 64 hexadecimal digits',
  about: 'Hashes of the tokens it may log in with; never a token itself.',
};
export const capacityRule: Field = {
  type: 'reference',
  to: 'capacityRule',
  about: 'How much it can take at a time.',
};
