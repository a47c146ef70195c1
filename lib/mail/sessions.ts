/**
 * The numbers of logical clients, and the tags of the mail for them. The high bit of a tag tells
 * events from the rest (`events.ts`), the next one what answers nothing from answers; so a
 * number has 30 bits.
 */
import { isEventTag } from './events.js';

const unaskedBit = 0x4000_0000;
/** Mail for a client that answers nothing. */
export const clientTag = (session: number): number => unaskedBit | session;
export const isClientTag = (tag: number): boolean => !isEventTag(tag) && tag >= unaskedBit;
export const sessionOfTag = (tag: number): number => tag & ~unaskedBit;

/** The greatest number; behind it they begin again at 1. */
export const sessionMax = unaskedBit - 1;

/**
 * Whether a number was given after another: the shorter way round decides. One is never used again
 * before a thousand million others were.
 */
export const isLaterSession = (session: number, than: number): boolean =>
  session !== than && ((session - than) & sessionMax) < unaskedBit / 2;
