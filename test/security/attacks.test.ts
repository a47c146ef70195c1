/** Attacks on a real server: each is refused, and the server is alive and answers after each. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import type { Target } from './attack.js';
import { credentialAttacks, roleAttacks } from './attacks-access.js';
import { byteAttacks } from './attacks-bytes.js';
import { tenantAttacks } from './attacks-tenants.js';
import { idOf, startSecured, submission } from './secured-server.js';
import { RouteKind } from '../../lib/protocol/message.js';

const attacks = [...credentialAttacks, ...roleAttacks, ...tenantAttacks, ...byteAttacks];

t.test('attacks on the protocol listener', async (t) => {
  const secured = await startSecured(t);
  const route = { kind: RouteKind.queue, key: 'in' };
  const blue = await secured.client('blue');
  const blueId = idOf(await blue.ask(101, 2, submission, route));
  const ownId = idOf(await (await secured.client('media')).ask(101, 2, submission, route));
  const target: Target = { ...secured, blueId, ownId };
  const witness = await secured.client('admin');
  let reference = 100;
  for (const { name, ends, try: attack } of attacks) {
    const came = await attack(target);
    if (ends === 'closed') t.equal(came, 'closed', name);
    else if (ends === 'nothing shown') t.equal(came, undefined, name);
    else if (came === undefined || came === 'closed') t.fail(`${name}: no answer`);
    else t.equal(errorOf(came), errorTable[ends].code, `${name}: ${JSON.stringify(came.body)}`);
    t.equal((await witness.ask(175, ++reference)).message, 175, 'the server answers');
  }
  const kept = await blue.ask(
    188,
    999,
    { InteractionId: blueId },
    { kind: RouteKind.id, key: blueId },
  );
  t.equal(errorOf(kept), 0, 'what was attacked is as it was');
  t.equal(secured.server.state, 'ready');
  t.strictSame((await secured.server.status()).reports, [], 'no actor crashed');
});
