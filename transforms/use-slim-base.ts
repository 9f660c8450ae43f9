import { judgeSlim, slimRequests } from '../src/transform-api.ts';
import type { Transform } from '../src/transform-api.ts';

export const useSlimBase: Transform = {
  meta: {
    id: 'use-slim-base',
    summary: 'Run on the slim variant of a language image',
    why:
      'The full images of Python, Node and Ruby hold compilers, version control and the headers of forty libraries, ' +
      'several hundred megabytes that a program which has been built elsewhere never opens. What the last stage calls, ' +
      'and what is started from it, is read first; installing in that stage, or calling what the slim image lacks, ' +
      'leaves everything as it is.',
    safety: ['unsafe'],
    footprint: ['image-ref'],
    example: 'node-behind-a-builder',
    references: ['https://github.com/docker-library/buildpack-deps'],
  },

  needs: slimRequests,

  inspect(document, facts) {
    const finding = judgeSlim(document, facts);
    return finding ? [finding] : [];
  },
};
