/** Milliseconds as options take them: `500ms`, `30s`, `10m`, `1h`. */
export function durationText(timeMs: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, unitMs]) => timeMs >= unitMs && timeMs % unitMs === 0);
  return unit === undefined ? `${timeMs}ms` : `${timeMs / unit[1]}${unit[0]}`;
}
