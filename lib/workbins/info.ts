/** Which types of workbins there are, and how much is in workbins. */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import { ownerAttributes } from '../interaction/workbin.js';
import type { WorkbinName } from '../interaction/workbin-news.js';
import { limits } from '../limits.js';
import type {
  PartitionMessage,
  WorkbinCount,
  WorkbinsListing,
  WorkbinsPart,
} from '../mail/partition.js';
import type { QueueEntry } from '../queue/entry.js';
import { isFault, readBase64, workbinTypeOf, writeBase64 } from '../text/index.js';
import type { WorkbinDirectory } from './directory.js';
import type { OrphanPage } from './orphans.js';

const deadlineMs = 10_000;
/** Of the key of a workbin. */
const keyBytesMin = 8;
type Row = Readonly<Record<string, unknown>>;

/** A workbin as attributes of a message. */
export const attributesOf = ({ type, ownerKind, owner }: WorkbinName): Row => ({
  WorkbinTypeId: type,
  [ownerAttributes[ownerKind]]: owner,
});

export class WorkbinInfo {
  readonly #partitions: readonly ActorRef<PartitionMessage>[];
  readonly #directory: WorkbinDirectory;
  /** The queues under workbins, by the names of their types, which are sorted. */
  #types: readonly (readonly [string, QueueEntry])[] = [];

  constructor(partitions: readonly ActorRef<PartitionMessage>[], directory: WorkbinDirectory) {
    this.#partitions = partitions;
    this.#directory = directory;
  }

  /** Another list of queues counts. */
  take(queues: readonly QueueEntry[]): void {
    this.#types = queues
      .filter(({ kind }) => kind === 'private')
      .map((queue) => [workbinTypeOf(queue.name), queue] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /** A page of the types behind a name. */
  async types(after: string | undefined): Promise<Row> {
    const rest = this.#types.filter(([name]) => after === undefined || name > after);
    const page = rest.slice(0, limits.workbinTypesPerList);
    const Types = await Promise.all(
      page.map(async ([name, { number, name: queue, businessProcess, owner }]) => {
        const type = await this.#directory.type(name);
        return {
          WorkbinTypeId: name,
          Number: number,
          DisplayName: type?.displayName,
          OwnerKind: owner,
          Queue: queue,
          BusinessProcess: businessProcess,
          IsEnabled: type !== undefined && type.enabled !== false,
        };
      }),
    );
    return { Types, Next: rest.length > page.length ? page.at(-1)![0] : undefined };
  }

  /** What is in these, in their order. */
  async counts(
    workbins: readonly WorkbinName[],
    tenants: readonly number[] | undefined,
  ): Promise<Row> {
    const message = { type: 'workbin-counts', workbins, tenants } as const;
    const parts = await this.#askAll<readonly WorkbinCount[]>(message);
    const sums = workbins.map((_, at) => sumOf(parts.map((part) => part[at]!)));
    return { Workbins: await this.#rows(sums) };
  }

  /** A page of those that have something in them; `orphans`: only those whose owner is gone. */
  async list(wanted: Omit<WorkbinsListing, 'after'> & ListWanted): Promise<Row> {
    const { orphans, after: text, isSeen, ...listing } = wanted;
    const after = text === undefined ? undefined : readKey(text);
    const message = { type: 'list-workbins', listing: { ...listing, after } } as const;
    const parts = await this.#askAll<WorkbinsPart>(message);
    const [end] = parts.flatMap(({ next }) => next ?? []).sort();
    const byKey = new Map<string, WorkbinCount[]>();
    for (const one of parts.flatMap(({ workbins }) => workbins)) {
      // Behind the end of a part that goes on, it may have more of a workbin, or others.
      if (end !== undefined && one.key > end) continue;
      byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
    }
    const keys = [...byKey.keys()].sort();
    const taken = keys.slice(0, listing.count);
    const next = taken.length < keys.length ? taken.at(-1) : end;
    const sums = taken.map((key) => sumOf(byKey.get(key)!));
    const seen = await Promise.all(sums.map(({ workbin }) => isSeen(workbin)));
    const rows = await this.#rows(sums.filter((_, at) => seen[at]));
    return {
      Workbins: orphans ? rows.filter(({ IsOrphan }) => IsOrphan === true) : rows,
      Next: next && writeKey(next),
    };
  }

  /** How much is in a page of workbins, of those whose owner is gone. */
  async orphans(after: string | undefined): Promise<OrphanPage> {
    const isSeen = async (): Promise<boolean> => true;
    const all = { type: undefined, count: limits.workbinsPerList, tenants: undefined };
    const page = await this.list({ ...all, after, orphans: true, isSeen });
    const rows = page['Workbins'] as readonly { readonly Interactions: number }[];
    const interactions = rows.reduce((sum, { Interactions }) => sum + Interactions, 0);
    return { workbins: rows.length, interactions, next: page['Next'] as string | undefined };
  }

  #rows(counts: readonly Omit<WorkbinCount, 'key'>[]): Promise<Row[]> {
    return Promise.all(
      counts.map(async ({ workbin, interactions, oldestMs }) => {
        const isThere = await this.#directory.isOwner(workbin.ownerKind, workbin.owner, undefined);
        return {
          ...attributesOf(workbin),
          Interactions: interactions,
          OldestAt: oldestMs,
          IsOrphan: isThere ? undefined : true,
        };
      }),
    );
  }

  #askAll<Part>(message: PartitionMessage): Promise<Part[]> {
    return Promise.all(this.#partitions.map((ref) => ref.ask<Part>(message, { deadlineMs })));
  }
}

/** What a client asks for beside a listing. */
interface ListWanted {
  readonly orphans: boolean;
  readonly after: string | undefined;
  /** Whether it sees a workbin. */
  isSeen(workbin: WorkbinName): Promise<boolean>;
}

/** Of the parts of one workbin. */
function sumOf(parts: readonly WorkbinCount[]): Omit<WorkbinCount, 'key'> {
  const oldest = parts.flatMap(({ oldestMs }) => oldestMs ?? []);
  return {
    workbin: parts[0]!.workbin,
    interactions: parts.reduce((sum, { interactions }) => sum + interactions, 0),
    oldestMs: oldest.length === 0 ? undefined : Math.min(...oldest),
  };
}

/** A key as clients say it. */
const writeKey = (key: string): string => writeBase64(Buffer.from(key, 'latin1'));

/** @throws {IxionError} WrongAttributeType */
function readKey(text: string): string {
  const bytes = readBase64(text);
  if (!isFault(bytes) && bytes.length >= keyBytesMin) return Buffer.from(bytes).toString('latin1');
  throw new IxionError('WrongAttributeType', `After, "${text}", is not Next of a page before`);
}
