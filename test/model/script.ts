/**
 * The calls of a sequence as a program: it can be pasted into a file of this checkout and run. What
 * the model says must come is asserted there, as far as it is the answer of a call.
 */
import type { StartOptions } from '../../lib/index.js';
import { actors, registrationOf } from './actors.js';

const imports = [
  "import { deepEqual, equal, rejects } from 'node:assert/strict';",
  "import { mkdtempSync } from 'node:fs';",
  "import { tmpdir } from 'node:os';",
  "import { join } from 'node:path';",
  "import { setTimeout as sleep } from 'node:timers/promises';",
  "import { startServer } from 'ixion';",
  "import { connect } from 'ixion/client';",
];

/** @param options with which the server is started, but for its data */
function beginning(options: Omit<StartOptions, 'data'>): string[] {
  const [first, ...others] = actors;
  const given = JSON.stringify(options).slice(1);
  return [
    ...imports,
    '',
    `const server = await startServer({ data: mkdtempSync(join(tmpdir(), 'ixion-')), ${given});`,
    'const address = `${server.address.host}:${server.address.port}`;',
    `const ${first!.name} = await connect({ server: address, ${JSON.stringify(registrationOf(first!)).slice(1)});`,
    ...others.map(
      (actor) =>
        `const ${actor.name} = await ${first!.name}.addClient(${JSON.stringify(registrationOf(actor))});`,
    ),
    'let guest;',
    'const idsOf = (pulled) => pulled.map(({ InteractionId }) => InteractionId);',
    '',
  ];
}

export class Script {
  readonly #lines: string[] = [];
  /** Constants for what the server has named, which it names otherwise each time. */
  readonly #constants = new Map<string, string>();

  /** Notes what is about to be done. */
  add(statement: string): void {
    this.#lines.push(statement);
  }

  /** Says more exactly what was added last. */
  restate(statement: string): void {
    this.#lines[this.#lines.length - 1] = statement;
  }

  /** What was added last is a submit, and this is the identifier that the server gave. */
  submitted(id: string): void {
    const name = `interaction${this.#constants.size + 1}`;
    this.#constants.set(id, name);
    this.restate(`const ${name} = (${this.#lines.at(-1)}).interactionId`);
  }

  /**
   * The whole program.
   * @param fault what was found behind its last line
   */
  program(options: Omit<StartOptions, 'data'>, fault: string): string {
    const lines = this.#lines.map((line) => `${line};`);
    const end = [
      `// ${fault.replaceAll('\n', '\n// ')}`,
      '',
      'await server.stop();',
      'process.exit();',
    ];
    let text = [...lines, ...end].join('\n');
    for (const [id, name] of this.#constants) {
      text = text.replaceAll(JSON.stringify(id), name).replaceAll(id, name);
    }
    return [...beginning(options), text, ''].join('\n');
  }
}
