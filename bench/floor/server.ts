/** The main thread of a floor. Arguments: A or B, directory. */
import { createServer, type AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { serve } from '../support/serve.js';

const [floor = 'A', directory = ''] = process.argv.slice(2);
const worker = new Worker(new URL('./worker.js', import.meta.url), {
  workerData: { floor, directory },
  execArgv: [],
});

/** The whole frames of a chunk go to the worker together; what is left of it waits for the next. */
const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let end = 0;
    while (bytes.length - end >= 4) {
      const next = end + bytes.readUInt32BE(end);
      if (next > bytes.length) break;
      end = next;
    }
    rest = Buffer.from(bytes.subarray(end));
    if (end === 0) return;
    const frames = new Uint8Array(end);
    frames.set(bytes.subarray(0, end));
    worker.postMessage(frames, [frames.buffer]);
  });
  socket.on('error', () => socket.destroy());
  worker.removeAllListeners('message');
  worker.on('message', (acknowledgements: Uint8Array) => socket.write(acknowledgements));
});
const listening = new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

serve(async ({ type }: { type: 'port' | 'close' }) => {
  if (type === 'port') {
    await listening;
    return { port: (server.address() as AddressInfo).port };
  }
  worker.postMessage('close', []);
  await new Promise((resolve) => worker.once('exit', resolve));
  return {};
});
