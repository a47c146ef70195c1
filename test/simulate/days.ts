/** A small day by hand that has every trap of a recorded one. */
import { dayDefaults as productDefaults, type DayOptions } from '../../lib/simulate/options.js';
import { systemClock } from '../../lib/clock.js';

const header =
  'vru+line,call_id,type,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server,server_abv';

/** Each row says why it is here. */
export const trapRows = {
  gaveUpInMenu:
    'AA01,1,PS,9:00:00,9:00:10,10,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER,NO_',
  gaveUpAtOnce:
    'AA02,2,PS,9:00:05,9:00:15,10,9:00:15,9:00:15,0,HANG,0:00:00,0:00:00,0,NO_SERVER,NO_',
  servedAfterWait:
    'AA03,3,PS,9:01:00,9:01:10,10,9:01:10,9:01:40,30,AGENT,9:01:39,9:02:39,60,ANNA,ANN',
  servedAtOnce: 'AA04,4,NW,9:02:00,9:02:05,5,0:00:00,0:00:00,0,AGENT,9:02:04,9:02:34,30,BERT,BER',
  earlierThanTheRest:
    'AA05,5,PS,8:59:00,8:59:05,5,0:00:00,0:00:00,0,AGENT,8:59:05,9:00:05,60,ANNA,ANN',
  negativeMenuTime:
    'AA06,6,PS,9:05:30,9:05:00,-30,9:05:00,9:05:45,45,AGENT,9:05:44,9:06:44,60,ANNA,ANN',
  noAgentNamed:
    'AA07,7,TT,9:06:00,9:06:02,2,0:00:00,0:00:00,0,AGENT,9:06:01,9:06:07,6,NO_SERVER,NO_',
  serviceOfNoTime:
    'AA08,8,NW,9:06:00,9:06:10,10,9:06:10,9:06:30,20,AGENT,0:00:00,0:00:00,0,BERT,BER',
  gaveUpWithService:
    'AA09,9,PS,9:07:00,9:07:10,10,9:07:10,9:08:10,60,HANG,9:08:15,9:08:45,30,NO_SERVER,NO_',
  gaveUpFromQueue:
    'AA10,10,PS,9:07:00,9:07:10,10,9:07:10,9:07:15,5,HANG,0:00:00,0:00:00,0,NO_SERVER,NO_',
  phantom:
    'AA11,11,PS,9:08:00,9:08:05,5,9:08:05,9:08:50,45,PHANTOM,9:08:50,9:08:53,3,NO_SERVER,NO_',
  overlappingService:
    'AA12,12,PS,9:06:10,9:06:15,5,9:06:15,9:06:20,5,AGENT,9:06:19,9:06:49,30,ANNA,ANN',
  afterABreak: 'AA13,13,PS,9:25:00,9:25:05,5,0:00:00,0:00:00,0,AGENT,9:25:05,9:26:05,60,ANNA,ANN',
} as const;

export function fileOf(rows: readonly string[]): string {
  return [header, ...rows, ''].join('\n');
}

export const trapFile = fileOf(Object.values(trapRows));

/** What the trap file comes to in mode `follow`. */
export const trapTotals = {
  submitted: 13,
  served: 8,
  abandoned: 4,
  abandonedFromQueue: 2,
  abandonedBefore: 2,
  phantom: 1,
  left: 0,
};

export const trapQueues = ['demo.menu', 'demo.PS', 'demo.NW', 'demo.TT'];

/** The options that tests do not vary. */
export const dayDefaults: Omit<DayOptions, 'records' | 'openFleet'> = {
  ...productDefaults,
  mode: 'follow',
  speed: 10_000,
  clock: systemClock,
};
