/** What the tests of `test/parts` need besides Node and npm. */

/** The system's own Python, which Debian's packages are for. */
export const python = '/usr/bin/python3';

/** Each with a command that succeeds where it is there, and what to do where it is not. */
export const outsideParts = [
  { name: 'strace', command: ['strace', '-V'], remedy: 'apt-get install strace' },
  {
    name: 'msgpack for Python 3',
    command: [python, '-c', 'import msgpack'],
    remedy: 'apt-get install python3-msgpack',
  },
  { name: 'GNU tail', command: ['tail', '--version'], remedy: 'apt-get install coreutils' },
  { name: 'bash', command: ['bash', '--version'], remedy: 'apt-get install bash' },
  { name: 'zsh', command: ['zsh', '--version'], remedy: 'apt-get install zsh' },
  { name: 'fish', command: ['fish', '--version'], remedy: 'apt-get install fish' },
  {
    name: 'mandoc',
    command: ['sh', '-c', 'echo .TH X 1 | mandoc'],
    remedy: 'apt-get install mandoc',
  },
] as const;
