/**
 * The JSON of every verb, by the words that it is called with. Read by the page that documents it
 * and by the test that holds commands to it; no command loads it.
 */
import { z } from 'zod';
import { exitCodes } from '../exit-codes.js';
import { changes, checked, fault, history, objectsFile } from './config.js';
import {
  done,
  interaction,
  listed,
  queues,
  resetReasons,
  submitted,
  supervised,
} from './interaction.js';
import { agent, agents, forced } from './agent.js';
import { event } from './events.js';
import { calendar, properties, unfit } from './property.js';
import { clients, disconnected, ping, status, stopped, token } from './server.js';
import { day } from './simulate.js';
import { actedOn, shown } from './snapshot.js';
import { message, published } from './topic.js';
import { explainedInteraction, explainedView, selectedRows, views } from './view.js';
import { workbinContent, workbins } from './workbin.js';
import { backup, compacted, exported, imported, made, restored, stats, verified } from './store.js';

/** What a command prints on stderr instead of a line when it fails with `--json`. */
export const errorShape = z.strictObject({
  error: z.strictObject({
    name: z.string().describe('of the table of errors, as UnknownQueue; or how it ended, as usage'),
    code: z.int().describe('of the table of errors, if it is one of those').optional(),
    message: z.string().describe('what happened, and to what'),
    remedy: z.string().describe('what to do'),
    exitCode: z.literal(Object.values(exitCodes)).describe('of the command'),
    retryAfterMs: z.int().describe('milliseconds after which it may be tried again').optional(),
    faults: z.array(fault).describe('places of what is wrong').optional(),
    details: z.array(z.string()).describe('the same as lines').optional(),
  }),
});

/** What stands on stderr before that: a line for each. */
export const warningShape = z.strictObject({
  warning: z.strictObject({ message: z.string().describe('what is odd and does no harm') }),
});

export const shapes: Readonly<Record<string, z.ZodType>> = {
  status,
  shutdown: stopped,
  'config check': checked,
  'config export': objectsFile,
  'config diff': changes,
  'config apply': changes,
  'config history': history,
  'config rollback': changes,
  'token create': token,
  'store init': made,
  'store verify': verified,
  'store backup': backup,
  'store restore': restored,
  'store stats': stats,
  'store compact': compacted,
  export: exported,
  import: imported,
  'interaction submit': submitted,
  'interaction show': interaction,
  'interaction list': listed,
  'interaction find': listed,
  'interaction change': done,
  'interaction place': done,
  'interaction hold': done,
  'interaction resume': done,
  'interaction pull': interaction,
  'interaction stop': done,
  'interaction assign': supervised,
  'interaction pull-back': supervised,
  'interaction requeue': supervised,
  'interaction transfer': supervised,
  'interaction stop-many': supervised,
  'interaction restore': supervised,
  'queue list': queues,
  'queue reset-reasons': resetReasons,
  'property list': properties,
  'property unfit': unfit,
  'calendar show': calendar,
  'view list': views,
  'view explain': explainedView,
  'view show': selectedRows,
  'view try': selectedRows,
  'interaction explain': explainedInteraction,
  'workbin list': workbins,
  'workbin show': workbinContent,
  'snapshot show': shown,
  'snapshot lock': shown,
  'snapshot move': actedOn,
  'snapshot stop': actedOn,
  'topic listen': message,
  'topic publish': published,
  'agent list': agents,
  'agent status': agent,
  'agent ready': forced,
  'agent not-ready': forced,
  'agent logout': forced,
  'client list': clients,
  'client disconnect': disconnected,
  events: event,
  ping,
  simulate: day,
  demo: day,
};
