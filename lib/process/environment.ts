/** The environment that our threads and processes get. */

/**
 * Without the hooks of a test runner or a debugger: they are not for it, and cost a second to load.
 */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}
