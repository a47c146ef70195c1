/** Workbins over a restart of the server, and over changes of their types. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { verifyStore } from '../../lib/data/verify.js';
import { byId, done, Scene, type Worker } from '../agents/scene.js';
import { desktop } from '../agents/support.js';
import { directoryOf } from '../fixture/directory.js';
import { content, idsOf, place, pulled, startWorkbins, take } from './support.js';

const data = join(directoryOf(t), 'data');

t.test('bins are as they were after a restart', async (t) => {
  const first = await startWorkbins(t, { data });
  const scene = await Scene.open(t, first);
  const ann = await scene.agent();
  const ids: string[] = [];
  for (const Queue of ['in', 'there', 'in']) {
    ids.push(await pulled(scene, ann, Queue));
    done(await place(ann.desk, ids.at(-1)!, 'later', Queue === 'there' ? { Hold: true } : {}));
  }
  const inHand = await pulled(scene, ann, 'there');
  done(await place(ann.desk, inHand, 'later'));
  done(await take(ann.desk, inHand));
  await first.stop({ drainMs: 0 });
  t.equal((await verifyStore(data)).faults, 0);

  const second = await startWorkbins(t, { data }, false);
  const again = await Scene.open(t, second);
  const desk = await desktop(t, second);
  done(await desk.login(ann.id, { MediaList: { voice: 1 } }));
  const back: Worker = { ...ann, desk };
  t.strictSame(idsOf(done(await content(desk, 'later'))), ids);
  done(await byId(desk, 105, { InteractionId: inHand, Queue: '__BACK__' }));
  t.strictSame(idsOf(done(await content(desk, 'later'))), [...ids, inHand], 'back, as the last');
  done(await take(desk, ids[2]!));
  t.strictSame(idsOf(done(await content(back.desk, 'later'))), [ids[0], ids[1], inHand]);
  t.match(await again.properties(ids[1]!), { IsHeld: 1, Workbin: 'later' });

  // What is in them keeps a type from being removed, or given to other owners.
  const change = { who: 'test', comment: '', dryRun: false, merge: true, prune: true };
  const text = 'workbinTypes:\n  - {name: later, owner: place, queue: in}\n';
  const file = Readable.from([Buffer.from(text)]);
  const refused = await second.objects.apply(file, change, { who: 'test' }, () => undefined);
  t.match(JSON.stringify(refused), /workbinTypes\.later.*4 interactions/);
  t.strictSame(idsOf(done(await content(desk, 'later'))), [ids[0], ids[1], inHand]);
  for (const id of ids) done(await byId(again.mail, 102, { InteractionId: id }));
  done(await byId(again.mail, 102, { InteractionId: inHand }));
  const anew = await second.objects.apply(
    Readable.from([Buffer.from(text)]),
    change,
    { who: 'test' },
    () => undefined,
  );
  t.match(anew, { isApplied: true }, 'empty ones may be given to others');
  const id = await pulled(again, back);
  done(await place(desk, id, 'later'));
  t.match(await again.properties(id), { Workbin: 'later', WorkbinPlaceId: ann.place });
});
