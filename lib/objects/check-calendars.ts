/** What is wrong with the lines of a calendar, and with time zones. */
import { Calendar } from '../calendar/index.js';
import type { ObjectFault } from './fault.js';
import type { Fields } from './field.js';

/** The faults of a calendar; of a tenant, that of its time zone. */
export function faultsOfCalendar(
  kind: 'calendar' | 'tenant',
  name: string,
  fields: Fields,
): ObjectFault[] {
  const { timeZone } = fields as { timeZone?: string };
  const read = Calendar.read(kind === 'calendar' ? fields : { timeZone });
  if (read instanceof Calendar) return [];
  return read.map(({ field, line, what, remedy }) => {
    const at = field === 'timeZone' ? [field] : [field, line];
    return { kind, name, at, what, remedy };
  });
}
