/** `ixion token create`: a token for an application, and the hash that the configuration gets. */
import { systemRandom } from '../../clock.js';
import { hashOfToken, newToken } from '../../security/token.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { token as tokenTable } from '../table/token.js';

export const handlers: HandlersOf<typeof tokenTable> = {
  async create({ flags: { name, role, json } }, { output }) {
    const token = newToken(systemRandom);
    const tokenHash = hashOfToken(token);
    if (json) {
      output.text(`${JSON.stringify({ token, tokenHash })}\n`);
      return exitCodes.ok;
    }
    output.text(`token      ${token}\ntokenHash  ${tokenHash}\n`);
    if (name !== undefined) {
      const rows = [
        'applications:',
        `  - name: ${JSON.stringify(name)}`,
        `    role: ${role ?? 'media'}`,
        '    tenants: [1]',
        `    tokenHash: ${tokenHash}`,
      ];
      output.text(`\n${rows.join('\n')}\n`);
    }
    return exitCodes.ok;
  },
};
