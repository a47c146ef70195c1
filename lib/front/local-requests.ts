/**
 * How the front executes the requests that it answers itself: what they wait for, what is in flight
 * meanwhile, how they are refused. What each of them does is in `requests/`. All are rare;
 * their bodies are decoded at once, because the frame is gone when the call returns.
 */
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';
import type { Session } from '../net/session.js';
import { decodeBody } from '../protocol/body.js';
import type { FrameHeader } from '../protocol/frame.js';
import { messageByName, numbersOfThose, requestByNumber } from '../protocol/registry.js';
import type { AttributesOf, RequestName } from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import { AskTurns } from './asks.js';
import { CredentialRefusals } from './credential-refusals.js';
import type { Faults } from './faults.js';
import type {
  Answering,
  FrontParts,
  FrontRequest,
  FrontRequestName,
} from './requests/front-request.js';
import { frontRequests } from './requests/index.js';
import { register } from './requests/register.js';

export interface LocalRequestsOptions extends FrontParts {
  /** A late answer was appended: it has to be flushed. */
  answered(): void;
  readonly faults: Pick<Faults, 'refusal'>;
  /** A programmer error in late work. */
  crash(error: Error): void;
}

/** Executes a request whose body is one of its message. */
type Handler = (session: Session, asker: Asker, body: never) => Answering | Promise<Answering>;

const numberOf = (name: RequestName): number => messageByName(name).number;
export const registerNumber = numberOf('RequestRegisterClient');
/** What is still served while the server is stopping. */
export const servedWhileStopping = numbersOfThose(['leaves', 'letsGo', 'looks']);

export class LocalRequests {
  readonly #options: LocalRequestsOptions;
  /** By message number. */
  readonly #handlers: ReadonlyMap<number, Handler>;
  readonly #refusals: CredentialRefusals;

  constructor(options: LocalRequestsOptions) {
    this.#options = options;
    const { clock, replies, answered } = options;
    this.#refusals = new CredentialRefusals(clock, replies, answered);
    this.#handlers = handlersOf(options);
  }

  /** Registers a client; answered by EventAck or EventError. */
  register(connection: Connection, header: FrameHeader, buffer: Uint8Array): void {
    const { clients, replies, faults } = this.#options;
    const asker = askerOf(header);
    const before = connection.sessions.get(header.proxyClient);
    try {
      const body = bodyOf<AttributesOf<'RequestRegisterClient'>>(header, buffer);
      const { session, answer } = register(this.#options, connection, asker, body);
      if (!(answer instanceof Promise)) return answer();
      const undo = (): void => void clients.close(session, false);
      this.#later(session, header.message, asker, answer, 0, undo);
    } catch (error) {
      const refused = faults.refusal(header.message, connection, error);
      const half = connection.sessions.get(header.proxyClient);
      if (half !== undefined && half !== before) clients.close(half, false);
      if (!CredentialRefusals.isOne(refused)) return replies.error(connection, asker, refused);
      this.#refusals.refuse(connection, asker, refused);
    }
  }

  /** Executes any other of these requests; answered by its answer or EventError. */
  execute(session: Session, header: FrameHeader, buffer: Uint8Array): void {
    const asker = askerOf(header);
    try {
      const handler = this.#handlers.get(header.message);
      if (handler === undefined) throw new Error(`no handler of message ${header.message}`);
      const body = bodyOf(header, buffer);
      const answer = handler(session, asker, body as never);
      if (answer instanceof Promise) {
        const { length, message } = header;
        const bytes = length > limits.requestOverheadBytes ? length : 0;
        this.#later(session, message, asker, answer, bytes);
      } else answer();
    } catch (error) {
      const { replies, faults } = this.#options;
      const refused = faults.refusal(header.message, session.connection, error);
      replies.error(session.connection, asker, refused);
    }
  }

  /** Counts the request as in flight until `work` settles; its result answers. */
  #later(
    session: Session,
    request: number,
    asker: Asker,
    work: Promise<Answering>,
    bytes: number,
    undo: () => void = nothing,
  ): void {
    const { replies, clients, fences, faults } = this.#options;
    const { connection } = session;
    clients.sessions.begin(session);
    if (bytes > 0) clients.sessions.buffer(session, bytes);
    const settle = (answer: Answering): void => {
      if (!session.live) return;
      clients.sessions.end(session);
      if (bytes > 0) clients.sessions.release(session, bytes);
      try {
        answer();
      } catch (error) {
        replies.error(connection, asker, faults.refusal(request, connection, error));
      }
      if (session.fence !== undefined) fences.progressed(session);
      this.#options.answered();
    };
    const refuse = (reason: unknown): void => {
      const error = faults.refusal(request, connection, reason);
      settle(() => {
        undo();
        replies.error(connection, asker, error);
      });
    };
    work.then(settle, refuse).catch((error: Error) => this.#options.crash(error));
  }
}

function handlersOf(parts: FrontParts): ReadonlyMap<number, Handler> {
  const turns = (): AskTurns =>
    new AskTurns({ atOnce: limits.asksAtOnce, waitingPerSession: limits.asksWaitingPerClient });
  const [asks, ends] = [turns(), turns()];
  const handlerOf = <Name extends FrontRequestName>(name: Name): Handler => {
    const { turn, open }: FrontRequest<Name> = frontRequests[name];
    const execute = open(parts);
    if (turn === 'atOnce') return execute;
    const taken = turn === 'asks' ? asks : ends;
    return (session, asker, body) => taken.run(session, async () => execute(session, asker, body));
  };
  const names = Object.keys(frontRequests) as FrontRequestName[];
  return new Map(names.map((name) => [numberOf(name), handlerOf(name)]));
}

const nothing = (): void => undefined;

/** Copied: the header is read from a buffer, but late answers need no more of it than this. */
const askerOf = ({ reference, proxyClient }: FrameHeader): Asker => ({ reference, proxyClient });

function bodyOf<Result>(header: FrameHeader, buffer: Uint8Array): Result {
  const definition = requestByNumber(header.message)!;
  return decodeBody<Result>(definition, buffer, header.bodyStart, header.bodyEnd);
}
