/** Calendars: when something is open, and when that changes. Pure. */
export {
  Calendar,
  type CalendarFault,
  type CalendarFields,
  type CalendarState,
} from './calendar.js';
export { Zone } from './zone.js';
export { periodNumberMax } from './read.js';
