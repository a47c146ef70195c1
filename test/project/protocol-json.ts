/**
 * `docs/protocol.json`: the protocol page's tables for programs, from which a client can be made.
 */
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { answers } from '../../lib/protocol/answers.js';
import { doings } from '../../lib/protocol/doing.js';
import {
  FrameFlag,
  frameHeaderBytes,
  FrameOffset,
  protocolVersion,
} from '../../lib/protocol/frame-layout.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { requests } from '../../lib/protocol/requests.js';
import { clientTypesOfRole, permissions } from '../../lib/security/permissions.js';

/**
 * The whole file. Lengths are bytes of UTF-8, counts where the kind is an array;
 * times milliseconds.
 */
export function protocolJson(): string {
  const errors = Object.entries(errorTable)
    .map(([name, entry]) => ({ name, ...entry }))
    .toSorted((left, right) => left.code - right.code);
  return JSON.stringify({
    about: 'The tables of docs/PROTOCOL.md for programs; made from the code by "npm run pages".',
    version: protocolVersion,
    frame: {
      headerBytes: frameHeaderBytes,
      offsets: FrameOffset,
      flags: FrameFlag,
      routeKinds: RouteKind,
      requestBytes: limits.requestFrameBytes,
      answerBytes: limits.frameBytes,
    },
    doings,
    messages: [...requests, ...answers].toSorted((left, right) => left.number - right.number),
    errors,
    roles: { clientTypes: clientTypesOfRole, requests: permissions },
    limits,
  });
}
