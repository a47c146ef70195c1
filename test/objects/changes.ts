/**
 * Changes the configuration of a running server again and again while clients are at work: other
 * objects altogether, small changes, ways back, and files with faults. After each the export must
 * be what was to be; at the end the way back leads to the start, and everything acknowledged is
 * there. The seed decides what the changes are; how they meet the clients is up to the machine.
 */
import fc from 'fast-check';
import { connect } from '../../lib/client/index.js';
import { seededRandom, systemRandom, type Random } from '../../lib/clock.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { type Server, startServer } from '../../lib/index.js';
import type { Fault } from '../../lib/objects/fault.js';
import { compareModels, type Model, type MutableModel } from '../../lib/objects/model.js';
import { readObjects } from '../../lib/objects/yaml-read.js';
import { writeModel } from '../../lib/objects/yaml-write.js';
import { hashOfToken, newToken } from '../../lib/security/token.js';
import { verifyStore } from '../../lib/data/verify.js';
import { anyModel } from './arbitraries.js';
import { faultyFiles } from './faulty-files.js';
import { Load } from './load.js';

export interface ChangesOptions {
  readonly changes: number;
  readonly seed: number;
  /** A path where nothing is. */
  readonly data: string;
  onProgress?(done: number, report: ChangesReport): void;
}

export interface ChangesReport {
  applied: number;
  /** Changes that were refused because a queue held something. */
  held: number;
  invalid: number;
  rollbacks: number;
  submitted: number;
  placed: number;
  stopped: number;
  tooLate: number;
  readonly complaints: string[];
}

interface Answer {
  readonly isApplied?: boolean;
  readonly version?: number;
  readonly refused?: readonly Fault[];
  readonly error?: string;
}

const partitions = 4;
const fixed = ['(a)', '(b)', '(c)'];
const roles = { '(chief)': 'admin', '(media)': 'media', '(agent)': 'agent' } as const;
type Name = keyof typeof roles;

const textOf = (model: Model): string => [...writeModel(model)].join('');

class Changes {
  readonly report: ChangesReport = {
    applied: 0,
    held: 0,
    invalid: 0,
    rollbacks: 0,
    submitted: 0,
    placed: 0,
    stopped: 0,
    tooLate: 0,
    complaints: [],
  };
  readonly #options: ChangesOptions;
  readonly #random: Random;
  readonly #tokens = new Map<Name, string>();
  /** The text of each version. */
  readonly #versions = new Map<number, string>();
  #server!: Server;
  #load!: Load;
  #current = '';
  #start = 0;

  constructor(options: ChangesOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    for (const name of Object.keys(roles) as Name[]) this.#tokens.set(name, newToken(systemRandom));
  }

  async run(): Promise<ChangesReport> {
    const { changes, onProgress } = this.#options;
    await this.#open();
    try {
      await this.#replace(0);
      this.#start = Math.max(...this.#versions.keys());
      await this.#load.start();
      for (let done = 1; done <= changes && this.#isFine; done += 1) {
        await this.#change(done);
        this.#count();
        onProgress?.(done, this.report);
      }
      await this.#load.end();
      this.#count();
      if (this.#isFine) await this.#goBack();
    } finally {
      await this.#server.stop();
    }
    if (this.#isFine) await this.#lookAgain();
    return this.report;
  }

  get #isFine(): boolean {
    return this.report.complaints.length === 0;
  }

  #complain(text: string): void {
    this.report.complaints.push(text);
  }

  #count(): void {
    const { submitted, placed, stopped, tooLate, complaints } = this.#load;
    Object.assign(this.report, { submitted, placed, stopped, tooLate });
    this.report.complaints.push(...complaints.splice(0));
  }

  async #open(create = true): Promise<void> {
    const { data } = this.#options;
    this.#server = await startServer({
      data,
      ...(create && { create: 'init', partitions }),
      listen: '127.0.0.1:0',
      admin: '127.0.0.1:0',
      threads: 1,
      applications: [...this.#tokens].map(([name, token]) => {
        return { name, role: roles[name], tenants: 'all', tokenHash: hashOfToken(token) } as const;
      }),
    });
    const access = (name: Name) => ({ name, token: this.#tokens.get(name)! });
    const clients = { media: access('(media)'), agent: access('(agent)') };
    const server = formatEndpoint(this.#server.address);
    this.#load = new Load({ server, random: this.#random, fixed, ...clients });
  }

  /** One change, drawn by the seed. */
  #change(number: number): Promise<void> {
    const draw = this.#random.fraction();
    if (draw < 0.4) return this.#replace(number);
    if (draw < 0.7) return this.#merge(number);
    if (draw < 0.8) return this.#rollBack();
    return this.#refuse();
  }

  /** Other objects altogether; the queues of the clients stay, and now and then one moves. */
  async #replace(number: number): Promise<void> {
    const { seed } = this.#options;
    const [sample] = fc.sample(anyModel, { numRuns: 1, seed: (seed + number) | 0 });
    const model = sample as MutableModel;
    model.get('businessProcess')!.set('(load)', '{}');
    for (const [at, name] of fixed.entries()) {
      const isMoved = this.#random.fraction() < 0.1;
      const partition = isMoved ? Math.floor(this.#random.fraction() * partitions) : at;
      model.get('queue')!.set(name, JSON.stringify({ businessProcess: '(load)', partition }));
    }
    const text = textOf(model);
    await this.#apply(await this.#post('/config/apply?prune=true', text), text);
  }

  /** A few objects, in a file of their own. */
  async #merge(number: number): Promise<void> {
    const token = `sha256:${number.toString(16).padStart(64, '0')}`;
    const lines = [
      'applications:',
      `  - name: (program ${number % 7})`,
      '    type: MediaServer',
      `    credentials:\n      - "${token}"`,
      'places:',
      `  - name: (place ${number % 11})`,
      `    description: change ${number}`,
      'options:',
      '  settings:',
      `    collect-request-counters: ${number % 2 === 0}`,
    ];
    const file = `${lines.join('\n')}\n`;
    const model = readObjects(this.#current).model;
    for (const [kind, objects] of readObjects(file).model) {
      for (const [name, json] of objects) model.get(kind)!.set(name, json);
    }
    await this.#apply(await this.#post('/config/apply?merge=true', file), textOf(model));
  }

  async #rollBack(): Promise<void> {
    const versions = [...this.#versions];
    const [version, text] = versions[Math.floor(this.#random.fraction() * versions.length)]!;
    await this.#apply(await this.#post(`/config/rollback?version=${version}`, '{}'), text);
    this.report.rollbacks += 1;
  }

  async #refuse(): Promise<void> {
    const files = faultyFiles('(media)');
    const { text, path } = files[Math.floor(this.#random.fraction() * files.length)]!;
    const { refused } = await this.#post('/config/apply?merge=true', text);
    this.report.invalid += 1;
    if (refused?.some((fault) => fault.path === path) !== true) {
      this.#complain(`not refused at ${path}, but ${JSON.stringify(refused)}: ${text}`);
    }
    await this.#compare(this.#current);
  }

  /** What became of a change that is right: it counts, or a queue that would go holds something. */
  async #apply(answer: Answer, text: string): Promise<void> {
    const { refused, error, version } = answer;
    const isFilled = refused?.every(
      ({ path, what }) => path.startsWith('queues.') && /has \d+ interactions/.test(what),
    );
    if (isFilled === true || error === 'Busy') {
      this.report.held += 1;
      return this.#compare(this.#current);
    }
    if (version === undefined) return this.#complain(`${JSON.stringify(answer)}:\n${text}`);
    if (answer.isApplied === true) this.report.applied += 1;
    this.#current = text;
    this.#versions.set(version, text);
    const { model } = readObjects(text);
    this.#load.setStrays([...model.get('queue')!.keys()].filter((name) => !fixed.includes(name)));
    await this.#compare(text);
  }

  async #compare(wanted: string): Promise<void> {
    const text = await this.#ask('/config/export');
    if (text === wanted) return;
    const [is, should] = [readObjects(text).model, readObjects(wanted).model];
    const changes = compareModels(should, is).slice(0, 3);
    this.#complain(`the export is not what it should be: ${JSON.stringify(changes)}`);
  }

  /** Back to the start, and everything acknowledged is where it was put. */
  async #goBack(): Promise<void> {
    const text = this.#versions.get(this.#start)!;
    const { refused, error } = await this.#post(`/config/rollback?version=${this.#start}`, '{}');
    if (refused !== undefined || error !== undefined) {
      return this.#complain(`no way back: ${JSON.stringify(refused ?? error)}`);
    }
    await this.#compare(text);
    await this.#lookFor();
  }

  /** The same after a stop and a start, and in the files. */
  async #lookAgain(): Promise<void> {
    const { places } = this.#load;
    await this.#open(false);
    for (const [id, queue] of places) this.#load.places.set(id, queue);
    try {
      await this.#compare(this.#versions.get(this.#start)!);
      await this.#lookFor();
    } finally {
      await this.#server.stop();
    }
    const { faults } = await verifyStore(this.#options.data);
    if (faults > 0) this.#complain(`verify finds ${faults} faults`);
  }

  async #lookFor(): Promise<void> {
    const { places } = this.#load;
    await using client = await connect({
      server: formatEndpoint(this.#server.address),
      clientName: '(chief)',
      clientType: 'MediaServer',
      credentials: this.#tokens.get('(chief)'),
    });
    const wanted = new Map<string, number>(fixed.map((name) => [name, 0]));
    for (const [id, queue] of places) {
      wanted.set(queue, (wanted.get(queue) ?? 0) + 1);
      const found = await client.getProperties(id).catch((error: unknown) => String(error));
      const at = typeof found === 'string' ? found : found.Queue;
      if (at !== queue) this.#complain(`${id} is not in ${queue}: ${at}`);
    }
    for (const { queue, waiting, processing } of await client.queueStatistics()) {
      const there = waiting + processing;
      if (there !== (wanted.get(queue) ?? 0)) {
        this.#complain(`${queue} holds ${there}, not ${wanted.get(queue) ?? 0}`);
      }
    }
  }

  async #ask(path: string, body?: string): Promise<string> {
    const { host, port } = this.#server.adminAddress!;
    const type = path.startsWith('/config/apply') ? 'application/yaml' : 'application/json';
    const answer = await fetch(`http://${host}:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${this.#tokens.get('(chief)')}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    });
    return answer.text();
  }

  async #post(path: string, body: string): Promise<Answer> {
    const text = await this.#ask(path, body);
    return JSON.parse(text.trimEnd().split('\n').at(-1)!) as Answer;
  }
}

/** Runs so many changes; ends early with the first complaint. */
export const runChanges = (options: ChangesOptions): Promise<ChangesReport> =>
  new Changes(options).run();
