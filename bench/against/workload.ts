/** What is compared between two revisions, and which figures of it count. */
import type { Direction } from './verdict.js';

/** A figure and what it is good for. */
export interface FigureRule {
  readonly better: Direction;
  /** It decides; others stand beside it. */
  readonly isJudged: boolean;
}

export interface WorkloadRule {
  /** Every run has a process of its own anyway; the store is made once. */
  readonly isKept: boolean;
  readonly figures: Readonly<Record<string, FigureRule>>;
}

const judged = (better: Direction): FigureRule => ({ better, isJudged: true });
const beside: FigureRule = { better: 'less', isJudged: false };
const load = {
  isKept: false,
  figures: {
    perSecond: judged('more'),
    clientUs: beside,
    serverMainUs: beside,
    serverOtherUs: beside,
  },
} as const satisfies WorkloadRule;

export const workloads = {
  submit: load,
  cycle: load,
  latency: {
    isKept: false,
    figures: {
      deliveryP50Ms: judged('less'),
      deliveryP99Ms: judged('less'),
      acceptP50Ms: beside,
      clientUs: beside,
      serverUs: beside,
    },
  },
  start: {
    isKept: true,
    figures: {
      deliveryMs: judged('less'),
      readyMs: beside,
      stopMs: beside,
      processorMs: beside,
    },
  },
} as const satisfies Readonly<Record<string, WorkloadRule>>;

export type WorkloadName = keyof typeof workloads;

export const isWorkload = (name: string): name is WorkloadName => Object.hasOwn(workloads, name);
