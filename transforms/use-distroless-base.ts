import { DISTROLESS_STACKS, judgeDistroless } from '../src/transform-api.ts';
import type { Transform } from '../src/transform-api.ts';

export const useDistrolessBase: Transform = {
  meta: {
    id: 'use-distroless-base',
    summary: 'Run on an image without a shell, where the configuration asks for it',
    why:
      'Without a shell and a package manager there is little for an intruder to work with, and little to patch. It also ' +
      'takes the shell from those who look for a fault, and every script and probe that needs one stops working. So it ' +
      'is done only for the stacks that the option names, and only where the last stage copies and starts one program.',
    safety: ['unsafe'],
    footprint: ['image-ref', 'arguments'],
    example: 'node',
    references: ['https://github.com/GoogleContainerTools/distroless'],
  },
  options: {
    stacks: {
      type: 'list',
      default: [],
      describe: `Stacks whose last stage may go to a distroless image: ${DISTROLESS_STACKS.join(', ')}. None by default.`,
    },
  },

  inspect(document, _facts, options) {
    // The option's type is a list.
    const finding = judgeDistroless(document, options['stacks'] as readonly string[]);
    return finding ? [finding] : [];
  },
};
