/**
 * A client process that inserts, updates and deletes: once there are `live` interactions, for each
 * new one any other is changed and any other ended.
 */
import { Life } from '../cycle/life.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { serve } from '../support/serve.js';

/** What the parent asks for; the live set stays from one request to the next. */
export interface ChurnRequest {
  readonly operations: number;
  readonly live: number;
}

const options = daemonClientOptions();
const opening = Life.open(options);
const live: string[] = [];

/** Takes any one out of the live set, so that nobody else changes or ends it meanwhile. */
function takeAny(): string {
  const index = Math.floor(Math.random() * live.length);
  const id = live[index]!;
  live[index] = live.at(-1)!;
  live.pop();
  return id;
}

serve(async ({ operations, live: wanted }: ChurnRequest) => {
  const life = await opening;
  const { media } = life;
  let left = operations;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 2;
      const { interactionId } = await media.submit(life.nextRecord().record);
      live.push(interactionId);
      const target = takeAny();
      await media.changeProperties(target, { changed: { Subject: `changed ${left}` } });
      live.push(target);
      if (live.length <= wanted) continue;
      left -= 1;
      await media.stop(takeAny());
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: options.inFlight }, lane));
  return { perSecond: (operations * 1_000) / (performance.now() - startMs) };
});
