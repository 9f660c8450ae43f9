import { effectiveTag, EXCLUDE, imageUses, isFloatingTag, isListed } from '../src/transform-api.ts';
import type {
  Document,
  Edit,
  Evidence,
  Finding,
  ImageTagsRequest,
  ImageUse,
  Transform,
  VersionTag,
  Withheld,
} from '../src/transform-api.ts';

export const useExplicitTag: Transform = {
  meta: {
    id: 'use-explicit-tag',
    summary: 'Name the version that latest, no tag or a floating tag stands for today',
    why:
      'latest is whatever was pushed last, and node:alpine is every major version in turn: nobody who reads the file ' +
      'can say what is built, and a new major version arrives without being asked for. The version is taken from the ' +
      'registry: a tag that names the very same image today, never one that merely looks newest.',
    safety: ['safe', 'unsafe'],
    footprint: ['image-ref'],
    example: 'latest',
    references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
  },
  options: {
    exclude: EXCLUDE,
    pin: {
      type: 'boolean',
      default: true,
      describe: 'Write the digest as well, so that the version is the same image tomorrow.',
    },
  },

  needs(document) {
    return imageUses(document).flatMap((use) => (isFloating(use) ? [request(use)] : []));
  },

  inspect(document, facts, options) {
    return imageUses(document).flatMap((use): readonly Finding[] => {
      if (!isFloating(use) || isListed(use.image, options)) return [];
      const fact = facts.get(request(use));
      if (!fact.ok) return [left(use, fact)];
      return [replace(document, use, fact.value, options['pin'] === true, fact.evidence)];
    });
  },
};

type FloatingUse = ImageUse & { readonly image: NonNullable<ImageUse['image']> };

/** A digest without a tag names its image already. */
function isFloating(use: ImageUse): use is FloatingUse {
  if (use.image === null) return false;
  const tag = effectiveTag(use.image);
  return tag !== null && isFloatingTag(use.image.repository, tag);
}

function request(use: FloatingUse): ImageTagsRequest {
  return { kind: 'image-tags', image: use.image };
}

function replace(
  document: Document,
  use: FloatingUse,
  { tag, digest, why }: VersionTag,
  pins: boolean,
  evidence: Evidence,
): Finding {
  if (tag === null) return left(use, { code: 'no-version-tag', reason: why });
  const edit = tagEdit(document, use, pins && use.image.digest === null ? `${tag}@${digest}` : tag);
  if (!edit) return left(use, { code: 'broken-name', reason: 'the name is broken over several lines' });
  const floating = effectiveTag(use.image)!;
  const isArgumentTag = use.kind === 'argument-tag';
  return {
    span: use.span,
    message: `${use.raw} does not say which version it is; ${floating} is ${tag} today`,
    evidence: [evidence],
    fix: {
      title: `Write the version: ${tag}`,
      safety: isArgumentTag ? 'unsafe' : 'safe',
      reason: isArgumentTag
        ? 'other tools may read this ARG'
        : `both tags name ${digest.slice(0, 19)}…, so the build uses the same image`,
      edits: [edit],
    },
  };
}

/** Replaces the tag, or adds one; null when the name does not stand in one piece. */
function tagEdit(document: Document, use: FloatingUse, text: string): Edit | null {
  const { span, image, raw } = use;
  if (document.text.slice(span.start, span.end) !== raw) return null;
  if (image.tag === null) return { start: span.end, end: span.end, before: '', text: `:${text}` };
  const behind = image.digest === null ? 0 : image.digest.length + 1;
  const end = span.end - behind;
  const start = end - image.tag.length;
  return document.text.slice(start, end) === image.tag ? { start, end, before: image.tag, text } : null;
}

function left(use: ImageUse, { code, reason }: Withheld): Finding {
  return {
    span: use.span,
    message: `${use.raw} does not say which version it is`,
    evidence: [],
    fix: null,
    withheld: { code, reason },
  };
}
