import { baseAccounts, baseRequests, finalImageOf, judgeOwners, knownBase } from '../src/transform-api.ts';
import type { BaseAccounts, FinalImage, Transform } from '../src/transform-api.ts';

export const setCopyOwner: Transform = {
  meta: {
    id: 'set-copy-owner',
    summary: 'Give the application its files and its working folder',
    why:
      'COPY and ADD give everything to root, whatever USER says above them, and --chown on a COPY leaves the folder ' +
      'itself as WORKDIR has made it. A program that keeps a database or a log beside its code then fails when it ' +
      'starts, and the build does not show it.',
    safety: ['unsafe'],
    footprint: ['adds-instruction', 'flags'],
    example: 'copy-behind-user',
    references: [
      'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
      'https://docs.docker.com/reference/dockerfile/#workdir',
    ],
  },

  needs(document) {
    const image = finalImageOf(document);
    return image ? baseRequests(image, rowOf(image)) : [];
  },

  inspect(document, facts) {
    const image = finalImageOf(document);
    return image ? judgeOwners(document, image, knownBase(image, rowOf(image), facts)) : [];
  },
};

function rowOf({ base }: FinalImage): BaseAccounts | null {
  return base.kind === 'image' ? baseAccounts(base.image) : null;
}
