/** How far an import is: up to where, and which records before that were refused. */
import type { JsonObject, JsonValue } from '../text/index.js';
import { fileStart, type Position } from './chunks.js';
import { countOf } from './resume-file.js';
import type { Place } from './tasks.js';

/**
 * Refused records that are noted; an import with more is done again from the first one too many.
 */
const refusedMax = 10_000;

export interface ImportState extends Position {
  readonly imported: number;
  readonly duplicates: number;
  /** Records that had no identifier. */
  readonly idsMade: number;
  /** Records that were refused, and where they are. */
  readonly faults: number;
  readonly refused: readonly Place[];
}

export const beginning: ImportState = {
  ...fileStart,
  imported: 0,
  duplicates: 0,
  idsMade: 0,
  faults: 0,
  refused: [],
};

/** What became of a part of the file. */
export interface PartCounts {
  imported: number;
  duplicates: number;
  idsMade: number;
  readonly refused: Place[];
}

/** All refused records are noted, so that the state can be kept. */
export const isKeepable = ({ faults, refused }: ImportState): boolean => faults === refused.length;

/**
 * The state behind the next part.
 * @param end of the part; undefined: it is the first of the refused records, tried again
 */
export function withPart(
  state: ImportState,
  counts: PartCounts,
  end: Position | undefined,
): ImportState {
  const before = end === undefined ? state.refused.slice(1) : state.refused;
  const faults = state.faults - (end === undefined ? 1 : 0) + counts.refused.length;
  return {
    offset: end?.offset ?? state.offset,
    line: end?.line ?? state.line,
    imported: state.imported + counts.imported,
    duplicates: state.duplicates + counts.duplicates,
    idsMade: state.idsMade + counts.idsMade,
    faults,
    refused: faults > refusedMax ? before : [...before, ...counts.refused],
  };
}

/** As it is saved. */
export const savedOf = ({ faults: _, refused, ...rest }: ImportState) => ({
  ...rest,
  refused: refused.map(({ line, from, to }) => [line, from, to]),
});

/** What was saved; undefined for what no import can have saved. */
export function stateOf(saved: JsonObject): ImportState | undefined {
  const count = (name: string): number | undefined => countOf(saved, name);
  const [offset, line] = [count('offset'), count('line')];
  const [imported, duplicates, idsMade] = [
    count('imported'),
    count('duplicates'),
    count('idsMade'),
  ];
  const refused = placesOf(saved.get('refused'));
  if (offset === undefined || line === undefined || refused === undefined) return undefined;
  if (imported === undefined || duplicates === undefined || idsMade === undefined) return undefined;
  return { offset, line, imported, duplicates, idsMade, faults: refused.length, refused };
}

function placesOf(saved: JsonValue | undefined): Place[] | undefined {
  if (!Array.isArray(saved)) return undefined;
  const places = (saved as readonly JsonValue[]).map((one): Place | undefined => {
    const [line, from, to] = Array.isArray(one) ? (one as readonly unknown[]) : [];
    const isSound = [line, from, to].every((value) => Number.isSafeInteger(value));
    return isSound ? { line: line as number, from: from as number, to: to as number } : undefined;
  });
  return places.includes(undefined) ? undefined : (places as Place[]);
}
