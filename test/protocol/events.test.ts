/** What holds an event together: its number, and its row in the message table. */
import t from 'tap';
import { AgentEventNumber } from '../../lib/interaction/agent-event.js';
import { EventNumber } from '../../lib/interaction/event.js';
import { transitions } from '../../lib/interaction/lifecycle.js';
import { answers } from '../../lib/protocol/answers.js';

t.test('every event that a partition keeps is a row of the table by its number and name', (t) => {
  const events = answers.filter(({ direction }) => direction === 'event');
  const nameOf = new Map(events.map(({ number, name }) => [number, name]));
  for (const [name, number] of Object.entries(EventNumber)) {
    t.equal(nameOf.get(number), `Event${name}`, `${number}`);
  }
  t.equal(new Set(answers.map(({ number }) => number)).size, answers.length, 'no number is twice');
  t.end();
});

t.test('every event has somebody who tells it', (t) => {
  const told = new Set<number>(Object.values(transitions).flatMap(({ events }) => events));
  for (const number of Object.values(AgentEventNumber)) told.add(number);
  told.add(EventNumber.ServerStopping).add(EventNumber.ConfigurationChanged);
  for (const [name, number] of Object.entries(EventNumber)) t.ok(told.has(number), name);
  t.end();
});
