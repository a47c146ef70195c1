/** Which known word was meant. */
import t from 'tap';
import { suggestion } from '../../lib/text/index.js';

t.test('a slip leads to the word, something else to none', async (t) => {
  const words = ['start', 'status', 'store', 'stop', 'export', 'requireCredentials'];
  t.equal(suggestion('sttaus', words), 'status', 'swapped');
  t.equal(suggestion('strt', words), 'start', 'left out');
  t.equal(suggestion('stat', words), 'status', 'begun');
  t.equal(suggestion('IXION_DRAIN', ['IXION_DATA', 'IXION_DRAIN_MS']), 'IXION_DRAIN_MS');
  t.equal(suggestion('Export', words), 'export', 'case');
  t.equal(suggestion('requireCredential', words), 'requireCredentials');
  t.equal(suggestion('requirecredentails', words), 'requireCredentials');
  t.equal(suggestion('x', words), undefined);
  t.equal(suggestion('', words), undefined);
  t.equal(suggestion('simulate', words), undefined);
  t.equal(suggestion('stop', words), 'stop');
});
