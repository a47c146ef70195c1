/** The commands of `ixion`, in the order of its help. One line each; loaded when named. */
import type { CommandEntry } from '../command.js';

export const commands: Readonly<Record<string, CommandEntry>> = {
  start: {
    about: 'Start the server',
    load: () => import('./start.js'),
  },
  status: {
    about: 'Show what a running server looks like',
    load: () => import('./status.js'),
  },
  shutdown: {
    about: 'Stop a running server in order',
    load: () => import('./shutdown.js'),
  },
  config: {
    about: 'Check a configuration file; export, change and roll back configuration objects',
    load: () => import('./config.js'),
  },
  token: {
    about: 'Make a token for an application',
    load: () => import('./token.js'),
  },
  store: {
    about: 'Verify, back up, restore, measure or compact a store',
    load: () => import('./store.js'),
  },
  export: {
    about: 'Write the interactions of a running server to a file',
    load: () => import('./export.js'),
  },
  import: {
    about: 'Hand the interactions of a file in to a running server',
    load: () => import('./import.js'),
  },
  interaction: {
    about: 'Submit, show, change, place, hold, resume, pull or stop an interaction',
    load: () => import('./interaction.js'),
  },
  queue: {
    about: 'List the queues and how many interactions wait in each',
    load: () => import('./queue.js'),
  },
  events: {
    about: 'Print reporting events as they come',
    load: () => import('./events.js'),
  },
  ping: {
    about: 'Ask a server for a sign of life and its counters',
    load: () => import('./ping.js'),
  },
  simulate: {
    about: 'Send a recorded day of a contact centre through a running server',
    load: () => import('./simulate.js'),
  },
  demo: {
    about: 'Show a day of a contact centre on a server of its own, leaving nothing behind',
    load: () => import('./demo.js'),
  },
};
