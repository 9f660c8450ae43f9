/** From what an image says of its source to links: the repository, and what changed between two of its commits. */
import type { ImageMetadata } from '../core/image-facts.ts';

export interface SourceChange {
  /** The repository's page; null when the image names none that can be linked. */
  readonly source: string | null;
  /** Null unless both commits are known and the forge's addresses are. */
  readonly compare: string | null;
  readonly revisionBefore: string | null;
  readonly revisionAfter: string | null;
  /** Both are built from the same commit: what changed is what they are built on. */
  readonly isRebuild: boolean;
}

type Compare = (page: string, from: string, to: string) => string;

const COMPARE: Readonly<Record<string, Compare>> = {
  'github.com': (page, from, to) => `${page}/compare/${from}...${to}`,
  'gitlab.com': (page, from, to) => `${page}/-/compare/${from}...${to}`,
  'codeberg.org': (page, from, to) => `${page}/compare/${from}...${to}`,
  'bitbucket.org': (page, from, to) => `${page}/branches/compare/${to}..${from}`,
};

export function sourceChange(before: ImageMetadata | null, after: ImageMetadata | null): SourceChange {
  const source = pageOf(after?.source?.value ?? before?.source?.value ?? '');
  const revisionBefore = revisionOf(before);
  const revisionAfter = revisionOf(after);
  const isSamePlace = pageOf(before?.source?.value ?? '') === source;
  const known = source === null ? undefined : COMPARE[new URL(source).hostname];
  const canCompare = known && isSamePlace && revisionBefore !== null && revisionAfter !== null;
  return {
    source,
    compare:
      canCompare && revisionBefore !== revisionAfter ? known(source!, revisionBefore, revisionAfter) : null,
    revisionBefore,
    revisionAfter,
    isRebuild: revisionBefore !== null && revisionBefore === revisionAfter,
  };
}

function revisionOf(metadata: ImageMetadata | null): string | null {
  const revision = metadata?.revision?.value ?? '';
  return /^[0-9a-f]{7,64}$/.test(revision) ? revision : null;
}

/** `https://host/owner/name`, of a forge that is known; of others the address as it stands, without its fragment. */
function pageOf(source: string): string | null {
  const address = source.replace(/^git\+/, '').replace(/^git@([\w.-]+):/, 'https://$1/');
  if (source.length > 500 || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  const parts = url.pathname.split('/').filter(Boolean);
  const isKnown = Object.hasOwn(COMPARE, url.hostname) && parts.length >= 2;
  // GitLab has groups in groups, which end before `/-/`.
  const end =
    url.hostname === 'gitlab.com' ? (parts.indexOf('-') < 0 ? parts.length : parts.indexOf('-')) : 2;
  const path = isKnown ? parts.slice(0, end) : parts;
  return `${url.origin}/${path.join('/')}`.replace(/\.git$/, '');
}
