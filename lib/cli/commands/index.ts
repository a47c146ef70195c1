/**
 * The commands of `ixion`, in the order of its help. What each takes and does is loaded when named.
 */
import { type CommandEntry, UsageError } from '../command.js';
import { didYouMean } from '../suggest.js';

export const commands: Readonly<Record<string, CommandEntry>> = {
  start: {
    about: 'Start the server',
    table: async () => (await import('../table/start.js')).start,
    handlers: async () => (await import('./start.js')).handlers,
  },
  status: {
    about: 'Show what a running server looks like',
    table: async () => (await import('../table/status.js')).status,
    handlers: async () => (await import('./status.js')).handlers,
  },
  shutdown: {
    about: 'Stop a running server in order',
    table: async () => (await import('../table/shutdown.js')).shutdown,
    handlers: async () => (await import('./shutdown.js')).handlers,
  },
  config: {
    about: 'Check a configuration file; export, change and roll back configuration objects',
    table: async () => (await import('../table/config.js')).config,
    handlers: async () => (await import('./config.js')).handlers,
  },
  token: {
    about: 'Make a token for an application',
    table: async () => (await import('../table/token.js')).token,
    handlers: async () => (await import('./token.js')).handlers,
  },
  store: {
    about: 'Make, verify, back up, restore, measure or compact a store',
    table: async () => (await import('../table/store.js')).store,
    handlers: async () => (await import('./store.js')).handlers,
  },
  export: {
    about: 'Write the interactions of a running server to a file',
    table: async () => (await import('../table/transfer.js')).exportTable,
    handlers: async () => (await import('./export.js')).handlers,
  },
  import: {
    about: 'Hand the interactions of a file in to a running server',
    table: async () => (await import('../table/transfer.js')).importTable,
    handlers: async () => (await import('./import.js')).handlers,
  },
  interaction: {
    about: 'Submit, show, list, change, place, hold, pull, stop or supervise interactions',
    table: async () => (await import('../table/interaction.js')).interaction,
    handlers: async () => (await import('./interaction.js')).handlers,
  },
  queue: {
    about: 'List the queues and how many interactions wait in each',
    table: async () => (await import('../table/queue.js')).queue,
    handlers: async () => (await import('./queue.js')).handlers,
  },
  view: {
    about: 'Show what views select, how they are answered and what that costs',
    table: async () => (await import('../table/view.js')).view,
    handlers: async () => (await import('./view.js')).handlers,
  },
  workbin: {
    about: 'List the workbins that have something in them, or show what is in one',
    table: async () => (await import('../table/workbin.js')).workbin,
    handlers: async () => (await import('./workbin.js')).handlers,
  },
  snapshot: {
    about: 'Note which interactions a condition means, and print, lock, move or stop them',
    table: async () => (await import('../table/snapshot.js')).snapshot,
    handlers: async () => (await import('./snapshot.js')).handlers,
  },
  topic: {
    about: 'Read and publish direct messages: what clients tell each other by topics',
    table: async () => (await import('../table/topic.js')).topic,
    handlers: async () => (await import('./topic.js')).handlers,
  },
  property: {
    about: 'List custom properties and how far they are filled, or values that do not fit',
    table: async () => (await import('../table/property.js')).property,
    handlers: async () => (await import('./property.js')).handlers,
  },
  calendar: {
    about: 'Show whether a calendar is open, and until when',
    table: async () => (await import('../table/calendar.js')).calendar,
    handlers: async () => (await import('./calendar.js')).handlers,
  },
  client: {
    about: 'List the clients that are registered at a server, or end one',
    table: async () => (await import('../table/client.js')).client,
    handlers: async () => (await import('./client.js')).handlers,
  },
  agent: {
    about: 'Show which agents are logged in, and how much they can take; force their state',
    table: async () => (await import('../table/agent.js')).agent,
    handlers: async () => (await import('./agent.js')).handlers,
  },
  events: {
    about: 'Print reporting events',
    table: async () => (await import('../table/events.js')).events,
    handlers: async () => (await import('./events.js')).handlers,
  },
  ping: {
    about: 'Ask a server for a sign of life and its counters',
    table: async () => (await import('../table/ping.js')).ping,
    handlers: async () => (await import('./ping.js')).handlers,
  },
  simulate: {
    about: 'Send a recorded day of a contact centre through a server',
    table: async () => (await import('../table/simulate.js')).simulate,
    handlers: async () => (await import('./simulate.js')).handlers,
  },
  demo: {
    about: 'Show a day of a contact centre on a server of its own, leaving nothing behind',
    table: async () => (await import('../table/simulate.js')).demo,
    handlers: async () => (await import('./demo.js')).handlers,
  },
  completion: {
    about: 'Print a script that completes command lines in a shell',
    table: async () => (await import('../table/shell.js')).completion,
    handlers: async () => (await import('./completion.js')).handlers,
  },
  man: {
    about: 'Print the manual page',
    table: async () => (await import('../table/shell.js')).man,
    handlers: async () => (await import('./man.js')).handlers,
  },
  help: {
    about: 'Show the help of a command, or of one of its verbs',
    table: async () => (await import('../table/shell.js')).help,
    handlers: async () => (await import('./help.js')).handlers,
  },
};

/** A command that there is none of. */
export function unknownCommand(name: string): UsageError {
  const hint = didYouMean(name, Object.keys(commands));
  return new UsageError(`there is no command "${name}".${hint}`, 'See "ixion --help".');
}
