/** `ixion topic`. */
import { serverExits, serverOptions } from './common.js';
import { dataOptions } from './interaction-options.js';
import type { CommandRow } from './types.js';

export const topic = {
  name: 'topic',
  about: 'Read and publish direct messages: what clients tell each other by topics',
  verbs: {
    listen: {
      about: 'Print what is published under topics from now on',
      more: 'Until Ctrl-C, or until its reader has enough. It outlives restarts of the server; what is published meanwhile is not kept. For the roles admin, supervisor, agent, media and router, in the tenant of the application.',
      arguments: { topics: { about: 'names of topics', many: true } },
      options: {
        count: {
          kind: 'whole',
          placeholder: 'N',
          min: 1,
          max: 1_000_000_000,
          about: 'end after so many messages',
        },
        ...serverOptions,
      },
      examples: ['topic listen all', 'topic listen "1@desk 7" all --json'],
      json: 'the messages, one on each line',
      exitCodes: serverExits,
    },
    publish: {
      about: 'Tell something to all who have subscribed to a topic, and print how many they were',
      more: 'Nothing is kept: who is not there does not get it. For the same roles.',
      arguments: { topic: { about: 'its name' } },
      options: { ...dataOptions, ...serverOptions },
      examples: ['topic publish all --data text="The chat server is back"'],
      json: 'the topic, and how many were told',
      exitCodes: serverExits,
    },
  },
} as const satisfies CommandRow;
