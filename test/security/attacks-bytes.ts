/** Attacks by what is sent: lengths, levels, names. */
import { RouteKind } from '../../lib/protocol/message.js';
import { asking, ended, idRoute, inRoute, type Attack, type Target } from './attack.js';
import { submission } from './secured-server.js';

/** Writes these bytes as a frame's beginning on a registered connection. */
const writing =
  (...bytes: number[]) =>
  async ({ client }: Target): Promise<'closed'> => {
    const writer = await client('media');
    writer.socket.write(Uint8Array.from(bytes));
    return ended(writer);
  };

export const byteAttacks: readonly Attack[] = [
  { name: 'a frame of 4 GB', ends: 'closed', try: writing(0xff, 0xff, 0xff, 0xff) },
  { name: 'a frame shorter than its header', ends: 'closed', try: writing(0, 0, 0, 1) },
  {
    name: 'HTTP',
    ends: 'closed',
    try: writing(...Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
  },
  {
    name: 'a path as identifier: submit',
    ends: 'InvalidInteractionId',
    try: async ({ client }) => {
      const InteractionId = '../../../etc/passwd';
      const body = { ...submission, InteractionId };
      return (await client('media')).ask(101, 2, body, idRoute(InteractionId));
    },
  },
  {
    name: 'a path as identifier: read',
    ends: 'UnknownInteraction',
    try: asking('media', 188, () => ({ InteractionId: '../p00/data.mdb' }), '../p00/data.mdb'),
  },
  {
    name: 'an identifier with a NUL',
    ends: 'UnknownInteraction',
    try: asking('media', 188, () => ({ InteractionId: 'a\0b' }), 'a\0b'),
  },
  {
    name: 'a queue called like a member of every object',
    ends: 'UnknownQueue',
    try: async ({ client }) => {
      const route = { kind: RouteKind.queue, key: '__proto__' };
      return (await client('media')).ask(101, 2, { ...submission, Queue: '__proto__' }, route);
    },
  },
  {
    name: 'attached data of a thousand levels',
    ends: 'AttachedDataTooLarge',
    try: async ({ client }) => {
      // Levels that no encoder of ours writes: maps of one within maps of one.
      const bomb = Buffer.concat([
        Buffer.from([0x81, 0xa8, ...Buffer.from('UserData')]),
        ...Array.from({ length: 1_000 }, () => Buffer.from([0x81, 0xa1, 0x61])),
        Buffer.from([1]),
      ]);
      return (await client('media')).ask(101, 2, new Uint8Array(bomb), inRoute);
    },
  },
  {
    name: 'a map that says it has four billion entries',
    ends: 'MalformedBody',
    try: async ({ client }) =>
      (await client('media')).ask(101, 2, Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff), inRoute),
  },
  {
    name: 'a resume token of another store',
    ends: 'InvalidResumeToken',
    try: asking('reporting', 170, () => ({ ResumeToken: [1, 2, 3, 4, 5] })),
  },
];
