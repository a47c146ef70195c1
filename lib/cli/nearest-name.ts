/** "Did you mean" for a queue, an agent or a medium that there is not, of those that there are. */
import { type Client, type ErrorName, IxionError, type OneRefusal } from '../client/index.js';
import { suggestion } from '../text/index.js';

/** What an error may be about, and what is there instead. */
interface Kind {
  readonly errors: readonly ErrorName[];
  readonly given: RegExp;
  names(client: Client): Promise<readonly string[]>;
}

const noAgent = ['AgentNotLoggedIn', 'UnknownAgent'] as const;
const kinds: readonly Kind[] = [
  {
    errors: ['UnknownQueue'],
    given: /no queue (?:is called )?"(.*)"/,
    names: async (client) => (await client.queueStatistics()).map(({ queue }) => queue),
  },
  {
    errors: noAgent,
    given: /^(?:no )?agent "(.*?)" /,
    names: async (client) => (await client.listAgents()).map(({ agentId }) => agentId),
  },
  {
    errors: ['UnknownMedium'],
    given: /medium "(.*?)"/,
    names: async (client) =>
      (await client.listAgents()).flatMap(({ media }) => media.map(({ name }) => name)),
  },
  {
    errors: noAgent,
    given: /at place "(.*)"$/,
    names: async (client) => (await client.listAgents()).map(({ placeId }) => placeId),
  },
];

/** Says which name is nearest to one that is refused, if one is near. */
export type NearestName = (
  refused: Pick<OneRefusal, 'name' | 'message'>,
) => Promise<string | undefined>;

/** For any number of refusals: what there is is asked for once. */
export function nearestNames(client: Client): NearestName {
  const known = new Map<Kind, Promise<readonly string[]>>();
  return async ({ name, message }) => {
    for (const kind of kinds) {
      const given = kind.given.exec(message)?.[1];
      if (given === undefined || !kind.errors.includes(name as ErrorName)) continue;
      // That it cannot be told is not news beside the error itself.
      if (!known.has(kind))
        known.set(
          kind,
          kind.names(client).catch(() => []),
        );
      const names = await known.get(kind)!;
      return names.includes(given) ? undefined : suggestion(given, names);
    }
    return undefined;
  };
}

/** The error, with the nearest name in its remedy if it is of one that there is not. */
export async function withNearestName(client: Client, error: unknown): Promise<unknown> {
  if (!(error instanceof IxionError)) return error;
  const { errorName: name, message } = error;
  const near = await nearestNames(client)({ name, message });
  if (near === undefined || error.remedy.includes('Did you mean')) return error;
  const remedy = `Did you mean ${JSON.stringify(near)}? ${error.remedy}`;
  return new IxionError(name, message, { cause: error, remedy });
}
