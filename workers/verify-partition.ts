/** Entry of the process that verifies a partition, see `lib/data/verify-partition.ts`. */
import { hostVerification } from '../lib/data/verify-partition.js';

await hostVerification(process.argv[2]!);
