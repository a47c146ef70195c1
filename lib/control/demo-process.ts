/**
 * The business process of `--demo`: a menu and a queue for each type of contact. Two of them are in
 * another partition than the rest, so that the demo exercises the hand-off between partitions.
 */
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import { homeOfProcess } from '../objects/placement.js';

const name = 'demo';
const beside = ['demo.menu', 'demo.PS', 'demo.PE', 'demo.NE', 'demo.NW'];
const apart = ['demo.IN', 'demo.TT'];

/** The demo's declaration for a store of so many partitions. */
export function demoProcess(partitions: number): BusinessProcessDeclaration {
  const other = (homeOfProcess(name, partitions) + 1) % partitions;
  return {
    name,
    queues: [
      ...beside.map((queue) => ({ name: queue })),
      ...apart.map((queue) => ({ name: queue, partition: other })),
    ],
  };
}
