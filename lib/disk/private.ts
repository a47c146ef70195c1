/**
 * Modes of everything that is made on a disk: what customers and agents wrote is in it, or can be
 * made out from it, so that it is for its owner only, whatever the umask of the process.
 */

/** Of files. */
export const privateFile = 0o600;
/** Of directories. */
export const privateDirectory = 0o700;
