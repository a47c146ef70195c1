/** The model sequences of reporting clients; a part of `conformance-page.ts`. */

/** A row of the page. */
export interface Sequence {
  readonly name: string;
  readonly messages: string;
  /** A file of tests and the name of the test in it; or with what it will come. */
  readonly by: { readonly file: string; readonly test: string } | string;
}

const reports = (test: string): Sequence['by'] => ({
  file: 'test/agents/reporting.test.ts',
  test,
});

export const reportingSequences: readonly Sequence[] = [
  {
    name: 'Subscription to agents',
    messages:
      'EventAck; EventPlaceAgentState of each, EventUpToDate; EventDoNotDisturbOff, EventAgentLogout',
    by: reports('Reporting, agents'),
  },
  {
    name: 'Subscription to queues',
    messages:
      'EventAck; EventQueueState of each, EventUpToDate; the events, EventQueueState of what has changed',
    by: reports('Reporting, queues'),
  },
  {
    name: 'Subscription by kinds of objects and tenants',
    messages: 'EventAck; EventPartyAdded of the one, all events of the other; EventError',
    by: reports('Reporting, kinds of each tenant'),
  },
  {
    name: 'Subscription of a client that was away',
    messages: 'EventAck; EventQueueState; the events in between, EventUpToDate',
    by: reports('Reporting, resumed'),
  },
  {
    name: 'Subscription of a client that does not read',
    messages: 'EventSubscriptionEnded',
    by: {
      file: 'test/net/events.test.ts',
      test: 'who takes nothing is told, and its subscription ends',
    },
  },
  {
    name: 'Custom reporting, also after the stop',
    messages: 'EventAck; EventCustomReporting',
    by: reports('Custom reporting'),
  },
];
