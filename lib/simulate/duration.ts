/** Seconds as h:mm:ss; the hours may pass 24. Fractions are dropped. */
export function durationText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60];
  return [Math.floor(whole / 3_600), ...[minutes, rest].map(twoDigits)].join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
