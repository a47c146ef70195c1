/** Rows of configuration objects and logins are verified: as they were written, or named. */
import t from 'tap';
import { loginKey } from '../../lib/agents/login-key.js';
import { faultOfObject } from '../../lib/data/object-rows.js';
import { MediumState, type LoginRecord } from '../../lib/desk/index.js';
import {
  changeKey,
  headKey,
  objectKey,
  startApplicationsKey,
  startColumnsKey,
  startOptionsKey,
  toRow,
  versionKey,
} from '../../lib/objects/rows.js';

const header = {
  version: 3,
  at: 1_800_000_000_000,
  who: 'ann',
  comment: '',
  added: 1,
  changed: 0,
  removed: 2,
};
const medium = { name: 'email', state: MediumState.ready, sinceMs: 1 };
const login: LoginRecord = {
  agentId: 'gr\u00fcn',
  tenantId: 1,
  placeId: 'desk 1',
  clientName: 'desktop',
  loggedInMs: 1,
  media: [medium],
  doNotDisturb: false,
  change: 1,
};
const application = { name: 'media', type: 'MediaServer', hashes: [] };

/** Rows by what they are: as they are written, and otherwise. */
const rows: Record<string, { key: string; sound: unknown; spoilt: readonly unknown[] }> = {
  head: { key: headKey, sound: { version: 3 }, spoilt: [{}, { version: -1 }, null, []] },
  version: {
    key: versionKey(3),
    sound: header,
    spoilt: [
      { ...header, version: 4 },
      { ...header, who: 1 },
      { ...header, at: 'now' },
    ],
  },
  change: {
    key: changeKey(3, 0),
    sound: [['queue', 'in', 'added']],
    spoilt: [{}, [['queue', 'in']], [['quue', 'in', 'added']], [['queue', 'in', 'made']]],
  },
  object: { key: objectKey('queue', 'in', 3), sound: { process: 'x' }, spoilt: [[], 1, null] },
  options: { key: startOptionsKey, sound: { 'a/b': 1 }, spoilt: [[], null] },
  columns: {
    key: startColumnsKey,
    sound: { highest: 4, columns: [{ number: 4, key: 'Lang', type: 'text' }] },
    spoilt: [
      [],
      { highest: 3, columns: [{ number: 4, key: 'Lang', type: 'text' }] },
      { highest: 4, columns: [{ number: 4, key: 'Lang', type: 'string' }] },
    ],
  },
  applications: {
    key: startApplicationsKey,
    sound: [application],
    spoilt: [{}, [{ ...application, hashes: undefined }], [{ ...application, type: 1 }]],
  },
  login: {
    key: loginKey(login.agentId),
    sound: login,
    spoilt: [
      { ...login, agentId: 'blue' },
      { ...login, change: 0 },
      { ...login, media: undefined },
      { ...login, media: [{ ...medium, state: 9 }] },
      { ...login, doNotDisturb: 'no' },
    ],
  },
};

t.test('each row is sound as it is written, and named otherwise', async (t) => {
  for (const [name, { key, sound, spoilt }] of Object.entries(rows)) {
    t.equal(faultOfObject(0, key, toRow(sound)), undefined, name);
    t.equal(faultOfObject(1, key, toRow(sound)), 'only partition 0 has such rows', name);
    for (const value of spoilt) {
      t.type(faultOfObject(0, key, toRow(value)), 'string', `${name} ${JSON.stringify(value)}`);
    }
    const cut = toRow(sound).subarray(0, -1);
    t.throws(() => faultOfObject(0, key, cut), { name: 'SyntaxError' }, `${name}, cut short`);
  }
  t.equal(faultOfObject(0, objectKey('queue', 'in', 4), new Uint8Array(0)), undefined, 'removed');
});

t.test('a row that nobody knows is named', async (t) => {
  for (const key of ['other', 'model\0other', `${versionKey(3)}x`, 'model\0object\0x\0y\0abcd']) {
    t.type(faultOfObject(0, key, toRow({})), 'string', JSON.stringify(key));
  }
});
