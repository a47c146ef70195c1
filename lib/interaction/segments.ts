/** The section of an interaction that a router has through a view with segments. */
import { section } from './state-sections.js';
import { StateSection } from './state-record.js';

/** Of which view it counts in which segments, until the router has it no more. */
export interface Segments {
  readonly view: string;
  /** Texts without NUL; the empty one is all of the view together. */
  readonly names: readonly string[];
}

export const segments = section<Segments>(
  StateSection.segments,
  (fields, { view, names }) => {
    fields.text(view).u16(names.length);
    for (const name of names) fields.text(name);
  },
  (fields) => {
    const view = fields.text();
    const names: string[] = [];
    for (let left = fields.u16(); left > 0; left--) names.push(fields.text());
    return { view, names };
  },
);
