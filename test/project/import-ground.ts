/** Lists of rooms that many rooms may import; see `import-rules.ts`. */

/** The ground floor: what every part may import. */
export const ground = [
  'assert',
  'clock',
  'errors',
  'fnv',
  'limits',
  'log',
  'rated',
  'refusal',
  'service',
  'text',
  'timeline',
];

/** What a partition is asked and says: words that all of its rooms know. */
export const partitionWords = ['turn', 'request', 'peer', 'output', 'chore', 'refuse'].map(
  (word) => `partition/${word}`,
);
/** What they stand on. */
export const partitionGround = [
  'pack',
  'interaction',
  'queue',
  'store/contract',
  'store/keys',
  'store/draft',
  ...ground,
];

/** What a server is made of. */
export const composed = ['config', 'control', 'counters', 'data', 'front', 'mail'];

/** What its ledger stands on. */
export const ledgerRooms = ['partition/rows', ...partitionWords, ...partitionGround];
/** What its views stand on. */
export const viewRooms = [
  'condition',
  'search',
  'views',
  'partition/ledger',
  'partition/rows',
  ...partitionWords,
  ...partitionGround,
];
/** What its requests stand on. */
export const requestRooms = [
  'search',
  'views',
  'partition/moves',
  'partition/views',
  'partition/ledger',
  'partition/rows',
  ...partitionWords,
  ...partitionGround,
];

/** What brings configuration to those who work by it. */
export const controlRooms = [
  'actor',
  'queue',
  'config',
  'objects',
  'security',
  'mail',
  'counters',
  'process',
  'store/keys',
  'partition/rows',
  'interaction/event',
  'interaction/mapped-keys',
  ...ground,
];
/** How single configuration objects are read. */
export const objectReaders = [
  'control/object-cache',
  'control/object-fields',
  'control/tenants',
  'control/until-rebuilt',
];

/** What each file of the ground may import, in the order of the table. */
export const groundRules = {
  assert: { parts: [], packages: [] },
  clock: { parts: [], packages: [] },
  'error-entries': { parts: [], packages: [] },
  'agent-errors': { parts: ['error-entries'], packages: [] },
  'workbin-errors': { parts: ['error-entries'], packages: [] },
  errors: { parts: ['agent-errors', 'error-entries', 'workbin-errors'], packages: [] },
  fnv: { parts: [], packages: [] },
  log: { parts: [], packages: [] },
  'default-addresses': { parts: [], packages: [] },
  limits: { parts: ['assert'], packages: [] },
  rated: { parts: ['clock'], packages: [] },
  refusal: { parts: [], types: ['store/open-refusal'], packages: [] },
} as const;
