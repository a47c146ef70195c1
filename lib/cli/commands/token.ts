/** `ixion token create`: a token for an application, and the hash that the configuration gets. */
import { systemRandom } from '../../clock.js';
import { roles } from '../../security/roles.js';
import { hashOfToken, newToken } from '../../security/token.js';
import { commonFlags, readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';

const help = `Usage: ixion token create [--name NAME] [--role ROLE] [--json]

Makes a token for an application and prints it, once, with its hash. The application keeps the token;
the configuration gets the hash, from which nobody can find the token.

  --name NAME  print the lines for the configuration too, for this application
  --role ROLE  its role there: ${roles.join(', ')}
  --json       one JSON object: {token, tokenHash}

Example:
  $ ixion token create --name mail --role media`;

const flags = { name: { type: 'string' }, role: { type: 'string' } } as const;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const options = { ...commonFlags, ...flags };
  const { values, positionals } = readArguments('token', argv, options, ['create']);
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const [verb] = positionals;
  if (verb !== 'create') throw new UsageError(`"token ${verb}" is unknown; there is: create.`);
  const { name, role } = values;
  if (role !== undefined && !roles.some((known) => known === role)) {
    throw new UsageError(`"${role}" is no role; there are: ${roles.join(', ')}.`);
  }
  const token = newToken(systemRandom);
  const tokenHash = hashOfToken(token);
  if (values.json) {
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
}
