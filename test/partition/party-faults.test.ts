/**
 * What `store verify` says of parties, offers and customers whose rows contradict each other: each
 * fault is made by hand in a store that is sound, and named.
 */
import { join } from 'node:path';
import t from 'tap';
import { dataFormat } from '../../lib/data/manifest.js';
import { verifyStore } from '../../lib/data/verify.js';
import { stateNow } from '../../lib/interaction/body.js';
import { encodeState, type StateRecord } from '../../lib/interaction/state-record.js';
import { offer, parties, PartyKind, PartyRole } from '../../lib/interaction/state-sections.js';
import { DeadlineKind, steadyDeadlineKey } from '../../lib/partition/rows/keys.js';
import { partyKey, sessionPartyKey } from '../../lib/partition/rows/party-key.js';
import { Table } from '../../lib/store/contract.js';
import type { MemoryDisk } from '../../lib/store/memory.js';
import { firstTimeline } from '../../lib/timeline.js';
import { exportDisks } from '../../lib/world/export-to.js';
import { directoryOf } from '../fixture/directory.js';
import { faultsOf } from '../simulation/consistency.js';
import { agentOf, offerIn, orderFor } from './offers.js';
import { op, queueIn, Rig, sessionOf } from './support.js';

const router = sessionOf('urs', 'RoutingEngine');
const mail = sessionOf('mail', 'MediaServer');
const worker = sessionOf('worker', 'AgentApplication');
const [ann, bea] = [agentOf('ann'), agentOf('bea')];
const noValue = new Uint8Array(0);
const stranger = 'ab'.repeat(16);
const place = ['ann', 'desk of ann'];
const other = ['zoe', 'desk of zoe'];

/** One that waits, with a customer; one offered, one handled by two, one with a client. */
async function sound(): Promise<MemoryDisk> {
  const rig = await Rig.start({ sessions: [router, mail, worker, ann, bea] });
  const chat = { MediaType: 'chat', IsOnline: true };
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: 'waiting', ...chat }));
  for (const InteractionId of ['offered', 'handled', 'pulled']) {
    await rig.ask(mail, op.submit(queueIn(0), { InteractionId }));
  }
  await offerIn(rig, 0, orderFor('offered', ann), router);
  await offerIn(rig, 0, orderFor('handled', ann), router);
  await rig.ask(ann, op.accept('handled', 1));
  await offerIn(rig, 0, orderFor('handled', bea, { kind: 'conference' }), ann);
  await rig.ask(bea, op.accept('handled', 2));
  await rig.ask(worker, op.pullById('pulled'));
  await rig.quiet();
  t.strictSame(rig.world.faults(), []);
  return rig.world.disk(0);
}

/** Changes the record of an interaction behind the back of all rows about it. */
function alter(disk: MemoryDisk, id: string, change: (record: StateRecord) => void): void {
  const row = disk.table(Table.interaction).get(id)!;
  const record = stateNow(row, disk.table(Table.state).get(id));
  change(record);
  disk.table(Table.state).set(id, encodeState(record));
}

const recordOf = (disk: MemoryDisk, id: string): StateRecord =>
  stateNow(disk.table(Table.interaction).get(id)!, disk.table(Table.state).get(id));
const put = (disk: MemoryDisk, key: string): void => disk.table(Table.party).set(key, noValue);
const remove = (disk: MemoryDisk, key: string): void => disk.table(Table.party).set(key, undefined);

/** How each is made, and the words of it. */
const faults: Readonly<Record<string, readonly [make: (disk: MemoryDisk) => void, said: string]>> =
  {
    'a party without an interaction': [
      (disk) => put(disk, sessionPartyKey(stranger, 'gone')),
      'this client does not have gone',
    ],
    'a party of a client that does not have it': [
      (disk) => put(disk, sessionPartyKey(stranger, 'pulled')),
      'this client does not have pulled',
    ],
    'an owner without a party': [
      (disk) => remove(disk, sessionPartyKey(recordOf(disk, 'pulled').owner, 'pulled')),
      'a client has it but no row says so',
    ],
    'an agent that takes part in nothing': [
      (disk) => put(disk, partyKey(PartyKind.agentAtPlace, place, 'vanished')),
      'agent ann does not take part in vanished',
    ],
    'an agent that takes part without a row': [
      (disk) => remove(disk, partyKey(PartyKind.agentAtPlace, place, 'handled')),
      'an agent takes part but no row says so',
    ],
    'an offer without a deadline': [
      (disk) => {
        const { untilMs, number } = offer.of(recordOf(disk, 'offered'))!;
        const key = steadyDeadlineKey(untilMs, DeadlineKind.invitation, 'offered', number);
        disk.table(Table.deadline).set(key, undefined);
      },
      'it is offered but the offer has no end',
    ],
    'a deadline of an offer that is over': [
      (disk) => {
        const key = steadyDeadlineKey(1, DeadlineKind.invitation, 'offered', 77);
        disk.table(Table.deadline).set(key, noValue);
      },
      'ticket 77 of offered is over',
    ],
    'somebody invited to what is not offered': [
      (disk) =>
        alter(disk, 'handled', (record) => {
          const [kind, role] = [PartyKind.agentAtPlace, PartyRole.invited];
          const guest = { kind, owner: other, role, sinceMs: 1 };
          parties.put(record, [...parties.of(record)!, guest]);
          put(disk, partyKey(PartyKind.agentAtPlace, other, 'handled'));
        }),
      'who is invited is not who it is offered to',
    ],
    'an agent twice': [
      (disk) =>
        alter(disk, 'handled', (record) => {
          const all = parties.of(record)!;
          parties.put(record, [...all, all[0]!]);
        }),
      'an agent takes part twice',
    ],
    'agents of what waits': [
      (disk) =>
        alter(disk, 'waiting', (record) => {
          const [kind, role] = [PartyKind.agentAtPlace, PartyRole.handling];
          parties.put(record, [{ kind, owner: other, role, sinceMs: 1 }]);
          put(disk, partyKey(PartyKind.agentAtPlace, other, 'waiting'));
        }),
      'agents take part in what is in state 0',
    ],
    'an owner of what waits': [
      (disk) => alter(disk, 'waiting', (record) => (record.owner = stranger)),
      'state 0 and an owner disagree',
    ],
    'a customer without a row': [
      (disk) => remove(disk, partyKey(PartyKind.online, [], 'waiting')),
      'it is online but no row says so',
    ],
    'a row without a customer': [
      (disk) => put(disk, partyKey(PartyKind.online, [], 'pulled')),
      'pulled is not online',
    ],
    'a party that nobody writes': [
      (disk) => put(disk, partyKey(PartyKind.router, ['urs'], 'pulled')),
      'pulled has a party of kind 3',
    ],
  };

t.test('each fault is named', async (t) => {
  const disk = await sound();
  for (const [name, [make, said]] of Object.entries(faults)) {
    const copy = disk.copy();
    make(copy);
    const found = faultsOf([copy]);
    t.ok(
      found.some((text) => text.includes(said)),
      `${name}: ${found.join('; ')}`,
    );
    t.ok(found.length <= 3, `${name}: nothing else is wrong with it`);
  }
});

t.test('and all of them by the command, of a store on a disk', async (t) => {
  const disk = (await sound()).copy();
  // Of one interaction the first fault is told.
  const apart = [
    'somebody invited to what is not offered',
    'an agent twice',
    'an owner of what waits',
    'agents of what waits',
  ];
  const made = Object.entries(faults).filter(([name]) => !apart.includes(name));
  for (const [, [make]] of made) make(disk);
  const data = join(directoryOf(t), 'data');
  const storeId = 'ab'.repeat(16);
  const manifest = { format: dataFormat, partitions: 1, storeId, timeline: firstTimeline(storeId) };
  await exportDisks(data, manifest, [disk]);
  const { partitions } = await verifyStore(data);
  const said = partitions[0]!.faults.join('\n');
  for (const [name, [, words]] of made) t.match(said, words, name);
});
