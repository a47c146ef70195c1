/** Finds acknowledgements that left before what they acknowledge was on disk. */
import { FrameSplitter, messageByName, readHeader } from '../../lib/protocol/index.js';
import { bytesOf, type SystemCall } from './system-calls.js';

/** A request with a text in it that stands in no other request. */
export interface Marked {
  readonly marker: string;
  /** The partition whose commit makes it true. */
  readonly partition: number;
}

interface Frame {
  readonly descriptor: string;
  readonly message: number;
  readonly reference: number;
  readonly bytes: Buffer;
  readonly call: SystemCall;
}

const positive: ReadonlySet<number> = new Set(
  (['EventAck', 'EventPulledInteractions'] as const).map((name) => messageByName(name).number),
);

/**
 * For each request: it was written to the journal; or its page was written, an fdatasync of that
 * file began afterwards and succeeded, the page that makes the transaction the newest was written,
 * and only then the answer. Returns what is not so; empty: all of it is.
 */
export function earlyAcknowledgements(
  calls: readonly SystemCall[],
  requests: readonly Marked[],
): string[] {
  const asked = frames(calls, new Set(['read']));
  const answered = frames(calls, new Set(['write', 'writev', 'sendmsg', 'sendto']));
  return requests.flatMap(({ marker, partition }) => {
    const request = asked.find(({ bytes }) => bytes.includes(marker, 0, 'latin1'));
    if (request === undefined) return [`${marker}: no request in the log`];
    const answer = answered.find(
      ({ descriptor, reference, call }) =>
        descriptor === request.descriptor &&
        reference === request.reference &&
        call.start > request.call.end,
    );
    if (answer === undefined) return [`${marker}: no answer in the log`];
    if (!positive.has(answer.message)) return [`${marker}: message ${answer.message}`];
    const missing = missingBefore(calls, answer.call.start, marker, partition);
    return missing === undefined ? [] : [`${marker}: answered before ${missing}`];
  });
}

/** What had not happened when the answer left; undefined: nothing is missing. */
function missingBefore(
  calls: readonly SystemCall[],
  line: number,
  marker: string,
  partition: number,
): string | undefined {
  const folder = `/p${String(partition).padStart(2, '0')}`;
  // Every write to the journal is synchronous: `isJournalSynchronous` says so.
  const isJournaled = calls.some(
    ({ name, descriptor, text, end, result }) =>
      name === 'pwrite64' &&
      descriptor.endsWith(`${folder}/journal>`) &&
      text.includes(marker) &&
      end < line &&
      result > 0,
  );
  if (isJournaled) return undefined;
  const directory = `${folder}/data.mdb>`;
  const here = calls.filter(
    ({ descriptor, end, result }) => descriptor.endsWith(directory) && end < line && result >= 0,
  );
  const page = here.find(({ text }) => text.includes(marker));
  if (page === undefined) return 'its page was written';
  const synced = here.find(
    ({ name, descriptor, start }) =>
      name === 'fdatasync' && descriptor === page.descriptor && start > page.end,
  );
  if (synced === undefined) return 'fdatasync returned';
  // The newest transaction is named through a second descriptor, which is synchronous.
  const isNewest = here.some(
    ({ name, descriptor, start }) =>
      name === 'pwrite64' && descriptor !== page.descriptor && start > synced.end,
  );
  return isNewest ? undefined : 'the transaction was the newest';
}

/** A commit of LMDB ends by this: the newer of its first pages, from behind what never changes. */
const isMetaPage = ({ name, text }: SystemCall): boolean =>
  name === 'pwrite64' && /, 128, (40|8232)$/.test(text);

/** The path of a descriptor: `26</store/p00/data.mdb>`. */
const pathOf = ({ descriptor }: SystemCall): string => /<(.*)>/.exec(descriptor)?.[1] ?? '';

/**
 * Commits of LMDB, and which of them named their pages the newest before these were on disk:
 * the journal is written anew over what they hold.
 */
export function commitsOf(calls: readonly SystemCall[]): { count: number; early: string[] } {
  const early: string[] = [];
  let count = 0;
  /** By file: where the last write of a page of data ended. */
  const written = new Map<string, number>();
  for (const call of calls) {
    const path = pathOf(call);
    if (!path.endsWith('/data.mdb') || !/^p?writev?/.test(call.name)) continue;
    if (!isMetaPage(call)) {
      written.set(path, call.end);
      continue;
    }
    count += 1;
    const end = written.get(path) ?? 0;
    const isSynced = calls.some(
      (one) =>
        one.name === 'fdatasync' &&
        one.result === 0 &&
        pathOf(one) === path &&
        one.start > end &&
        one.end < call.start,
    );
    if (!isSynced) early.push(`line ${call.start}: a first page of ${path}`);
  }
  return { count, early };
}

/** Whether no journal was ever opened for writing otherwise than so that each write is on disk. */
export function isJournalSynchronous(calls: readonly SystemCall[]): boolean {
  const openings = calls.filter(
    ({ name, text }) =>
      name === 'openat' && text.includes('/journal"') && text.includes('O_WRONLY'),
  );
  return openings.length > 0 && openings.every(({ text }) => text.includes('O_DSYNC'));
}

/** The frames of all sockets, in the order of the log. */
function frames(calls: readonly SystemCall[], names: ReadonlySet<string>): Frame[] {
  const found: Frame[] = [];
  const splitters = new Map<string, (call: SystemCall) => void>();
  for (const call of calls) {
    const { name, descriptor } = call;
    if (!names.has(name) || !descriptor.includes('<socket:')) continue;
    let push = splitters.get(descriptor);
    if (push === undefined) {
      let current = call;
      const splitter = new FrameSplitter((buffer, start, end) => {
        const { message, reference } = readHeader(buffer, start);
        const bytes = Buffer.from(buffer.slice(start, end));
        found.push({ descriptor, message, reference, bytes, call: current });
      });
      push = (next) => {
        current = next;
        splitter.push(bytesOf(next));
      };
      splitters.set(descriptor, push);
    }
    push(call);
  }
  return found;
}
