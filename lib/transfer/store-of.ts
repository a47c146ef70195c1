/** To which store a transfer belongs. */
import type { Client } from '../client/index.js';
import { IxionError } from '../errors.js';

/** The store that a client talks to, and its timeline, as one text; undefined: it does not say. */
export const storeOf = ({ store }: Client): string | undefined =>
  store && `${store.id} ${store.timeline}`;

/** While the connection was lost, a server of another store has taken the address. */
export const otherStore = (): IxionError =>
  new IxionError(
    'ConnectionLost',
    'another store answers at this address now; give the command again',
  );
