/** The commands of `ixion`, in the order of its help. One line each; loaded when named. */
import type { CommandEntry } from '../command.js';

export const commands: Readonly<Record<string, CommandEntry>> = {
  start: {
    about: 'Start the server',
    load: () => import('./start.js'),
  },
  interaction: {
    about: 'Submit, show, change, place, hold, resume, pull or stop an interaction',
    load: () => import('./interaction.js'),
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
