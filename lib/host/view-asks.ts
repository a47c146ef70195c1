/** What is asked of a partition about its views. */
import type { PartitionMessage } from '../mail/partition.js';

const viewAsks = ['views-version', 'change-views', 'explain-views'] as const;
export type ViewAsk = Extract<PartitionMessage, { type: (typeof viewAsks)[number] }>;

/** Whether it is one of these. */
export const isOfViews = (message: { readonly type: string }): message is ViewAsk =>
  (viewAsks as readonly string[]).includes(message.type);
