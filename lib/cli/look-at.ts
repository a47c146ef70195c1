/**
 * What listens on an address: asked by a command that could not connect and was not told why.
 * It sends the question of a probe, which every server of ours answers in its own way, and
 * reads a few bytes.
 */
import { connect, type Socket } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import { FrameOffset, frameHeaderBytes } from '../protocol/frame-layout.js';
import { messageByName } from '../protocol/registry.js';

/** `ixion`: the protocol of this server. `other`: something else. `nothing`: it said nothing. */
export type Speech = 'ixion' | 'http' | 'other' | 'nothing';

/** What was found on an address. */
export interface Found {
  readonly tls: boolean;
  readonly speaks: Speech;
}

/** For each of two attempts. */
const lookMs = 1_000;
/** Enough to tell what it is. */
const enoughBytes = 64;

const errorNumber = messageByName('EventError').number;

/** Of an admin listener; for a client's port it is a frame that is too long. */
const question = (host: string): string =>
  `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

/** What a peer said. */
interface Said {
  readonly bytes: Buffer;
  /** It ended the connection, or has said enough; false: it let us wait. */
  readonly isAll: boolean;
}

/** What a peer says to the question; undefined: it could not be asked. */
function answerOf(
  socket: Socket,
  opened: 'connect' | 'secureConnect',
  host: string,
  over: AbortSignal,
): Promise<Said | undefined> {
  return new Promise((resolve) => {
    const bytes: Buffer[] = [];
    let isOpen = false;
    const end = (isAll: boolean): void => {
      clearTimeout(timer);
      over.removeEventListener('abort', stop);
      socket.destroy();
      resolve(isOpen ? { bytes: Buffer.concat(bytes), isAll } : undefined);
    };
    const stop = (): void => end(false);
    const timer = setTimeout(stop, lookMs);
    over.addEventListener('abort', stop);
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
    socket.on(opened, () => {
      isOpen = true;
      socket.write(question(host));
    });
    socket.on('data', (chunk) => {
      bytes.push(chunk);
      if (Buffer.concat(bytes).length >= enoughBytes) end(true);
    });
  });
}

const isTlsAlert = (bytes: Uint8Array): boolean => bytes[0] === 0x15 && bytes[1] === 0x03;

function speechOf(bytes: Buffer): Speech {
  if (bytes.length === 0) return 'nothing';
  if (bytes.subarray(0, 5).toString('latin1') === 'HTTP/') return 'http';
  const isFrame = bytes.length >= frameHeaderBytes;
  const isError = isFrame && bytes.readUInt16BE(FrameOffset.message) === errorNumber;
  return isError && bytes.readUInt32BE(FrameOffset.reference) === 0 ? 'ixion' : 'other';
}

/**
 * Looks at an address.
 * @returns undefined: nobody can connect to it
 */
export async function lookAt(
  { host, port }: { readonly host: string; readonly port: number },
  over: AbortSignal,
): Promise<Found | undefined> {
  const plain = await answerOf(connect({ host, port }), 'connect', host, over);
  if (plain === undefined || over.aborted) return undefined;
  const speaks = speechOf(plain.bytes);
  const isAlert = isTlsAlert(plain.bytes);
  // Who speaks TLS refuses the question at once.
  if (!isAlert && (speaks !== 'nothing' || !plain.isAll)) return { tls: false, speaks };
  // Nothing is trusted and nothing is told: only whether it is TLS is asked.
  const socket = secureConnect({ host, port, rejectUnauthorized: false });
  const secure = await answerOf(socket, 'secureConnect', host, over);
  if (secure !== undefined) return { tls: true, speaks: speechOf(secure.bytes) };
  return { tls: isAlert, speaks: 'nothing' };
}
