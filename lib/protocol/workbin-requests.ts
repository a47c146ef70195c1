/** The requests about workbins that the desk answers. */
import { boolean, integer, keyValues, name, required, string, strings } from './attribute.js';
import { limits } from '../limits.js';
import type { DeskRow } from './message.js';
import { workbinAttributes } from './shared-attributes.js';

const { WorkbinTypeId: _, ...owners } = workbinAttributes;

const ofClient = [{ kind: 'agent' }] as const;
const why = {
  ReasonSystemName: name('Why: a name for programs.'),
  ReasonDescription: string('Why: a text for people.'),
};

/** The rows as they are written, for tables and types made from them. */
export const workbinRequests = [
  {
    number: 113,
    name: 'RequestGetWorkbinContent',
    routes: ofClient,
    answers: ['EventWorkbinContent'],
    does: 'consults',
    about:
      'Reads what is in a workbin, with all properties, in the order in which it came there, a page at a time; what is on hold, too. For its owner, each member of a group that owns it, and supervisors.',
    attributes: {
      ...workbinAttributes,
      After: string(
        'Next of the page before; absent: from the first on.',
        limits.workbinAfterBytes,
      ),
      Count: integer(
        'Most interactions of the answer; absent: as many as there may be.',
        1,
        limits.interactionsPerWorkbinPage,
      ),
    },
  },
  {
    number: 114,
    name: 'RequestWorkbinNotifications',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'consults',
    about:
      'Tells this client of each change of what is in a workbin by EventWorkbinContentChanged, until it cancels that, its right is gone, or its agent speaks through it no more. For those who may read it. Repeated, it is one.',
    attributes: {
      ...workbinAttributes,
      ...why,
      Extension: keyValues(
        'With the key event_processing_stopped and the value 1: by EventProcessingStopped, too, of what is stopped while it is there.',
      ),
    },
  },
  {
    number: 115,
    name: 'RequestCancelWorkbinNotifications',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'consults',
    about: 'Ends that. Nothing more is told once it is answered.',
    attributes: { ...workbinAttributes, ...why },
  },
  {
    number: 178,
    name: 'RequestWorkbinTypesInfo',
    routes: ofClient,
    answers: ['EventWorkbinTypesInfo'],
    does: 'consults',
    about:
      'Reads which types of workbins there are, in the order of their names (by their UTF-16), a page at a time.',
    attributes: {
      TenantId: integer('Tenant; types are for all of them.', 0, 2_147_483_647),
      After: name('Next of the page before; absent: from the first on.'),
    },
  },
  {
    number: 180,
    name: 'RequestWorkbinStatistic',
    routes: ofClient,
    answers: ['EventWorkbinStatistic'],
    does: 'consults',
    about:
      'Counts what is in workbins of one owner, of several types at once. For those who may read them.',
    attributes: {
      WorkbinTypeIds: required(
        strings('The types, by their names.', limits.workbinsPerList, name('Of a type.')),
      ),
      ...owners,
    },
  },
  {
    number: 1160,
    name: 'RequestGetWorkbinsInfo',
    routes: ofClient,
    answers: ['EventWorkbinsInfo'],
    does: 'consults',
    about:
      'Reads which workbins have something in them, whoever owns them, also what belongs to an owner that is no longer among the objects; a page at a time. A page may be short, or empty, though there are more: while it has Next, the rest is got by the same request with After.',
    attributes: {
      WorkbinTypeId: name('Only those of this type.'),
      Orphans: boolean('Only those whose owner is gone.'),
      After: string(
        'Next of the page before; absent: from the first on.',
        limits.workbinAfterBytes,
      ),
      Count: integer(
        'Most workbins of the answer; absent: as many as there may be.',
        1,
        limits.workbinsPerList,
      ),
    },
  },
] as const satisfies readonly DeskRow[];
