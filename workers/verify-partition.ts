/** Entry of the process that verifies a partition, see `lib/server/verify-partition.ts`. */
import { hostVerification } from '../lib/server/verify-partition.js';

await hostVerification(process.argv[2]!);
