/** Changes of what lies between the sockets and the front: limits, ends, what is held, waits. */
import { changed, type Mutation } from './mutations.js';

const connection = 'lib/net/connection.js';
const listener = 'lib/net/listener.js';
const outgoing = 'lib/net/outgoing.js';
const sessions = 'lib/net/session.js';
const wait = 'lib/net/wait.js';
const newcomers = 'lib/net/newcomers.js';
const held = 'lib/net/buffered-bytes.js';
const buffers = 'lib/net/large-buffers.js';

const limits = 'net/limits.test.js';
const registration = 'net/registration.test.js';
const inConnection = 'net/connection.test.js';
const inOutgoing = 'net/outgoing.test.js';
const inNewcomers = 'net/newcomers.test.js';
const inHeld = 'net/buffered-bytes.test.js';
const replaced = 'net/replaced.test.js';
const inWait = 'net/wait.test.js';

export const netMutations: readonly Mutation[] = [
  changed(
    'net: who leaves too much unread is not ended',
    connection,
    'if (this.account.unread <= this.#limits.unreadBytesPerConnection)',
    'if (true)',
    limits,
  ),
  changed(
    'net: a client that does not read is read from',
    connection,
    '!this.#leavesUnread && this.unreadBytes > this.#limits.unreadBytesPerConnection / 4',
    'false',
    limits,
  ),
  changed(
    'net: a client that reads again is not read from again',
    connection,
    'this.#leavesUnread && this.unreadBytes < this.#limits.unreadBytesPerConnection / 8',
    'false',
    limits,
  ),
  changed(
    'net: what waits goes on after the connection was ended for it',
    connection,
    'if (this.#waiting !== frames)',
    'if (false)',
    inConnection,
  ),
  changed(
    'net: a frame overtakes those that wait',
    connection,
    'if (this.#waiting === undefined && !this.#owner.frame(this, buffer, start, end, false))',
    'if (!this.#owner.frame(this, buffer, start, end, false))',
    inConnection,
  ),
  changed(
    'net: what was said last does not leave before the end',
    connection,
    'this.reason = reason;\n        this.flush();',
    'this.reason = reason;\n        this.#outgoing.close();',
    'net/frames.test.js',
  ),
  changed(
    'net: a connection that is cut is not told why',
    connection,
    'this.#outgoing.append(farewell);',
    '',
    inHeld,
  ),
  changed(
    'net: a connection that is cut keeps what it left unread',
    connection,
    'this.#outgoing.dropWaiting();',
    '',
    inHeld,
  ),
  changed(
    'net: who does not register stays',
    connection,
    'this.#registration.lasts(unregistered,',
    'this.#registration.lasts(false,',
    registration,
  ),
  changed(
    'net: who has registered is ended all the same',
    connection,
    'this.#registration.lasts(unregistered,',
    'this.#registration.lasts(true,',
    registration,
  ),
  changed(
    'net: half a frame may stay for ever',
    connection,
    'this.#frame.lasts(partial,',
    'this.#frame.lasts(false,',
    'net/frames.test.js',
  ),
  changed(
    'net: a reader that takes nothing stays',
    connection,
    'this.#reader.lasts(leaving,',
    'this.#reader.lasts(false,',
    limits,
  ),
  changed(
    'net: a peer that does not end its side stays',
    connection,
    'if (this.#closing.lasts(true, 0, nowMs, closeGraceMs))',
    'if (false)',
    inConnection,
  ),
  changed(
    'net: while the server stops, a slow reader gets large writes and seems to be dead',
    connection,
    'this.#outgoing.writeBytes = smallWriteBytes;',
    '',
    inConnection,
  ),
  changed(
    'net: events count as read before they have left',
    connection,
    'this.#eventsLeaving = this.#events;',
    'this.#owner.written(this.#events); this.#eventsLeaving = noEvents;',
    'net/events.test.js',
  ),
  changed(
    'net: progress does not begin a wait anew',
    wait,
    'this.#sinceMs < 0 || progress !== this.#progress',
    'this.#sinceMs < 0',
    inWait,
  ),
  changed(
    'net: a wait goes on from before an interruption',
    wait,
    'if (!isSo)\n            this.#sinceMs = -1;',
    'if (!isSo)\n            ;',
    inWait,
  ),
  changed(
    'net: one connection more than the limit',
    listener,
    'this.connections.size + this.#handshakes.size < limits.connections',
    'this.connections.size + this.#handshakes.size <= limits.connections',
    registration,
  ),
  changed(
    'net: handshakes take no place',
    listener,
    'this.connections.size + this.#handshakes.size < limits.connections',
    'this.connections.size < limits.connections',
    inNewcomers,
  ),
  changed(
    'net: who is refused for the limit is not told so',
    listener,
    'socket.end(this.#options.refusal());',
    'socket.end();',
    registration,
  ),
  changed(
    'net: a wrong certificate is taken',
    listener,
    'if (hasWrongCertificate(socket))',
    'if (false)',
    'security/tls.test.js',
  ),
  changed(
    'net: the end of a listener does not wait for its connections',
    listener,
    'if (this.connections.size > 0) {',
    'if (false) {',
    inConnection,
  ),
  changed(
    'net: a second end of a listener is not the same',
    listener,
    'return (this.#closing ??= this.#close());',
    'return this.#close();',
    inConnection,
  ),
  changed(
    'net: a newcomer has no time to register',
    newcomers,
    'nowMs - sinceMs < this.#graceMs',
    'false',
    inNewcomers,
  ),
  changed(
    'net: who has registered makes room',
    newcomers,
    'if (!newcomer.isNew)\n                continue;',
    '',
    inNewcomers,
  ),
  changed(
    'net: the rest of a frame that is being written is dropped',
    outgoing,
    'this.#rest = this.#restAfter(first, 0);',
    'this.#rest = 0;',
    inOutgoing,
  ),
  changed(
    'net: the end of a frame that is kept is taken for a frame',
    outgoing,
    'this.#rest = kept.length;',
    'this.#rest = 0;',
    inOutgoing,
  ),
  changed(
    'net: what was dropped counts as unread',
    outgoing,
    'this.#account.addUnread(-dropped);',
    '',
    inOutgoing,
  ),
  changed(
    'net: a buffer is used again while it is written',
    outgoing,
    'this.#filling = isKept(drained) ? drained : empty;',
    'this.#filled = 0;',
    inOutgoing,
  ),
  changed(
    'net: large buffers are made anew each time',
    buffers,
    'const known = spare?.pop();',
    'const known = undefined;',
    inOutgoing,
  ),
  changed(
    'net: any number of spare buffers is kept',
    buffers,
    'if ((spare.length + 1) * size <= spareMaxBytes)',
    'if (true)',
    inOutgoing,
  ),
  changed(
    'net: what clients take by being there is not in the sum',
    held,
    ' + this.clients;',
    ';',
    inHeld,
  ),
  changed(
    'net: what was held for a connection stays in the sum when it ends',
    held,
    'this.add(kind, -this[kind]);',
    'this.add(kind, 0);',
    limits,
  ),
  changed(
    'net: the number of a live session is given again',
    sessions,
    'while (this.#byNumber.has(this.#lastNumber));',
    'while (false);',
    'net/unasked.test.js',
  ),
  changed(
    'net: the end of a session that was replaced takes the key of the other',
    sessions,
    'if (this.#byKey.get(identity.sessionKey) === session)',
    'if (true)',
    replaced,
  ),
  changed(
    'net: what a client left unanswered counts for its connection after its end',
    sessions,
    'connection.inFlight -= unanswered;',
    '',
    replaced,
  ),
  changed(
    'net: bytes of requests stay counted after the end of their client',
    sessions,
    "session.connection.account.add('requests', -session.requestBytes);",
    '',
    replaced,
  ),
  changed(
    'net: the bytes of a pull stay counted when it is answered',
    sessions,
    'this.release(session, bytes);',
    '',
    inHeld,
  ),
];
