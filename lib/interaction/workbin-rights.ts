/**
 * What a partition asks the desk about workbins, which knows the objects, and its answer: plain
 * data.
 */
import type { WorkbinOwner } from './state-sections.js';

export type WorkbinQuestion =
  /** Whether there is such a workbin, for what is of this tenant. */
  | {
      readonly about: 'place';
      readonly type: string;
      readonly ownerKind: WorkbinOwner;
      readonly owner: string;
      readonly tenantId: number;
    }
  /** Whether an agent at a place is a member of the group that owns one. */
  | {
      readonly about: 'use';
      readonly ownerKind: WorkbinOwner;
      readonly owner: string;
      readonly agentId: string;
      readonly placeId: string;
    };

/** Undefined error: yes. */
export interface WorkbinVerdict {
  readonly error?: 'UnknownWorkbin' | 'UnknownWorkbinOwner' | 'NotWorkbinOwner' | undefined;
  readonly detail: string;
}

/** Tells questions apart: no name has a NUL. */
export const keyOfQuestion = (question: WorkbinQuestion): string =>
  Object.values(question).join('\0');
