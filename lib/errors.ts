/**
 * The one table of errors. A code is never reused. `docs/reference/errors.md` is made from it.
 * Code 43 is the original's; all others are ours, from 1001 up.
 */
import { agentErrors } from './agent-errors.js';
import { conditionErrors, entry, snapshotErrors, type ErrorEntry } from './error-entries.js';
import { workbinErrors } from './workbin-errors.js';

export const errorTable = {
  UnknownInteraction: entry(
    43,
    false,
    'No interaction has this identifier, or it was stopped.',
    'Treat it as done if you were stopping it; else check the identifier.',
  ),

  NotRegistered: entry(
    1001,
    false,
    'A request came before RequestRegisterClient of its ProxyClientId.',
    'Register first.',
  ),
  AlreadyRegistered: entry(
    1002,
    false,
    'This ProxyClientId is registered on this connection.',
    'Use another ProxyClientId, or unregister.',
  ),
  UnsupportedProtocolVersion: entry(
    1003,
    false,
    'The client speaks a version of the protocol that this server does not.',
    'Use a version named in the description.',
  ),
  UnknownMessage: entry(
    1004,
    false,
    'The message number is not a request of this protocol.',
    'See docs/PROTOCOL.md for the numbers.',
  ),
  MalformedBody: entry(
    1005,
    false,
    'The body is not one complete MessagePack map.',
    'Encode the attributes as one map with string keys.',
  ),
  MissingAttribute: entry(
    1006,
    false,
    'An attribute that the message needs is not there.',
    'Add the attribute named in the description.',
  ),
  WrongAttributeType: entry(
    1007,
    false,
    'An attribute has another type than the message says, or a value out of range.',
    'See the message in docs/PROTOCOL.md.',
  ),
  UnknownAttribute: entry(
    1008,
    false,
    'The message has no attribute of this name.',
    'Check the spelling; names are case-sensitive.',
  ),
  AttributeTooLong: entry(
    1009,
    false,
    'An attribute is longer than its limit.',
    'See docs/LIMITATIONS.md.',
  ),
  RouteMismatch: entry(
    1010,
    false,
    'The route key in the header is not the attribute in the body that it stands for.',
    'Copy the identifier or queue into the header as it is in the body.',
  ),
  TooManyClients: entry(
    1011,
    false,
    'The connection carries as many logical clients as it may.',
    'Open another connection.',
  ),
  FrameTooLarge: entry(
    1012,
    false,
    'The length of a frame is above the limit, or below its header.',
    'Send less attached data. The connection is closed.',
  ),
  WrongClientType: entry(
    1013,
    false,
    'A client of this type may not send this request.',
    'Register with the type that the message names.',
  ),
  TooManySubscriptions: entry(
    1014,
    false,
    'The connection, or the whole server, has as many event subscriptions as it may.',
    'Stop one, or open another connection.',
  ),
  UnknownSubscription: entry(
    1015,
    false,
    'This client has no such event subscription.',
    'Subscribe with message 170 first.',
  ),
  InvalidResumeToken: entry(
    1016,
    false,
    'The resume token is not a position in the events of this store: of another one, or of what happened before the store was restored.',
    'Begin anew: with FromStart from the oldest event, or without a token from now on.',
  ),
  SessionReplaced: entry(
    1017,
    false,
    'Another connection registered with the session key of this client.',
    'Use one session key per client.',
  ),
  TooManyConnections: entry(
    1019,
    true,
    'The listener has as many connections as it may.',
    'Carry several logical clients on one connection.',
  ),

  UnknownQueue: entry(
    1020,
    false,
    'No queue has this name.',
    'See "ixion queue list"; add the queue to the configuration.',
  ),
  DuplicateInteractionId: entry(
    1021,
    false,
    'Another client submitted an interaction with this identifier.',
    'Choose another identifier, or let the server choose.',
  ),
  InvalidInteractionId: entry(
    1022,
    false,
    'The identifier is empty, too long, has a character outside A-Z a-z 0-9 . _ : - or is one that the server may yet make.',
    'Choose another identifier, or let the server choose.',
  ),
  PropertyReadOnly: entry(
    1023,
    false,
    'This property is set by the server, or may only be given at submit.',
    'Leave it out.',
  ),
  NotInRequiredState: entry(
    1024,
    false,
    'The interaction is not in a state in which this can be done.',
    'Read its state first.',
  ),
  HeldByAnother: entry(
    1025,
    false,
    'Another client has this interaction.',
    'Wait until it is placed or returned; a media server may still stop it.',
  ),
  AttachedDataTooLarge: entry(
    1026,
    false,
    'The attached data would have more bytes, keys or levels than the limit.',
    'Keep content elsewhere and attach a reference.',
  ),
  NotOnHold: entry(1027, false, 'The interaction is not on hold.', 'Nothing needs to be done.'),
  UnknownView: entry(
    1028,
    false,
    'No view or queue has this identifier.',
    'Use the name of a queue or of a view that is enabled, or _system_ with identifiers.',
  ),
  AttributeTooShort: entry(
    1029,
    false,
    'An attribute is shorter than it may be; most often a name that is empty.',
    'Give the name, or leave the attribute out if it is optional; see the message in docs/PROTOCOL.md.',
  ),
  InvalidName: entry(
    1030,
    false,
    'A name has a control character.',
    'Give text of 1 to 255 bytes without control characters (U+0000 to U+001F, U+007F to U+009F).',
  ),
  ClientRefused: entry(
    1031,
    true,
    'Requests of this client (or of several from its address) crashed an actor repeatedly: its connection is closed, and it may not register for a while.',
    'Report it with the server log. Register again after the delay in the error; leave out what crashed.',
  ),

  ReturnPending: entry(
    1033,
    false,
    'The client is unregistered, but a partition did not confirm in time that what it had is back.',
    'Nothing: it goes back by itself, at the latest after the option reconnect-timeout.',
  ),
  TooManyTenants: entry(
    1034,
    false,
    'The partition has taken in work for as many tenants as it counts; nothing was executed.',
    'Give a TenantId that has had work here before, or leave it out. Tenants are parts of an enterprise, not customers.',
  ),

  Busy: entry(
    1040,
    true,
    'The partition or the connection has all the work it may take; nothing was executed.',
    'Try again after the delay in the error.',
  ),
  Unavailable: entry(
    1041,
    true,
    'The actor of this partition is being rebuilt; nothing was executed.',
    'Try again.',
  ),
  UnknownOutcome: entry(
    1042,
    true,
    'The disk did not say whether the change was kept; or the request was first sent so long ago that its key may be forgotten, and was not executed now.',
    'If the answer names a delay, repeat the request with the same RequestKey; if not, read the interaction.',
  ),
  RequestRefused: entry(
    1043,
    false,
    'This request crashed its actor repeatedly and is refused.',
    'Report it with the server log; send it in another form.',
  ),
  ShuttingDown: entry(
    1044,
    true,
    'The server is stopping; nothing was executed.',
    'Try again when it is back.',
  ),
  Internal: entry(1045, false, 'The server contradicted itself.', 'Report it with the server log.'),
  OptionInvalid: entry(
    1046,
    false,
    'The option is not known, or has a value outside its range.',
    'See docs/reference/options.md.',
  ),
  StoreFull: entry(
    1047,
    true,
    'The disk or the map has no room; nothing was executed.',
    'Free space; the server goes on by itself.',
  ),
  RequestKeyReused: entry(
    1048,
    false,
    'The RequestKey was used for another request, of another kind or with another body; nothing was executed.',
    'Make a new key for each request; repeat a request with the same bytes of its body.',
  ),

  TooMuchHeld: entry(
    1049,
    true,
    'The server holds as much in memory for its clients as it may (heldMegabytes), and this connection has most of it; or it left more unread than a connection may. It is closed; a client that asked to register or to subscribe was refused.',
    'Read answers and events as they come; ask for less at once; see docs/operating/sizing.md.',
  ),

  SubscriberTooSlow: entry(
    1099,
    true,
    'The reader of a subscription took nothing of its events for too long; the subscription has ended, the connection has not.',
    'Read events as they come; subscribe again with the ResumeToken of what was taken.',
  ),

  UnknownClient: entry(
    1056,
    false,
    'No client of this name has this number; it may have left.',
    'See "ixion client list".',
  ),
  Disconnected: entry(
    1057,
    false,
    'An administrator ended this client; what it had has gone back.',
    'Ask who runs the server, before it connects again.',
  ),

  ...agentErrors,
  ...snapshotErrors,
  ...workbinErrors,

  DeadlineExceeded: entry(
    1060,
    true,
    'The client waited as long as it was told to; the outcome is not known.',
    'Repeat the request with the same RequestKey.',
  ),
  ConnectionLost: entry(
    1061,
    true,
    'The connection ended before the answer came; the outcome is not known.',
    'Repeat the request with the same RequestKey.',
  ),
  Aborted: entry(
    1062,
    false,
    'The caller gave the request up; the outcome is not known.',
    'Nothing, or read the interaction.',
  ),
  ClientClosed: entry(1063, false, 'The client was closed.', 'Connect again.'),
  NoConnection: entry(
    1064,
    true,
    'No server answers at this address; nothing was executed.',
    'Check the address, and that the server runs.',
  ),

  ...conditionErrors,

  InvalidCredentials: entry(
    1070,
    false,
    'There is no such application, or the token is not its own.',
    'Check ClientName and Credentials; see docs/operating/security.md.',
  ),
  NotPermitted: entry(
    1071,
    false,
    'The role of the application, or its tenants, do not allow this.',
    'See the table of roles in docs/operating/security.md.',
  ),
  TooManyAttempts: entry(
    1072,
    true,
    'Too many registrations with wrong credentials came from this address.',
    'Correct the credentials; try again after the delay in the error.',
  ),
} as const satisfies Record<string, ErrorEntry>;

/** The name of an error, as it is in the table. */
export type ErrorName = keyof typeof errorTable;

const namesByCode = new Map<number, ErrorName>(
  Object.entries(errorTable).map(([name, { code }]) => [code, name as ErrorName]),
);

/** The name that belongs to a code, or undefined for a code this version does not know. */
export function errorNameOf(code: number): ErrorName | undefined {
  return namesByCode.get(code);
}

/** What is told of a request that an exception ended before it changed anything. */
export const internalDetail =
  'the server failed at this request; it was not executed. See the server log';

/**
 * The one error class of Ixion, on both sides of the wire. `code` and `name` come from the table;
 * `retryable` says whether the same request may be sent again.
 */
export class IxionError extends Error {
  readonly code: number;
  readonly errorName: ErrorName;
  readonly retryable: boolean;
  /** For "busy": how long to wait before the next try. */
  readonly retryAfterMs: number | undefined;
  /** What to do: that of the table, unless it is known better where the error was made. */
  readonly remedy: string;
  /** In a client: the name of the request that was refused or not answered. */
  readonly request: string | undefined;
  /** In a client: which argument is wrong, as `submission.priority`. */
  readonly position: string | undefined;

  constructor(
    errorName: ErrorName,
    detail?: string,
    options?: {
      retryAfterMs?: number | undefined;
      retryable?: boolean;
      cause?: unknown;
      remedy?: string;
      request?: string | undefined;
      position?: string | undefined;
    },
  ) {
    const { code, retryable, cause, remedy } = errorTable[errorName];
    super(
      detail === undefined ? cause : detail,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'IxionError';
    this.code = code;
    this.errorName = errorName;
    this.retryable = options?.retryable ?? retryable;
    this.retryAfterMs = options?.retryAfterMs;
    this.remedy = options?.remedy ?? remedy;
    this.request = options?.request;
    this.position = options?.position;
  }
}
