/** A client process that runs cycles without pause and switches the server's counters meanwhile. */
import { Life } from '../cycle/life.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { processorTime } from '../support/processes.js';
import { serve } from '../support/serve.js';

/** What the parent asks for. */
export interface SlicesRequest {
  readonly slices: number;
  readonly sliceSeconds: number;
  readonly warmUpSeconds: number;
  readonly serverPid: number;
}

/** One slice of the run. */
export interface Slice {
  readonly isOn: boolean;
  readonly perSecond: number;
  /** Processor time of the server per cycle. */
  readonly serverUs: number;
}

const options = daemonClientOptions();
const opening = Life.open(options);
const settleMs = 30;
const load = { isOpen: true, cycles: 0 };

async function lane(life: Life): Promise<void> {
  while (load.isOpen) {
    await life.once();
    load.cycles += 1;
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measureSlice(life: Life, isOn: boolean, request: SlicesRequest): Promise<Slice> {
  const value = String(isOn);
  await life.media.changeOptions({
    'collect-request-counters': value,
    'collect-error-counters': value,
    'collect-esp-error-counters': value,
  });
  await sleep(settleMs);
  const usedUs = (): number => {
    const { mainUs, otherUs } = processorTime(request.serverPid);
    return mainUs + otherUs;
  };
  const before = { cycles: load.cycles, us: usedUs(), ms: performance.now() };
  await sleep(request.sliceSeconds * 1_000);
  const cycles = load.cycles - before.cycles;
  const elapsedMs = performance.now() - before.ms;
  return {
    isOn,
    perSecond: (cycles * 1_000) / elapsedMs,
    serverUs: (usedUs() - before.us) / cycles,
  };
}

serve(async (request: SlicesRequest): Promise<{ slices: Slice[] }> => {
  const life = await opening;
  const lanes = Array.from({ length: options.inFlight }, () => lane(life));
  await sleep(request.warmUpSeconds * 1_000);
  const slices: Slice[] = [];
  for (let index = 0; index < request.slices; index += 1) {
    // On, off, off, on: what drifts hits both alike.
    const isOn = index % 4 === 0 || index % 4 === 3;
    slices.push(await measureSlice(life, isOn, request));
  }
  load.isOpen = false;
  await Promise.all(lanes);
  return { slices };
});
