/** An error of the SDK says what was asked, by whom, and what to do. */
import t from 'tap';
import { IxionError, type Client, type ErrorName } from '../../lib/client/index.js';
import { errorTable } from '../../lib/errors.js';
import { addressOf, connectReal, startReal } from './real-server.js';
import { connectTo, email, serve } from './support.js';

/** What it rejects with. */
async function rejectionOf(call: () => Promise<unknown>): Promise<IxionError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof IxionError) return error;
    throw error;
  }
  throw new Error('it did not reject');
}

async function stopTheUnknown(client: Client): Promise<void> {
  await client.stop('no-such-interaction');
}

t.test('refusals of a server', async (t) => {
  const client = await connectReal(t, addressOf(await startReal(t)));
  const error = await rejectionOf(() => stopTheUnknown(client));
  const errorName: ErrorName = 'UnknownInteraction';
  t.match(error, { code: 43, errorName, request: 'RequestStopProcessing', retryable: false });
  t.equal(error.remedy, errorTable.UnknownInteraction.remedy);
  t.match(error.stack, /stopTheUnknown[^]*rejectionOf/, 'the stack is that of who called');

  const both = await rejectionOf(async function several() {
    await Promise.all([client.ping(), client.getProperties('none')]);
  });
  t.match(both, { request: 'RequestGetInteractionProperties', stack: /several/ });

  for (const [request, call] of [
    ['RequestSubmit', () => client.submit({ ...email, queue: 'none' })],
    ['RequestChangeProperties', () => client.changeProperties('none', { priority: 1 })],
    ['RequestPlaceInQueue', () => client.placeInQueue('none', 'inbox')],
    ['RequestHold', () => client.hold('none')],
    ['RequestResume', () => client.resume('none')],
    ['RequestPull', () => client.pull({ queue: 'inbox' })],
    ['RequestQueueStatistics', () => client.queueStatistics(['none'])],
    ['RequestListInteractions', () => client.listInteractions({ partition: 9 })],
    ['RequestChangeOptions', () => client.changeOptions({ none: '1' })],
    [
      'RequestStartPlaceAgentStateReportingAll',
      () => client.events({ resumeToken: '0000000000000000:1,1' }).next(),
    ],
    [
      'RequestRegisterClient',
      () => client.addClient({ clientName: '\n', clientType: 'MediaServer' }),
    ],
  ] as const) {
    const each = await rejectionOf(async function caller() {
      await call();
    });
    t.match(each, { request, remedy: /.{10}/, stack: /caller/ }, request);
  }
});

t.test('what the client itself gives up', async (t) => {
  const server = await serve(t, ({ name }) => name === 'RequestStopProcessing');
  const client = await connectTo(t, server);
  const request = 'RequestStopProcessing';
  const late = await rejectionOf(async function impatient() {
    await client.stop('A', { timeoutMs: 1 });
  });
  t.match(late, { errorName: 'DeadlineExceeded', request, stack: /impatient/ });

  const end = new AbortController();
  const given = rejectionOf(async function abandoned() {
    await client.stop('A', { signal: end.signal });
  });
  end.abort(new Error('enough'));
  const cause = new Error('enough');
  t.match(await given, { errorName: 'Aborted', request, cause, stack: /abandoned/ });

  const waiting = ['one', 'other'].map((id) => rejectionOf(() => client.stop(id)));
  const status = client.status();
  server.links[0]!.event('EventForcedDisconnect', 1, {
    ErrorCode: errorTable.SessionReplaced.code,
    ErrorDescription: 'replaced',
  });
  const [one, other] = await Promise.all(waiting);
  t.match([one, other], [{ errorName: 'SessionReplaced' }, { errorName: 'SessionReplaced' }]);
  t.not(one, other, 'each has an error of its own');
  for await (const now of status) if (now === 'closed') break;
  const closed = await rejectionOf(async function tooLate() {
    await client.ping();
  });
  t.match(closed, { request: 'RequestPing', stack: /tooLate/ });
});
