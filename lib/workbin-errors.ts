/** The errors about workbins, and what is looked for; a part of the table of `errors.ts`. */
import { entry } from './error-entries.js';

export const workbinErrors = {
  UnknownWorkbin: entry(
    1130,
    false,
    'No type of workbins has this name, it is not enabled, or its workbins have owners of another kind.',
    'Give the name of a type, and the owner by the attribute that the description names.',
  ),
  UnknownWorkbinOwner: entry(
    1131,
    false,
    'No agent, group, place or group of places of the tenant has the name of the owner.',
    'Check the spelling, or add it to the configuration objects.',
  ),
  NotWorkbinOwner: entry(
    1132,
    false,
    'The workbin belongs to another agent, group, place or group of places.',
    'Let its owner do it, a member of the group that owns it, or a supervisor.',
  ),
  UnknownTenant: entry(
    1135,
    false,
    'There is no tenant of this number: it is not among the objects, and nothing was ever handed in for it.',
    'Give the number of a tenant (`ixion config export`), or leave it out for all that this client sees.',
  ),
  NoWorkbinNotifications: entry(
    1134,
    false,
    'This client is not told of the workbin.',
    'Nothing: there is nothing to be cancelled.',
  ),
  PrivateQueue: entry(
    1133,
    false,
    'The queue is under workbins: nothing is submitted to it, placed in it or pulled from its head.',
    'Use RequestPlaceInWorkbin and RequestGetWorkbinContent; pull by identifier (view _system_).',
  ),
} as const;
