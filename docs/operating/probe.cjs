/**
 * A probe for containers and scripts on the machine of the server:
 * `node probe.cjs livez|readyz [HOST:PORT]`. Ends with 0 when the admin listener says yes, else
 * with 1. It asks for no token and shows none; of TLS it wants an answer only, so the
 * certificate is not looked at.
 */
const http = require('node:http');
const https = require('node:https');

const [, , sign = 'livez', address = process.env.IXION_ADMIN ?? '127.0.0.1:7489'] = process.argv;
const timeout = 4_000;

/** The status of the answer; undefined: there is none. */
function ask({ get }, scheme) {
  return new Promise((resolve) => {
    const options = { timeout, rejectUnauthorized: false };
    const request = get(`${scheme}://${address}/${sign}`, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

void (async () => {
  const status = (await ask(http, 'http')) ?? (await ask(https, 'https'));
  process.exitCode = status === 200 ? 0 : 1;
})();
