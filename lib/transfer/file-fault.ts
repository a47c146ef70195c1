/** What is wrong with a file as a whole, so that nothing of it can be taken. */

/** @param message names the file, and the line if there is one */
export class FileFault extends Error {
  override name = 'FileFault';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
