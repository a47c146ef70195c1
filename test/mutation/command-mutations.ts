/** Changes of single commands: what they ask for, and what they show of the answer. */
import { changed, type Mutation } from './mutations.js';

const interaction = 'lib/cli/commands/interaction.js';
const events = 'lib/cli/commands/events.js';
const clients = 'lib/cli/commands/client.js';
const importing = 'lib/cli/commands/import.js';
const shutdown = 'lib/cli/commands/shutdown.js';
const withClient = 'lib/cli/with-client.js';
const watching = 'lib/cli/watch.js';
const list = 'lib/cli/interaction-list.js';
const config = 'lib/cli/config-verbs.js';
const inInteraction = 'cli/interaction.test.js';
const inEvents = 'cli/events.test.js';
const inClients = 'cli/clients.test.js';
const inConfig = 'cli/config.test.js';
const inList = 'cli/interaction-list.test.js';
const watch = 'cli/queue-watch.test.js';
const wrongValues = 'transfer/wrong-values.test.js';

export const commandMutations: readonly Mutation[] = [
  changed(
    'cli: a pull of a queue and of an identifier at once',
    interaction,
    'if ((queue === undefined) === (flags.id === undefined))',
    'if (false)',
    inInteraction,
  ),
  changed(
    'cli: --count of a pull is ignored',
    interaction,
    'client.pull({ queue, count, waitMs }',
    'client.pull({ queue, waitMs }',
    inInteraction,
  ),
  changed(
    'cli: --wait of a pull is ignored',
    interaction,
    'client.pull({ queue, count, waitMs }',
    'client.pull({ queue, count }',
    inInteraction,
  ),
  changed(
    'cli: --ignore-hold is ignored',
    interaction,
    '{ ignoreHold, waitMs }, options)',
    '{ waitMs }, options)',
    inInteraction,
  ),
  changed(
    'cli: --until of a hold is ignored',
    interaction,
    'client.hold(id, { until }, options)',
    'client.hold(id, {}, options)',
    inInteraction,
  ),
  changed(
    'cli: --received-at is ignored',
    interaction,
    'receivedAt: flags.receivedAt,',
    '',
    inInteraction,
  ),
  changed(
    'cli: --objective is ignored',
    interaction,
    'serviceObjective: objective,',
    '',
    inInteraction,
  ),
  changed(
    'cli: what is deleted of attached data stays',
    interaction,
    'deleted: flags.delete,',
    '',
    inInteraction,
  ),
  changed(
    'cli: the changes of a placement are left out',
    interaction,
    'client.placeInQueue(id, queue, changes, options)',
    'client.placeInQueue(id, queue, {}, options)',
    inInteraction,
  ),
  changed(
    'cli: a reason without a name is left out',
    interaction,
    'reason !== undefined || description !== undefined',
    'reason !== undefined',
    inInteraction,
  ),
  changed(
    'cli: with --as the client is unregistered',
    withClient,
    'if (flags.as === undefined)',
    'if (true)',
    inInteraction,
  ),
  changed(
    'cli: everybody with --as has the same session',
    withClient,
    'ixion session ${name}',
    'ixion session',
    inInteraction,
  ),
  changed(
    'cli: a type that is asked for does not count',
    withClient,
    'flags.clientType ?? clientType',
    'clientType',
    inInteraction,
  ),
  changed(
    'cli: totals are printed again though nothing has changed',
    watching,
    'key !== before',
    'true',
    watch,
  ),
  changed(
    'cli: a gap of events is left out by filters',
    events,
    "if (event.event === 'EventGap')\n            return true;",
    "if (event.event === 'EventGap')\n            return types === undefined;",
    inEvents,
  ),
  changed(
    'cli: one event more than --count',
    events,
    '++printed >= count',
    'printed++ >= count',
    inEvents,
  ),
  changed(
    'cli: without --follow nothing of what is kept is told',
    events,
    '(fromStart || !follow)',
    'fromStart',
    inEvents,
  ),
  changed(
    'cli: what has left a queue is not an event of it',
    events,
    " || has(queue, 'OldQueue' in about ? about['OldQueue'] : undefined)",
    '',
    inEvents,
  ),
  changed('cli: a search goes on beyond --scan', list, ' && seen < scan', '', inList),
  changed(
    'cli: a search finds more than --count',
    list,
    'count - interactions.length)',
    'count)',
    inList,
  ),
  changed(
    'cli: a search begins anew with each part',
    list,
    'after: next }',
    'after: flags.after }',
    inList,
  ),
  changed(
    'cli: of several clients one is disconnected',
    clients,
    'if (found.length === 1 || all)',
    'if (true)',
    inClients,
  ),
  changed(
    'cli: a client disconnects itself by its name',
    clients,
    '.filter(({ isAsker }) => !isAsker)',
    '',
    inClients,
  ),
  changed(
    'cli: an import with wrong records ends with 0',
    importing,
    'faults > 0 ? exitCodes.data : exitCodes.ok',
    'exitCodes.ok',
    wrongValues,
  ),
  changed(
    'cli: of many wrong records of an import all are shown',
    importing,
    'if (++shown <= faultsShown)',
    'if (++shown > 0)',
    wrongValues,
  ),
  changed(
    'cli: a dry run of a change is one',
    config,
    'dryRun: String(dryRun),\n        merge:',
    "dryRun: 'false',\n        merge:",
    inConfig,
  ),
  changed('cli: --merge is ignored', config, 'merge: String(merge),', "merge: 'false',", inConfig),
  changed(
    'cli: --exit-code is ignored',
    config,
    'exitCode && differences(result) > 0 ? exitCodes.refused : exitCodes.ok',
    'exitCodes.ok',
    inConfig,
  ),
  changed(
    'cli: shutdown does not wait for the end',
    shutdown,
    '?.pid !== pid)',
    '?.pid !== 0)',
    'cli/process.test.js',
  ),
];
