/**
 * Which tags could be the version that a floating tag stands for, best first. Names alone prove nothing: the caller
 * takes the first whose digest is the right one.
 */

/** What a tag's name says. */
export type TagShape =
  /** `3.12.4-slim-bookworm`: numbers and the family behind them. */
  | { readonly kind: 'version'; readonly version: readonly number[]; readonly family: string }
  /** A release candidate, a nightly build and the like. */
  | { readonly kind: 'pre-release' }
  /** A day or a running number: says when, not what. */
  | { readonly kind: 'date'; readonly version: readonly number[]; readonly family: string }
  /** A commit or a digest. */
  | { readonly kind: 'hash' }
  /** `latest`, `alpine`, `slim-bookworm`. */
  | { readonly kind: 'name'; readonly family: string };

const VERSION =
  /^v?(\d{1,10}(?:\.\d{1,10}){0,5})((?:a|b|c|rc|alpha|beta|dev|pre)\d*)?(?:_(\d{1,6}))?(?:[-_.](.+))?$/i;
const PRE_RELEASE =
  /^(?:alpha|beta|rc|pre|preview|prerelease|dev|devel|nightly|snapshot|canary|edge|next|unstable|insiders?|experimental|test|testing|ea|wip|pr|milestone|[abm]\d)[.\d]*$/i;
/** Words that say how a tag moves, not what is in the image. */
const CHANNELS = new Set([
  'latest',
  'lts',
  'stable',
  'current',
  'mainline',
  'main',
  'master',
  'release',
  'default',
  'oldstable',
]);

export function tagShape(tag: string): TagShape {
  const day = /^(?:\D*[-_.])?((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:[-_.T].*)?$/.exec(
    tag,
  );
  if (day) return { kind: 'date', version: day.slice(1).map(Number), family: '' };
  if (/^(?:sha|sha256|git|commit|g)-[0-9a-f]{6,}/i.test(tag)) return { kind: 'hash' };
  if (/^[0-9a-f]{7,64}$/i.test(tag) && /[a-f]/i.test(tag)) return { kind: 'hash' };
  const match = VERSION.exec(tag);
  if (!match) {
    const words = tag.split(/[-_]/);
    const family = words.filter((word) => !CHANNELS.has(word)).join('-');
    return { kind: 'name', family };
  }
  const [, numbers = '', attached, build, rest = ''] = match;
  const words = rest.split(/[-_]/).filter((word) => word !== '');
  if (attached || words.some((word) => PRE_RELEASE.test(word))) return { kind: 'pre-release' };
  const version = [...numbers.split('.'), ...(build ? [build] : [])].map(Number);
  const family = words.filter((word) => !CHANNELS.has(word)).join('-');
  // A lone large number counts builds.
  if (version.length === 1 && numbers.length > 5) return { kind: 'date', version, family };
  return { kind: 'version', version, family };
}

interface Candidate {
  readonly tag: string;
  readonly version: readonly number[];
  /** 0: the very family of the floating tag; 1: a narrower one; 2: a wider one. */
  readonly distance: 0 | 1 | 2;
}

/**
 * Of tags that are known to name the same image, the one that says most: of the same family before others, more
 * numbers before fewer; a date or a commit only where there is no version. Null when all of them float.
 */
export function bestTag(same: readonly string[], floating: string | null): string | null {
  const versions = candidatesOf(same, floating, 'version').sort(bySpecificity);
  if (versions[0]) return versions[0].tag;
  const dates = candidatesOf(same, floating, 'date').sort(byVersion);
  if (dates[0]) return dates[0].tag;
  return same.filter((tag) => tag !== floating && tagShape(tag).kind === 'hash').sort()[0] ?? null;
}

/**
 * Tags to ask about, best first, at most `limit`. `hints` are texts that may hold the version (labels, variables of
 * the image); they decide the order and nothing else. Without hints, the highest version of each major number, then
 * of each minor one: a floating tag is nearly always one of those.
 */
export function candidateTags(
  tags: readonly string[],
  floating: string | null,
  hints: readonly string[],
  limit: number,
): readonly string[] {
  const versions = candidatesOf(tags, floating, 'version');
  if (versions.length === 0) {
    return candidatesOf(tags, floating, 'date')
      .sort(byVersion)
      .slice(0, limit)
      .map(({ tag }) => tag);
  }
  const hinted = hints.flatMap(hintedVersion);
  const families = ([0, 1, 2] as const).map((distance) =>
    ordered(
      versions.filter((candidate) => candidate.distance === distance),
      hinted,
    ),
  );
  const chosen = new Set<string>();
  const take = (family: readonly Candidate[], most: number): void => {
    for (const { tag } of family.slice(0, most)) if (chosen.size < limit) chosen.add(tag);
  };
  // Some of the questions are left for the other families, if there are any.
  for (const family of families) take(family, Math.ceil(((limit - chosen.size) * 2) / 3));
  for (const family of families) take(family, limit);
  return [...chosen];
}

function ordered(family: readonly Candidate[], hints: readonly (readonly number[])[]): readonly Candidate[] {
  const specific = [...family].sort(byVersion);
  const continued = new Set(
    family.flatMap(({ version }) => version.slice(1).map((_, at) => version.slice(0, at + 1).join('.'))),
  );
  const leaves = specific.filter(({ version }) => !continued.has(version.join('.')));
  const closest = specific
    .filter(({ version }) =>
      hints.some((hint) => startsWith(version, hint) || (version.length > 1 && startsWith(hint, version))),
    )
    .sort((a, b) => b.version.length - a.version.length || byVersion(a, b));
  return [
    ...new Set([
      ...closest.slice(0, 3),
      ...highestOfEach(leaves, 1).slice(0, 5),
      ...highestOfEach(leaves, 2).slice(0, 5),
      ...[...family].sort(bySpecificity),
    ]),
  ];
}

/** The first of each group with the same leading numbers; `sorted` is sorted by version. */
function highestOfEach(sorted: readonly Candidate[], numbers: number): readonly Candidate[] {
  const seen = new Set<string>();
  return sorted.filter(({ version }) => {
    const group = version.slice(0, numbers).join('.');
    return seen.has(group) ? false : seen.add(group) !== undefined;
  });
}

function candidatesOf(
  tags: readonly string[],
  floating: string | null,
  kind: 'version' | 'date',
): Candidate[] {
  const asked = tagShape(floating ?? 'latest');
  const family = 'family' in asked ? asked.family : '';
  const prefix = asked.kind === 'version' ? asked.version : [];
  return tags.flatMap((tag) => {
    const shape = tagShape(tag);
    if (shape.kind !== kind || tag === floating) return [];
    if (!startsWith(shape.version, prefix)) return [];
    const distance = familyDistance(family, shape.family);
    return distance === null ? [] : [{ tag, version: shape.version, distance }];
  });
}

/** Null for a family that is another one: `alpine` is no `slim`. */
function familyDistance(asked: string, offered: string): 0 | 1 | 2 | null {
  if (asked === offered) return 0;
  const wanted = asked.split('-').filter((word) => word !== '');
  const had = offered.split('-').filter((word) => word !== '');
  // alpine3.20 is an alpine.
  const holds = (words: readonly string[], word: string): boolean =>
    words.some(
      (other) => other === word || (other.startsWith(word) && /^[\d.]+$/.test(other.slice(word.length))),
    );
  if (wanted.every((word) => holds(had, word))) return 1;
  return had.every((word) => holds(wanted, word)) ? 2 : null;
}

/** Numbers out of `v22.1.0`, `1.27.3-1~bookworm`, `jdk-17.0.9+9`. A single number is no version. */
function hintedVersion(hint: string): readonly (readonly number[])[] {
  const match = /\d{1,10}(?:\.\d{1,10}){1,5}/.exec(hint.slice(0, 200));
  return match ? [match[0].split('.').map(Number)] : [];
}

function startsWith(version: readonly number[], prefix: readonly number[]): boolean {
  return prefix.length <= version.length && prefix.every((number, at) => version[at] === number);
}

/** Highest first; of two where one continues the other, the longer. */
function byVersion(a: Candidate, b: Candidate): number {
  for (let at = 0; at < Math.max(a.version.length, b.version.length); at++) {
    const difference = (b.version[at] ?? -1) - (a.version[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return byName(a, b);
}

function bySpecificity(a: Candidate, b: Candidate): number {
  return a.distance - b.distance || b.version.length - a.version.length || byVersion(a, b);
}

function byName(a: Candidate, b: Candidate): number {
  return a.tag.length - b.tag.length || (a.tag < b.tag ? -1 : 1);
}
