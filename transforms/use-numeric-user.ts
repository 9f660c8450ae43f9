import { baseAccounts, baseRequests, finalImageOf, judgeUserName, knownBase } from '../src/transform-api.ts';
import type { BaseAccounts, FinalImage, Transform } from '../src/transform-api.ts';

export const useNumericUser: Transform = {
  meta: {
    id: 'use-numeric-user',
    summary: 'Name the user by its number',
    why:
      'Kubernetes refuses to start a container with runAsNonRoot when USER is a name: it does not open the image to ' +
      'see that the name is not root. A number says it at once. Inside the container nothing changes, because the ' +
      'account with that number is the same one.',
    safety: ['safe', 'unsafe'],
    footprint: ['arguments'],
    example: 'made-in-the-file',
    references: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
      'https://docs.docker.com/reference/dockerfile/#user',
    ],
  },

  needs(document) {
    const image = finalImageOf(document);
    return image ? baseRequests(image, rowOf(image)) : [];
  },

  inspect(document, facts) {
    const image = finalImageOf(document);
    if (!image) return [];
    const finding = judgeUserName(document, image, knownBase(image, rowOf(image), facts));
    return finding ? [finding] : [];
  },
};

function rowOf({ base }: FinalImage): BaseAccounts | null {
  return base.kind === 'image' ? baseAccounts(base.image) : null;
}
