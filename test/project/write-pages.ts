/** `npm run pages`: writes the pages that are made from tables. */
import { writePages } from './generated-pages.js';

await writePages();
