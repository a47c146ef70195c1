/** A process that sends back what it gets; answers its parent with its port. */
import { createServer, type AddressInfo } from 'node:net';
import { serve } from './serve.js';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(0, '127.0.0.1');

serve(async () => ({ port: (server.address() as AddressInfo).port }));
