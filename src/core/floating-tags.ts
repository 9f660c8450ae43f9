/**
 * Tags that say nothing of a version. Only words whose meaning is known count: a tag that somebody made up
 * (`prod`, `python3.9`, `v2-custom`) may well be as explicit as its project gets, and is none of these.
 */

/** Words that say how a tag moves. */
const CHANNELS = new Set(['latest', 'lts', 'stable', 'mainline', 'current']);

/** Words that say which flavour of the image it is, in any version. */
const FLAVOURS = new Set([
  ...['alpine', 'slim', 'debian', 'ubuntu', 'fpm', 'apache', 'cli', 'zts', 'perl', 'otel', 'unprivileged'],
  ...['management', 'jre', 'jdk', 'headless', 'windowsservercore', 'nanoserver'],
]);

/** Releases of distributions, as images use them in tags. */
const RELEASES = new Set([
  ...[
    'wheezy',
    'jessie',
    'stretch',
    'buster',
    'bullseye',
    'bookworm',
    'trixie',
    'forky',
    'sid',
    'oldstable',
    'testing',
  ],
  ...['trusty', 'xenial', 'bionic', 'focal', 'jammy', 'lunar', 'mantic', 'noble', 'oracular', 'plucky'],
]);

/** For the images of distributions themselves, the name of a release is a version. */
const DISTRIBUTIONS = new Set(['debian', 'ubuntu', 'minideb', 'buildpack-deps', 'base-debian']);

/**
 * True for `latest`, `alpine`, `lts-slim`, `slim-bookworm`, `alpine3.20`: every version in turn has this tag.
 * `repository` as in ImageRef: `library/node`.
 */
export function isFloatingTag(repository: string, tag: string): boolean {
  const words = tag.toLowerCase().split('-');
  if (!words.every(isKnownWord)) return false;
  const isDistribution = DISTRIBUTIONS.has(repository.slice(repository.lastIndexOf('/') + 1));
  return !(isDistribution && words.some((word) => RELEASES.has(word)));
}

/**
 * True for a tag that is made once and stays: a whole version (`1.2.3`, `v0.14.1-alpine`), a day, a commit. A guess
 * from the name, good enough to say how much a pin is worth.
 */
export function namesOneVersion(tag: string): boolean {
  return (
    /^v?\d+\.\d+\.\d/.test(tag) ||
    /(?:^|\D)(?:19|20)\d{6}(?:\D|$)/.test(tag) ||
    /(?:^|[-_])[0-9a-f]{7,40}$/.test(tag) ||
    /(?:^|-)immutable$/.test(tag)
  );
}

function isKnownWord(word: string): boolean {
  return (
    CHANNELS.has(word) ||
    FLAVOURS.has(word) ||
    RELEASES.has(word) ||
    /^(?:alpine|debian|ubuntu)\d[\d.]*$/.test(word)
  );
}
