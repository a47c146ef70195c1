/** A real server with an application of every role, and what tests ask of it. */
import { request } from 'node:http';
import { join } from 'node:path';
import type { Test } from 'tap';
import { systemRandom } from '../../lib/clock.js';
import type { ApplicationDeclaration } from '../../lib/config/configuration.js';
import { startServer, type StartOptions } from '../../lib/index.js';
import type { Body } from '../../lib/protocol/encode.js';
import { clientTypesOfRole } from '../../lib/security/permissions.js';
import { roles, type Role } from '../../lib/security/roles.js';
import { hashOfToken, newToken } from '../../lib/security/token.js';
import { RawClient, type Received } from '../net/harness.js';
import { directoryOf } from '../fixture/directory.js';

type Server = Awaited<ReturnType<typeof startServer>>;

/** One token per name, for the whole process. */
const tokens = new Map<string, string>();

export function tokenOf(name: string): string {
  const token = tokens.get(name) ?? newToken(systemRandom);
  tokens.set(name, token);
  return token;
}

export const application = (
  name: string,
  role: Role,
  tenants?: ApplicationDeclaration['tenants'],
): ApplicationDeclaration => ({ name, role, tenants, tokenHash: hashOfToken(tokenOf(name)) });

/**
 * An application per role, called like it, of tenant 1; `blue` and `blue-agent` are of tenant 2.
 */
export const applications: readonly ApplicationDeclaration[] = [
  ...roles.map((role) => application(role, role, role === 'admin' ? 'all' : [1])),
  application('blue', 'media', [2]),
  application('blue-agent', 'agent', [2]),
];

const mail = [{ name: 'mail', queues: [{ name: 'in' }, { name: 'out', partition: 1 }] }];

/** Lines that the server logged. */
export interface Secured {
  readonly server: Server;
  readonly log: readonly string[];
  readonly data: string;
  /** A socket that has said nothing. */
  socket(): Promise<RawClient>;
  /** A client of this application, registered as the first type of its role. */
  client(name: string, body?: Body): Promise<RawClient>;
  admin(path: string, ask?: AdminAsk): Promise<{ status: number; text: string }>;
}

export interface AdminAsk {
  readonly token?: string | undefined;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startSecured(test: Test, options: StartOptions = {}): Promise<Secured> {
  const data = options.data ?? join(directoryOf(test), 'data');
  const log: string[] = [];
  const line = (fields: object, message: string): void =>
    void log.push(`${message} ${JSON.stringify(fields)}`);
  const server = await startServer({
    data,
    create: 'init',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    threads: 1,
    partitions: 2,
    businessProcesses: mail,
    applications,
    log: { level: 'info', debug: line, info: line, warn: line, error: line },
    ...options,
  });
  test.teardown(() => server.stop());
  const socket = async (): Promise<RawClient> => {
    const client = await RawClient.open(server.address.port);
    test.teardown(() => client.socket.destroy());
    return client;
  };
  return {
    server,
    log,
    data,
    socket,
    async client(name, body = {}) {
      const client = await socket();
      const answer = await client.register(1, { ...identityOf(name), ...body });
      if (answer.message !== 125) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
      return client;
    },
    admin: (path, ask = {}) => askAdmin(server.adminAddress!.port, path, ask),
  };
}

/** What an application says when it registers. */
export function identityOf(name: string): {
  ClientName: string;
  ClientType: string;
  Credentials: string;
} {
  const role = applications.find((one) => one.name === name)!.role as Role;
  const ClientType = clientTypesOfRole[role][0]!;
  return { ClientName: name, ClientType, Credentials: tokenOf(name) };
}

function askAdmin(
  port: number,
  path: string,
  ask: AdminAsk,
): Promise<{ status: number; text: string }> {
  const { token, method = 'GET', body, headers } = ask;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method,
        headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

export const submission = { Queue: 'in', MediaType: 'email', InteractionType: 'Inbound' };

/** The identifier that an answer to a submit has. */
export const idOf = ({ body }: Received): string =>
  String((body['Extension'] as Record<string, unknown>)['InteractionId']);
