/** The other end of `Child`: answers each message of the parent, and ends when the parent does. */

/** Answers messages in their order. The answer of an error is the end of the process. */
export function serve(answer: (message: never) => Promise<object>): void {
  let before: Promise<unknown> = Promise.resolve();
  process.on('message', (message) => {
    before = before.then(async () => process.send?.(await answer(message as never)));
  });
  process.once('disconnect', () => process.exit(0));
}
