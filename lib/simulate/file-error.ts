/** The file cannot be used; the message holds the first problems, one to a line. */
export class RecordFileError extends Error {
  override name = 'RecordFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, 10);
    if (problems.length > shown.length)
      shown.push(`... and ${problems.length - shown.length} more`);
    super(shown.join('\n'));
    this.problems = problems;
  }
}
