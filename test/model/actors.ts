/** Who takes part in the sequences. */
import type { ClientType } from '../../lib/client/index.js';

export interface Actor {
  /** Short name, as the printed calls have it. */
  readonly name: string;
  readonly clientName: string;
  readonly clientType: ClientType;
}

const actor = (name: string, clientType: ClientType): Actor => ({
  name,
  clientName: `model/${name}`,
  clientType,
});

export const mail = actor('mail', 'MediaServer');
export const chat = actor('chat', 'MediaServer');
export const ann = actor('ann', 'AgentApplication');
export const bob = actor('bob', 'AgentApplication');
export const router = actor('router', 'RoutingEngine');
export const report = actor('report', 'ReportingEngine');
/** An agent that registers and unregisters within a sequence. */
export const guest = actor('guest', 'AgentApplication');

/** Those who are there all the time. */
export const actors: readonly Actor[] = [mail, chat, ann, bob, router, report];

/** What the client library is to register. */
export const registrationOf = ({ name: _, ...registration }: Actor): Omit<Actor, 'name'> =>
  registration;

/** Actor and party types on the wire; a reporting engine never acts. */
export const actorTypes: Readonly<Record<ClientType, number>> = {
  RoutingEngine: 1,
  AgentApplication: 2,
  MediaServer: 3,
  ReportingEngine: 0,
};
