/** Entry of the process that verifies partitions, see `lib/data/verify-partition.ts`. */
import { hostVerification } from '../lib/data/verify-partition.js';

void hostVerification(process.argv[2]!);
