/** What a command that goes on tells on stderr meanwhile. */
import type { Client } from '../client/index.js';
import type { Output } from './output.js';

/** One line; for programs as JSON. */
export function reportWarning(message: string, output: Output, json: boolean): void {
  output.error(json ? JSON.stringify({ warning: { message } }) : `ixion: ${message}`);
}

/** Tells when the connection is lost and found again; resolves when the client is closed. */
export async function reportLosses(client: Client, output: Output, json: boolean): Promise<void> {
  let lost = false;
  for await (const status of client.status()) {
    if (status === 'serverDraining') reportWarning('the server stops', output, json);
    else if (status === 'reconnecting')
      reportWarning('connection lost, trying again', output, json);
    else if (status === 'connected' && lost) reportWarning('connected again', output, json);
    lost = status === 'reconnecting';
  }
}
