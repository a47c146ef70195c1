/** `npm run test:parts` begins here: says which outside parts are missing, instead of skipping. */
import { spawnSync } from 'node:child_process';
import { outsideParts } from './outside-parts.js';

for (const { name, command, remedy } of outsideParts) {
  const [program, ...programArguments] = command;
  if (spawnSync(program, programArguments, { stdio: 'ignore' }).status === 0) continue;
  process.stdout.write(
    `not ok - ${name} is not here; ${remedy}\n# { total: 1, pass: 0, fail: 1 }\n`,
  );
  process.exitCode = 1;
}
