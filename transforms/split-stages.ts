import { judgeShippedTools, judgeSplit, splitRequests } from '../src/transform-api.ts';
import type { Transform } from '../src/transform-api.ts';

export const splitStages: Transform = {
  meta: {
    id: 'split-stages',
    summary: 'Build in one stage and run in another that has no build tools',
    why:
      'An image with one stage ships its compilers, headers, package managers and caches: hundreds of megabytes, and ' +
      'for whoever gets in, the tools to build more. A second stage takes over what was built and nothing else. What ' +
      'belongs where is read from the commands, the manifests and what is started; where that is not certain, nothing ' +
      'is changed. A build that succeeds proves nothing here, so no split is ever safe: build it and run it.',
    safety: ['unsafe', 'display'],
    footprint: [
      'adds-stage',
      'adds-instruction',
      'removes-instruction',
      'arguments',
      'comment',
      'whitespace',
    ],
    example: 'python-full-image',
    references: ['https://docs.docker.com/build/building/multi-stage/'],
  },

  needs: splitRequests,

  inspect(document, facts) {
    const finding = judgeSplit(document, facts) ?? judgeShippedTools(document);
    return finding ? [finding] : [];
  },
};
