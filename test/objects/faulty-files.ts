/** Files that must be refused, each with the path of its fault. */
export interface FaultyFile {
  readonly text: string;
  /** The path of the one fault. */
  readonly path: string;
}

const process = 'businessProcesses:\n  - name: (load)\n';
const places = (...items: string[]): string =>
  `places:\n${items.map((item) => `  - ${item}\n`).join('')}`;

/** @param declared an application of the configuration file */
export const faultyFiles = (declared: string): readonly FaultyFile[] => [
  {
    text: 'queues:\n  - {name: "(q)", businessProcess: "(nowhere)"}\n',
    path: 'queues.0.businessProcess',
  },
  {
    text: `${process}queues:\n  - {name: "(q)", businessProcess: (load), partition: 4}\n`,
    path: 'queues.0.partition',
  },
  {
    text: `${process}queues:\n  - {name: "(q)", businessProcess: (load), partition: 64}\n`,
    path: 'queues.0.partition',
  },
  {
    text: 'options:\n  settings:\n    routing-timeout: 1\n',
    path: 'options.settings.routing-timeout',
  },
  { text: 'options:\n  settings:\n    (none): 1\n', path: 'options.settings.(none)' },
  { text: places('{name: "(p)"}', '{name: "(p)", colour: red}'), path: 'places.1.colour' },
  { text: places('{name: "(p)"}', '{enabled: true}'), path: 'places.1.name' },
  { text: places('{name: "(p)", enabled: perhaps}'), path: 'places.0.enabled' },
  { text: 'widgets:\n  - name: a\n', path: 'widgets' },
  {
    text: 'agentGroups:\n  - {name: "(g)", groups: ["(h)"]}\n  - {name: "(h)", groups: ["(g)"]}\n',
    path: 'agentGroups.1.groups.(g)',
  },
  {
    text: 'applications:\n  - {name: "(x)", type: MediaServer, credentials: [ixion_secret]}\n',
    path: 'applications.0.credentials.0',
  },
  {
    text: `applications:\n  - {name: ${JSON.stringify(declared)}, type: MediaServer}\n`,
    path: 'applications.0.name',
  },
  {
    text: 'tenants:\n  - {name: "(s)", id: 2147483647}\n  - {name: "(t)", id: 2147483647}\n',
    path: 'tenants.1.id',
  },
  { text: places('&a {name: "(p)"}', '*a'), path: '' },
];
