import { effectiveTag, EXCLUDE, imageUses, isListed, namesOneVersion } from '../src/transform-api.ts';
import type { DigestRequest, Finding, ImageUse, OptionValues, Transform } from '../src/transform-api.ts';

export const pinImageDigest: Transform = {
  meta: {
    id: 'pin-image-digest',
    summary: 'Pin every image to the digest that its tag has today',
    why:
      'A tag can be moved: the same Dockerfile then builds from other bytes than the ones that were tested, and ' +
      'nobody sees when. A digest names the bytes. The tag stays beside it, for readers and for updates.',
    safety: ['safe', 'unsafe'],
    footprint: ['image-ref'],
    example: 'from-tag',
    references: [
      'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
      'https://github.com/distribution/reference',
    ],
  },
  options: {
    exclude: EXCLUDE,
    volatile: {
      type: 'list',
      default: ['quay.io/*'],
      describe:
        'Repositories whose registry deletes an image as soon as its tag has moved. A pin of a tag that moves is ' +
        'unsafe there.',
    },
  },

  needs(document) {
    return imageUses(document).flatMap((use) => (isUnpinned(use) ? [request(use)] : []));
  },

  inspect(document, facts, options) {
    const findings: Finding[] = [];
    for (const use of imageUses(document)) {
      if (use.blocked) findings.push(withheld(use, use.blocked.code, use.blocked.reason));
      if (!isUnpinned(use) || isListed(use.image, options)) continue;
      const digest = facts.get(request(use));
      if (!digest.ok) {
        findings.push(withheld(use, digest.code, digest.reason));
        continue;
      }
      const tag = use.image.tag === null ? `:${effectiveTag(use.image)}` : '';
      const { end } = use.span;
      findings.push({
        span: use.span,
        message: message(use),
        evidence: [digest.evidence],
        fix: {
          title: `Pin ${name(use)} to ${digest.value.digest.slice(0, 19)}…`,
          ...trust(use, options),
          edits: [{ start: end, end, before: '', text: `${tag}@${digest.value.digest}` }],
        },
      });
    }
    return findings;
  },
};

type UnpinnedUse = ImageUse & { readonly image: NonNullable<ImageUse['image']> };

function isUnpinned(use: ImageUse): use is UnpinnedUse {
  return use.image !== null && use.image.digest === null;
}

function request(use: UnpinnedUse): DigestRequest {
  return { kind: 'digest', image: use.image };
}

/** An ARG that holds a tag alone may be read by scripts and CI files, which this file does not show. */
function trust(use: UnpinnedUse, options: OptionValues): { safety: 'safe' | 'unsafe'; reason: string } {
  if (use.kind === 'argument-tag') {
    return {
      safety: 'unsafe',
      reason: 'other tools may read this ARG and expect a tag alone',
    };
  }
  if (isListed(use.image, options, 'volatile') && !namesOneVersion(effectiveTag(use.image)!)) {
    return {
      safety: 'unsafe',
      reason: `${use.image.registry} deletes an image as soon as its tag has moved, so the pin has to be updated in time`,
    };
  }
  return { safety: 'safe', reason: 'the tag has this digest today, so the build uses the same image' };
}

function message(use: UnpinnedUse): string {
  return use.image.tag === null
    ? `${name(use)} names no version: it follows the tag latest`
    : `${name(use)} is not pinned: its tag can be moved to another image`;
}

function name(use: ImageUse): string {
  return use.kind === 'argument-tag' && use.image ? use.image.raw : use.raw;
}

function withheld(use: ImageUse, code: string, reason: string): Finding {
  return {
    span: use.span,
    message: `${name(use)} is not pinned to a digest`,
    evidence: [],
    fix: null,
    withheld: { code, reason },
  };
}
