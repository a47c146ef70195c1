/** A reader of events, from the first on: answers when it has seen so many submits. */
import { connect } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { serve } from '../support/serve.js';

const { server } = daemonClientOptions();
const opening = connect({ server, clientName: 'bench.reader', clientType: 'ReportingEngine' });
let submits = 0;
let wanted = Infinity;
let caughtUp: (() => void) | undefined;

async function follow(): Promise<void> {
  for await (const { event } of (await opening).events({ fromStart: true })) {
    if (event === 'EventInteractionSubmitted') submits += 1;
    if (submits >= wanted) caughtUp?.();
  }
}

const following = follow();

serve(async ({ count }: { count: number }) => {
  const done = new Promise<void>((resolve) => (caughtUp = resolve));
  wanted = count;
  if (submits >= wanted) caughtUp?.();
  await Promise.race([done, following]);
  return { submits };
});
