/** `ixion interaction`: one verb per request about an interaction. */
import type { Command } from 'commander';
import type { CallOptions, Client, DataChanges, Interaction } from '../../client/index.js';
import { collect, duration, integer, time, yesOrNo } from '../option-values.js';
import { dataHelp, readAttachedData } from '../attached-data.js';
import { UsageError } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { recordLines, toJson } from '../print.js';
import { createProgram, runProgram } from '../program.js';
import {
  asOption,
  jsonOption,
  serverOptions,
  withClient,
  type ServerFlags,
} from '../with-client.js';

interface DataFlags {
  readonly data?: readonly string[];
  readonly dataJson?: string;
  readonly delete?: readonly string[];
}

interface ReasonFlags {
  readonly reason?: string;
  readonly description?: string;
}

interface PropertyFlags {
  readonly externalId?: string;
  readonly parent?: string;
  readonly priority?: number;
  readonly objective?: number;
  readonly online?: boolean;
}

interface SubmitFlags extends ServerFlags, DataFlags, ReasonFlags, PropertyFlags {
  readonly queue: string;
  readonly media: string;
  readonly type: string;
  readonly subtype?: string;
  readonly id?: string;
  readonly receivedAt?: number;
  readonly hold?: boolean;
}

interface PullFlags extends ServerFlags, ReasonFlags {
  readonly id?: string;
  readonly count?: number;
  readonly wait?: number;
  readonly ignoreHold?: boolean;
}

/** @throws {UsageError | IxionError} */
export function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const program = createProgram('ixion interaction', 'Works with interactions.', output);
  addSubmit(program, output);
  addShow(program, output);
  addChange(program, output);
  addPlace(program, output);
  addHoldAndResume(program, output);
  addPull(program, output);
  addStop(program, output);
  return runProgram(program, argv);
}

function addSubmit(program: Command, output: Output): void {
  const command = verb(program, 'submit', 'Hand in an interaction; prints its identifier.')
    .requiredOption('--queue <name>', 'where it is to wait')
    .option('--media <type>', 'medium', 'email')
    .option('--type <type>', 'Inbound, Outbound or Internal', 'Inbound')
    .option('--subtype <name>', 'kind within the type')
    .option('--id <id>', 'its identifier; absent: the server makes one')
    .option('--received-at <time>', 'when the contact came in, as 2026-01-31T12:00:00Z', time)
    .option('--hold', 'submit on hold');
  examples(
    jsonOption(reasonOptions(propertyOptions(dataOptions(command)))),
    'submit --queue inbox --data Subject="My bill" --data tries:int=2',
    'submit --queue inbox --id MAIL-1 --data-json \'{"customer":{"name":"Ann"}}\'',
  ).action(async (flags: SubmitFlags) => {
    const userData = readAttachedData(flags.data, flags.dataJson);
    await withClient(flags, 'MediaServer', output, async (client, signal) => {
      const result = await client.submit(
        {
          queue: flags.queue,
          mediaType: flags.media,
          interactionType: flags.type,
          interactionSubtype: flags.subtype,
          interactionId: flags.id,
          receivedAt: flags.receivedAt,
          hold: flags.hold,
          userData,
          ...properties(flags),
        },
        reasonOf(flags, signal),
      );
      await output.line(flags.json === true ? toJson(result) : result.interactionId);
    });
  });
}

function addShow(program: Command, output: Output): void {
  const command = verb(program, 'show', 'Print all properties of an interaction.');
  examples(
    jsonOption(command.argument('<id>')),
    'show 0001AB2C000000F1',
    'show MAIL-1 --json',
  ).action((id: string, flags: ServerFlags) =>
    withClient(flags, 'MediaServer', output, async (client, signal) => {
      await printInteraction(await client.getProperties(id, { signal }), flags, output);
    }),
  );
}

function addChange(program: Command, output: Output): void {
  const command = verb(program, 'change', 'Change attached data and properties.').argument('<id>');
  examples(
    asOption(reasonOptions(propertyOptions(deleteOption(dataOptions(command))))),
    'change MAIL-1 --priority 10 --data category=billing --delete draft',
  ).action(async (id: string, flags: ServerFlags & DataFlags & ReasonFlags & PropertyFlags) => {
    const changes = { ...dataChanges(flags), ...properties(flags) };
    await withClient(flags, 'MediaServer', output, (client, signal) =>
      client.changeProperties(id, changes, reasonOf(flags, signal)),
    );
  });
}

function addPlace(program: Command, output: Output): void {
  const command = verb(program, 'place', 'Place an interaction in a queue.')
    .argument('<id>')
    .argument('<queue>');
  examples(
    asOption(reasonOptions(deleteOption(dataOptions(command)))),
    'place MAIL-1 archive --reason Done',
  ).action(async (id: string, queue: string, flags: ServerFlags & DataFlags & ReasonFlags) => {
    const changes = dataChanges(flags);
    await withClient(flags, 'MediaServer', output, (client, signal) =>
      client.placeInQueue(id, queue, changes, reasonOf(flags, signal)),
    );
  });
}

function addHoldAndResume(program: Command, output: Output): void {
  const hold = verb(program, 'hold', 'Put an interaction on hold: no pull takes it.')
    .argument('<id>')
    .option('--until <time>', 'resume by itself then, as +10m or 2026-01-31T12:00:00Z', time);
  examples(asOption(reasonOptions(hold)), 'hold MAIL-1 --until +10m').action(
    (id: string, flags: ServerFlags & ReasonFlags & { until?: number }) =>
      withClient(flags, 'MediaServer', output, (client, signal) =>
        client.hold(id, { until: flags.until }, reasonOf(flags, signal)),
      ),
  );
  const resume = verb(program, 'resume', 'Take an interaction off hold.').argument('<id>');
  examples(asOption(reasonOptions(resume)), 'resume MAIL-1').action(
    (id: string, flags: ServerFlags & ReasonFlags) =>
      withClient(flags, 'MediaServer', output, (client, signal) =>
        client.resume(id, reasonOf(flags, signal)),
      ),
  );
}

function addPull(program: Command, output: Output): void {
  const command = verb(
    program,
    'pull',
    'Take interactions, as an agent: from a queue in its order, or one by --id. They go back when the command ends, unless it acts --as a client that comes back.',
  )
    .argument('[queue]')
    .option('--id <id>', 'this one, instead of a queue')
    .option('--count <n>', 'most interactions to take (default: 1)', integer)
    .option('--wait <time>', 'wait so long until something is there', duration('--wait'))
    .option('--ignore-hold', 'with --id: also if it is on hold');
  examples(
    asOption(jsonOption(reasonOptions(command))),
    'pull inbox --as ann --wait 30s',
    'stop MAIL-1 --as ann',
  ).action(async (queue: string | undefined, flags: PullFlags) => {
    if ((queue === undefined) === (flags.id === undefined)) {
      throw new UsageError('pull needs a queue or --id, and not both.');
    }
    await withClient(flags, 'AgentApplication', output, async (client, signal) => {
      const pulled = await pullWith(client, queue, flags, reasonOf(flags, signal));
      for (const interaction of pulled) await printInteraction(interaction, flags, output);
    });
  });
}

function addStop(program: Command, output: Output): void {
  const command = verb(program, 'stop', 'End an interaction.').argument('<id>');
  examples(asOption(reasonOptions(command)), 'stop MAIL-1 --reason Sent').action(
    (id: string, flags: ServerFlags & ReasonFlags) =>
      withClient(flags, 'MediaServer', output, (client, signal) =>
        client.stop(id, reasonOf(flags, signal)),
      ),
  );
}

async function pullWith(
  client: Client,
  queue: string | undefined,
  { id, count, wait: waitMs, ignoreHold }: PullFlags,
  options: CallOptions,
): Promise<readonly Interaction[]> {
  if (queue !== undefined) return client.pull({ queue, count, waitMs }, options);
  return [await client.pullById(id ?? '', { ignoreHold, waitMs }, options)];
}

async function printInteraction(
  interaction: Interaction,
  { json }: ServerFlags,
  output: Output,
): Promise<void> {
  const lines = json === true ? [toJson(interaction)] : recordLines(interaction);
  for (const line of lines) await output.line(line);
}

const verb = (program: Command, name: string, about: string): Command =>
  serverOptions(program.command(name).description(about));

const dataOptions = (command: Command): Command =>
  command
    .option('--data <key=value>', dataHelp, collect)
    .option('--data-json <object>', 'attached data with nested lists, as a JSON object');

const deleteOption = (command: Command): Command =>
  command.option('--delete <key>', 'attached data to remove; repeatable', collect);

const reasonOptions = (command: Command): Command =>
  command
    .option('--reason <name>', 'why, a name for programs, as Normal or Abandoned')
    .option('--description <text>', 'why, a text for people');

const propertyOptions = (command: Command): Command =>
  command
    .option('--priority <n>', 'greater goes first', integer)
    .option('--external-id <id>', 'identifier in the outer system')
    .option('--parent <id>', 'parent interaction')
    .option('--objective <seconds>', 'service objective', integer)
    .option('--online <yes|no>', 'whether the customer is there', yesOrNo);

const examples = (command: Command, ...lines: string[]): Command =>
  command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ ixion interaction ${line}`).join('\n')}`,
  );

const properties = ({
  externalId,
  parent,
  priority,
  objective,
  online,
}: PropertyFlags): object => ({
  externalId,
  parentId: parent,
  priority,
  serviceObjective: objective,
  isOnline: online,
});

const dataChanges = (flags: DataFlags): DataChanges => ({
  added: readAttachedData(flags.data, flags.dataJson),
  deleted: flags.delete,
});

const reasonOf = ({ reason, description }: ReasonFlags, signal: AbortSignal): CallOptions => ({
  signal,
  ...((reason !== undefined || description !== undefined) && {
    reason: { systemName: reason, description },
  }),
});
