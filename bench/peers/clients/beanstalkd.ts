/**
 * Beanstalkd, over the few commands of its protocol that a queue needs, pipelined: the npm clients
 * wait for each answer before they send the next command.
 */
import { connect, type Socket } from 'node:net';
import { encodeRecord, indexOfJson, type Consumer, type OpenClient } from './contract.js';

/** A connection reserves one job after the other, so that several of them share a tube. */
const consumersPerTube = 4;
const timeToRunSeconds = 600;
const lineEnd = '\r\n';

interface Reply {
  /** Words of the first line. */
  readonly words: readonly string[];
  readonly body: string;
}

/** One connection; answers come in the order of the commands. */
class Connection {
  readonly #socket: Socket;
  readonly #waiting: ((reply: Reply) => void)[] = [];
  #batch = '';
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).on('error', reject);
    });
    return new Connection(socket);
  }

  /** Commands of one turn share one write. Rejects when the answer begins with another word. */
  command(text: string, expected: string): Promise<Reply> {
    if (this.#batch === '') queueMicrotask(() => this.#flush());
    this.#batch += text + lineEnd;
    return new Promise((resolve, reject) => {
      this.#waiting.push((reply) => {
        if (reply.words[0] === expected) resolve(reply);
        else reject(new Error(`beanstalkd answered ${reply.words.join(' ')}`));
      });
    });
  }

  #flush(): void {
    this.#socket.write(this.#batch);
    this.#batch = '';
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(lineEnd, at);
      if (end < 0) break;
      const words = bytes.toString('latin1', at, end).split(' ');
      let next = end + lineEnd.length;
      let body = '';
      if (words[0] === 'RESERVED') {
        const bodyEnd = next + Number(words[2]);
        if (bytes.length < bodyEnd + lineEnd.length) break;
        body = bytes.toString('utf8', next, bodyEnd);
        next = bodyEnd + lineEnd.length;
      }
      at = next;
      this.#waiting.shift()?.({ words, body });
    }
    this.#rest = bytes.subarray(at);
  }
}

export const openClient: OpenClient = async ({ port, queues }) => {
  const producers = new Map<string, Connection>();
  for (const queue of queues) {
    const connection = await Connection.open(port);
    await connection.command(`use ${queue}`, 'USING');
    producers.set(queue, connection);
  }
  return {
    put(queue, record) {
      const body = encodeRecord(record);
      const head = `put 1000 0 ${timeToRunSeconds} ${Buffer.byteLength(body)}`;
      return producers.get(queue)!.command(head + lineEnd + body, 'INSERTED');
    },
    async consume(consumer) {
      for (const queue of queues) {
        for (let n = 0; n < consumersPerTube; n += 1) {
          const connection = await Connection.open(port);
          await connection.command(`watch ${queue}`, 'WATCHING');
          await connection.command('ignore default', 'WATCHING');
          void reserveForEver(connection, consumer);
        }
      }
    },
  };
};

/** The next reserve goes out with the delete of what the last one brought. */
async function reserveForEver(connection: Connection, consumer: Consumer): Promise<void> {
  for (;;) {
    const { words, body } = await connection.command('reserve', 'RESERVED');
    const index = indexOfJson(body);
    consumer.delivered(index);
    void connection.command(`delete ${words[1]}`, 'DELETED').then(() => consumer.done(index));
  }
}
