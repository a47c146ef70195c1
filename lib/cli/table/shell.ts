/** `ixion completion`, `ixion man` and `ixion help`: what is made from the table itself. */
import type { CommandRow } from './types.js';

export const completion = {
  name: 'completion',
  about: 'Print a script that completes command lines in a shell',
  verbs: {
    '': {
      about: 'Print a script that completes command lines in a shell',
      more: 'bash: eval "$(ixion completion bash)" in ~/.bashrc. zsh: source <(ixion completion zsh) in ~/.zshrc. fish: write it to ~/.config/fish/completions/ixion.fish.',
      arguments: {
        shell: { about: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] },
      },
      examples: ['completion bash', 'completion fish > ~/.config/fish/completions/ixion.fish'],
      exitCodes: [],
    },
  },
} as const satisfies CommandRow;

export const man = {
  name: 'man',
  about: 'Print the manual page',
  verbs: {
    '': {
      about: 'Print the manual page, for man(1)',
      more: 'A package has it as docs/man/ixion.1.',
      examples: ['man | man -l -'],
      exitCodes: [],
    },
  },
} as const satisfies CommandRow;

export const help = {
  name: 'help',
  about: 'Show the help of a command, or of one of its verbs',
  verbs: {
    '': {
      about: 'Show the help of a command, or of one of its verbs',
      arguments: {
        command: { about: 'as interaction', optional: true },
        verb: { about: 'as pull', optional: true },
      },
      examples: ['help', 'help interaction pull'],
      exitCodes: [],
    },
  },
} as const satisfies CommandRow;
