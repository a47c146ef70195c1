/** `docs/reference/options.md`, made from the table of options. */
import { expectation } from '../../lib/config/configuration.js';
import { type Effect, type Option, optionTable } from '../../lib/config/option-table.js';

const effects: Readonly<Record<Effect, string>> = {
  reload: 'on reload',
  restart: 'at the next start',
  creation: 'when a store is made',
};

const defaultOf = (option: Option): string =>
  option.default === undefined ? 'see above' : `\`${option.default}\``;

function section(option: Option): string {
  const flag = option.flag === undefined ? '' : `, flag \`--${option.flag}\``;
  return [
    `### ${option.key}`,
    '',
    option.about,
    '',
    `Value: ${expectation(option)}. Default: ${defaultOf(option)}. ` +
      `Variable \`${option.environment}\`${flag}. Takes effect ${effects[option.effect]}.`,
    '',
  ].join('\n');
}

const head = `# Options

<!-- Made by "npm run pages" from lib/config/option-table.ts. -->

Options come from the configuration file (\`ixion start --config FILE\`, or \`IXION_CONFIG\`), from the
environment, and from flags; a flag wins over a variable, a variable over the file. A variable that is to
be true or false is \`true\`, \`1\`, \`false\` or \`0\`, and nothing else; one that begins with \`IXION_\` and
means nothing is logged as a warning. A value that does
not fit, and an option that does not exist, stop the start with exit code 78 and a line that names
the place and what to do. \`ixion config check FILE\` checks a file without starting anything.

The file is one YAML document:

\`\`\`yaml
data: /var/lib/ixion
listen: 127.0.0.1:7488
settings:
  collect-request-counters: true
eventRetention:
  days: 7
  gigabytes: 20
businessProcesses:
  - name: mail
    queues:
      - mail.in
      - mail.review
      - { name: mail.archive, partition: 3 }
\`\`\`

A dot in a name below is a level in the file. HUP, or \`POST /reload\` on the admin listener, reads
the file again: what can change at once does, and the log says what waits for a restart.

## Options by name

`;

const tail = `## Business processes

\`businessProcesses\` is a list of \`{name, queues}\`; a queue is a name, or \`{name, placement}\`
or \`{name, partition}\`. Names of queues are unique over all processes. Queues that the store does not
have are made, at the start and on reload; one that is to be elsewhere moves there in the background, and
none is ever removed by the file.

The queues of a process share a partition, chosen by the name of the process, so that a normal move
stays in one partition. A queue that names another partition (an archive beside live queues) costs a
hand-off for each move to it and from it. A placement is \`archive\`, \`flow\`, \`distribution\` or a
name of the map \`placements\`, whose values are the number of a partition or a list of them; the map
counts from the next start on. See
[where a queue lives](../operating/configuration-objects.md#where-a-queue-lives).
`;

/** The whole page. */
export function optionsPage(): string {
  return `${head}${optionTable.map(section).join('\n')}\n${tail}`;
}
