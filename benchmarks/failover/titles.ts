import type { FailoverRun, FaultName } from './run.ts';

export const faultTitles: Readonly<Record<FaultName, string>> = {
  none: 'no fault',
  killed: 'primary killed',
  stopped: 'primary stopped',
  'black-holed': 'primary black-holed',
  'loss-5': '5 % loss each way',
  'loss-30': '30 % loss one way',
  servfail: 'SERVFAIL storm',
  late: 'primary 300 ms later than usual',
  'all-down': 'all servers black-holed',
};

export const nameTitles: Readonly<Record<FailoverRun['names'], string>> = {
  cold: 'names that nobody has asked for',
  warm: '1 000 names with a TTL of 2 s',
};

/** `1 000` */
export function rateText(perSecond: number): string {
  return perSecond === 1000 ? '1 000' : `${perSecond}`;
}
