import { compareImages, EXCLUDE, imageUses, isListed } from '../src/transform-api.ts';
import type {
  Document,
  Evidence,
  Finding,
  ImageChange,
  ImageUpdate,
  ImageUpdateRequest,
  ImageUse,
  OptionValues,
  Transform,
  Withheld,
} from '../src/transform-api.ts';

export const updateImageDigest: Transform = {
  meta: {
    id: 'update-image-digest',
    summary: 'Bring a pinned digest up to date with its tag',
    why:
      'A pin keeps an image as it is, its security holes included. When the tag beside the digest has moved, the ' +
      'digest is replaced by the one that the tag has now. What kind of thing is pinned stays: an index of several ' +
      'platforms, or the image of one.',
    safety: ['unsafe'],
    footprint: ['image-ref'],
    example: 'moved-tag',
    references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
  },
  options: {
    exclude: EXCLUDE,
    platforms: {
      type: 'list',
      default: [],
      describe:
        'The platforms that are built for (linux/amd64). A new index that changes none of them is no update. ' +
        'Empty: all that the image has.',
    },
    platformPin: {
      type: 'choice',
      choices: ['keep', 'index'],
      default: 'keep',
      describe:
        'What becomes of a pin to the image of a single platform: it stays one, or follows the index.',
    },
  },

  needs(document) {
    return imageUses(document).flatMap((use) => (isPinnedTag(use) ? [request(use)] : []));
  },

  inspect(document, facts, options) {
    return imageUses(document).flatMap((use): readonly Finding[] => {
      if (use.image === null || use.image.digest === null) return [];
      if (isListed(use.image, options)) return [];
      if (!isPinnedTag(use)) return [left(use, NO_TAG)];
      const fact = facts.get(request(use));
      if (!fact.ok) return [left(use, fact)];
      const next = decide(fact.value, use, options);
      if (next === null) return [];
      return [
        'code' in next ? left(use, next) : update(document, use, fact.value, next.digest, fact.evidence),
      ];
    });
  },
};

type PinnedUse = ImageUse & { readonly image: NonNullable<ImageUse['image']> };

const NO_TAG: Withheld = {
  code: 'no-tag',
  reason:
    'there is no tag beside the digest, so nothing says which versions to follow; write name:TAG@sha256:… to have it kept up to date',
};

function isPinnedTag(use: ImageUse): use is PinnedUse {
  return use.image !== null && use.image.digest !== null && use.image.tag !== null;
}

function request(use: PinnedUse): ImageUpdateRequest {
  return { kind: 'image-update', image: use.image };
}

/** The digest to write, the reason why none is written, or null when the pin is up to date. */
function decide(
  update: ImageUpdate,
  use: PinnedUse,
  options: OptionValues,
): { readonly digest: string } | Withheld | null {
  const { latest, currentDigest, currentGone } = update;
  if (latest.digest === currentDigest) return null;
  // A pin that is gone breaks every build: there is nothing left to wait for.
  if (update.isFlapping && !currentGone) {
    return { code: 'flapping', reason: 'the tag has gone back and forth between digests within a day' };
  }
  const missing = update.missingImages ?? [];
  if (missing.length > 0) {
    return {
      code: 'incomplete-index',
      reason: `the new index names images that the registry does not have (${missing.join(', ')})`,
    };
  }
  const staysSingle = update.currentKind === 'manifest' && latest.kind === 'index';
  if (staysSingle && options['platformPin'] === 'keep') return matching(update);
  const change = changeFor(update, use, options);
  if (change.kind === 'platform-missing' && !currentGone) {
    return {
      code: 'platform-missing',
      reason: `the new index has no image for ${change.platforms.join(', ')}, which the pinned one has; it may still be filling up`,
    };
  }
  if (change.kind === 'unchanged-for-platforms' && !currentGone) {
    return {
      code: 'unchanged-for-platforms',
      reason: `the tag has a new index, but the images for ${change.platforms.join(', ')} in it are the same`,
    };
  }
  return { digest: latest.digest };
}

/** A pin to one platform's image moves to the image for the same platform. */
function matching({ match, currentDigest }: ImageUpdate): { readonly digest: string } | Withheld {
  if (match === null) {
    return {
      code: 'no-image-for-platform',
      reason: 'it is pinned to the image of one platform, and the tag has no image for that platform',
    };
  }
  if (match.digest !== currentDigest) return { digest: match.digest };
  return {
    code: 'platform-pin',
    reason: `it is pinned to the image for ${match.platform} alone, which is up to date; other platforms cannot be built (set platformPin to index to follow them all)`,
  };
}

/** Only what is built for counts. */
function changeFor(update: ImageUpdate, use: PinnedUse, options: OptionValues): ImageChange {
  const configured = options['platforms'] as readonly string[];
  const consumed = use.platform !== null ? [use.platform] : configured.length > 0 ? configured : null;
  if (consumed === null || update.change.kind === 'unknown') return update.change;
  return compareImages(update.current, update.candidate, consumed);
}

function update(
  document: Document,
  use: PinnedUse,
  { currentGone }: ImageUpdate,
  digest: string,
  evidence: Evidence,
): Finding {
  const before = use.image.digest!;
  const start = use.span.end - before.length;
  if (document.text.slice(start, use.span.end) !== before) {
    return left(use, { code: 'broken-digest', reason: 'the digest is broken over several lines' });
  }
  const name = use.image.raw.slice(0, -before.length - 1);
  return {
    span: use.span,
    message: currentGone
      ? `the digest that ${name} is pinned to is gone from the registry: builds fail`
      : `${name} has moved since it was pinned`,
    evidence: [evidence],
    fix: {
      title: `Move ${name} from ${short(before)} to ${short(digest)}`,
      safety: 'unsafe',
      reason: 'the image becomes another one; its tests have to say whether it still works',
      edits: [{ start, end: use.span.end, before, text: digest }],
    },
  };
}

function short(digest: string): string {
  return `${digest.slice(0, 19)}…`;
}

function left(use: ImageUse, { code, reason }: Withheld): Finding {
  return {
    span: use.span,
    message:
      code === 'platform-pin'
        ? `${use.raw} is pinned for one platform`
        : `${use.raw} is not brought up to date`,
    evidence: [],
    fix: null,
    withheld: { code, reason },
  };
}
