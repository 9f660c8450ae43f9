import { checkDefects, healthView, requestsToFix } from '../src/transform-api.ts';
import type { Transform } from '../src/transform-api.ts';

export const fixHealthcheck: Transform = {
  meta: {
    id: 'fix-healthcheck',
    summary: 'Repair a HEALTHCHECK that cannot work or cannot fail',
    why:
      'A check by a program that is not in the image fails for ever, and proxies and orchestrators then take the ' +
      'container out or restart it. A check that cannot fail says nothing. Only what is proven to be so is touched.',
    safety: ['safe', 'unsafe'],
    footprint: ['arguments', 'flags', 'whitespace'],
    example: 'curl-that-is-not-there',
    references: [
      'https://docs.docker.com/reference/dockerfile/#healthcheck',
      'https://github.com/alpinelinux/docker-alpine/issues/149',
    ],
  },

  needs: requestsToFix,

  inspect(document, facts) {
    return document.instructions.some(({ keyword }) => keyword === 'HEALTHCHECK')
      ? checkDefects(healthView(document, facts))
      : [];
  },
};
