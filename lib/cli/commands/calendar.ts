/** `ixion calendar`: what a calendar says of a moment. */
import type { CalendarAnswer } from '../../admin/question-routes.js';
import { writeTime } from '../../text/index.js';
import { askAdmin } from '../admin-client.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { withTimes } from '../present.js';
import { recordLines, toJson } from '../print.js';
import type { calendar as calendarTable } from '../table/calendar.js';

export const handlers: HandlersOf<typeof calendarTable> = {
  async show({ flags, arguments: { name } }, { output }) {
    const at = flags.at === undefined ? {} : { at: writeTime(flags.at) };
    const query = String(new URLSearchParams({ name, ...at }));
    const answer = (await askAdmin(flags, `/calendar?${query}`)) as CalendarAnswer;
    if (flags.json) await output.line(toJson(withTimes(answer, 'at', 'until')));
    else for (const line of recordLines(shown(answer))) await output.line(line);
    return exitCodes.ok;
  },
};

function shown(answer: CalendarAnswer): Readonly<Record<string, unknown>> {
  const { name, timeZone, at, wall, isOpen, number, until } = answer;
  const open = number === undefined ? 'yes' : `yes, ${number}`;
  return {
    Calendar: name,
    At: `${writeTime(at)}, where it is ${wall} (${timeZone})`,
    Open: isOpen ? open : 'no',
    Until: until === undefined ? 'for ever' : writeTime(until),
  };
}
