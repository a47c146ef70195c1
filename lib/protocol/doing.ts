/**
 * What a request does: the column of the message table from which it follows how each part of the
 * server treats it. Each part says for itself what follows, in a table by these names that the
 * compiler keeps whole: who may be allowed to send it (`security/permissions`), how much of it a
 * partition is given (`front/admission-control`), what waits for everything before it
 * (`front/fences`), what is served while the server stops (`front/local-requests`), and up to when
 * a disk that fills lets it pass (`partition/requests/disk`).
 */

/** What is said of one of them. */
interface DoingEntry {
  /** Who answers it: a partition or the desk, to which its route leads, or the front. */
  readonly by: 'partition' | 'desk' | 'front';
  /** It changes interactions: so it may carry a RequestKey. */
  readonly changes: boolean;
  /** What it means for who sends it, for the protocol page. */
  readonly about: string;
}

export const doings = {
  handsIn: {
    by: 'partition',
    changes: true,
    about:
      'Brings an interaction. The first to be refused where there is too much work or too little room on disk.',
  },
  takes: {
    by: 'partition',
    changes: true,
    about: 'Takes interactions, and may wait for them. Refused where there is little room on disk.',
  },
  changes: {
    by: 'partition',
    changes: true,
    about: 'Changes an interaction, which stays. Refused where there is little room on disk.',
  },
  makesRoom: {
    by: 'partition',
    changes: true,
    about:
      'Ends an interaction, or frees it for others. The last to be refused where there is little room on disk.',
  },
  reads: {
    by: 'partition',
    changes: false,
    about: 'Reads an interaction, whatever the disk. Large answers to one client take turns.',
  },
  attends: {
    by: 'desk',
    changes: false,
    about: 'Says that an agent is there, and for what. Answered in the order sent, once on disk.',
  },
  supervises: {
    by: 'desk',
    changes: false,
    about:
      'Changes what another agent is ready for, or who has an interaction, which goes into the audit log.',
  },
  reportsLoad: {
    by: 'desk',
    changes: false,
    about: 'Says what an agent has outside of this server. Nothing of it is on disk.',
  },
  watches: {
    by: 'desk',
    changes: false,
    about: 'Reads which agents are there.',
  },
  browses: {
    by: 'desk',
    changes: false,
    about:
      'Reads interactions by a snapshot of the client. Whatever is stored, others go on meanwhile.',
  },
  converses: {
    by: 'desk',
    changes: false,
    about: 'Tells other clients something, or lets itself be told. Nothing of it is on disk.',
  },
  locks: {
    by: 'desk',
    changes: false,
    about:
      'Keeps an interaction that waits from others, or frees it. Refused where there is little room on disk.',
  },
  consults: {
    by: 'desk',
    changes: false,
    about: 'Reads what is in workbins, as far as their owners let who asks.',
  },
  delivers: {
    by: 'desk',
    changes: false,
    about:
      'Offers an interaction to an agent, which takes a place of its capacity. Refused where there is little room on disk.',
  },
  registers: {
    by: 'front',
    changes: false,
    about: 'Makes a client known. Needs none.',
  },
  leaves: {
    by: 'front',
    changes: false,
    about:
      'Ends the client that sends it, when all that it sent before is answered. Served while the server stops.',
  },
  opens: {
    by: 'front',
    changes: false,
    about: 'Begins something that lasts until the client lets it go or ends.',
  },
  letsGo: {
    by: 'front',
    changes: false,
    about: 'Ends what another request began. Served while the server stops.',
  },
  looks: {
    by: 'front',
    changes: false,
    about: 'Reads what the server knows at once. Served while the server stops.',
  },
  asks: {
    by: 'front',
    changes: false,
    about: 'Reads what is gathered for it. Clients take turns.',
  },
  administers: {
    by: 'front',
    changes: false,
    about: 'Changes the server or ends a client, which goes into the audit log.',
  },
} as const satisfies Readonly<Record<string, DoingEntry>>;

export type Doing = keyof typeof doings;
type Doings = typeof doings;

/** What is done by a partition. */
export type PartitionDoing = {
  [Name in Doing]: Doings[Name]['by'] extends 'partition' ? Name : never;
}[Doing];
/** What is done by the desk. */
export type DeskDoing = {
  [Name in Doing]: Doings[Name]['by'] extends 'desk' ? Name : never;
}[Doing];
/** What is done by the front. */
export type FrontDoing = Exclude<Doing, PartitionDoing | DeskDoing>;
/** What changes interactions. */
export type ChangingDoing = {
  [Name in Doing]: Doings[Name]['changes'] extends true ? Name : never;
}[Doing];
