/**
 * The properties of interactions that conditions may name, with the names of their columns in the
 * original's table. Who has records says how they are read.
 */
import type { ValueType } from './vocabulary.js';

/** A property without how it is read. */
export interface PropertyName {
  readonly name: string;
  readonly columns: readonly string[];
  readonly type: ValueType;
}

const property = (name: string, type: ValueType, ...columns: string[]): PropertyName => ({
  name,
  columns,
  type,
});

/** All of them, in the order of the page. Keys of attached data come by custom properties. */
export const interactionProperties: readonly PropertyName[] = [
  property('InteractionId', 'text', 'id'),
  property('ExternalId', 'text', 'external_id'),
  property('ParentId', 'text', 'parent_id'),
  property('TenantId', 'number', 'tenant_id'),
  property('MediaType', 'text', 'media_type'),
  property('InteractionType', 'text', 'type'),
  property('InteractionSubtype', 'text', 'subtype'),
  property('InteractionState', 'number', 'State'),
  property('IsLocked', 'boolean', 'is_locked'),
  property('IsOnline', 'boolean', 'is_online'),
  property('IsHeld', 'boolean', 'is_held'),
  property('Queue', 'text'),
  property('Workbin', 'text'),
  property('WorkbinAgentId', 'text', 'workbin_agent_id'),
  property('WorkbinAgentGroupId', 'text', 'workbin_agent_group_id'),
  property('WorkbinPlaceId', 'text', 'workbin_place_id'),
  property('WorkbinPlaceGroupId', 'text', 'workbin_place_group_id'),
  property('SubmittedBy', 'text', 'submitted_by'),
  property('AssignedTo', 'text', 'assigned_to'),
  property('InQueues', 'text', 'in_queues', 'destinations'),
  property('Priority', 'number'),
  property('ServiceObjective', 'number', 'service_objective'),
  property('SubmitSeq', 'number', 'submit_seq'),
  property('PlaceInQueueSeq', 'number', 'place_in_queue_seq'),
  property('ReceivedAt', 'time', 'received_at'),
  property('SubmittedAt', 'time', 'submitted_at'),
  property('PlacedInQueueAt', 'time', 'placed_in_queue_at'),
  property('MovedToQueueAt', 'time', 'moved_to_queue_at'),
  property('HeldAt', 'time', 'held_at'),
  property('HoldUntil', 'time', 'hold_until'),
  property('DeliveredAt', 'time', 'delivered_at'),
  property('SubmittedToRouterAt', 'time', 'submitted_to_router_at'),
  property('AbandonedAt', 'time', 'abandoned_at'),
  property('AssignedAt', 'time', 'assigned_at'),
  property('CompletedAt', 'time', 'completed_at'),
];
