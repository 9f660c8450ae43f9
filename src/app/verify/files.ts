/** What vanished and what changed its mode between two images, without what says nothing. Pure. */
import type { Listing } from './listing.ts';

export interface FileDifference {
  /** Files and links that are gone, those of the application first. */
  readonly vanished: readonly string[];
  readonly changedMode: readonly { readonly path: string; readonly before: number; readonly after: number }[];
  /** Differences that were left out, by the reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** What nobody misses, and why. */
const NOISE: readonly { readonly reason: string; readonly pattern: RegExp }[] = [
  {
    reason: 'made by the engine for each container',
    pattern:
      /^(?:\.dockerenv$|dev\/|proc\/|sys\/|run\/\.containerenv$|etc\/(?:hostname|hosts|mtab|resolv\.conf)$)/,
  },
  {
    reason: 'caches and logs',
    pattern:
      /^(?:tmp|var\/tmp|var\/cache|var\/log|var\/lib\/apt\/(?:lists|extended_states|periodic)|root\/\.(?:cache|npm|cargo\/registry|m2|gradle)|usr\/local\/share\/\.cache)(?:\/|$)|(?:^|\/)(?:__pycache__\/|_logs\/|\.npm\/_|\.cache\/)|\.pyc$/,
  },
  {
    reason: 'documentation and translations',
    pattern: /^usr\/(?:local\/)?share\/(?:doc|man|info|locale|lintian|bug)(?:\/|$)/,
  },
  {
    reason: 'records of packages',
    pattern: /^(?:var\/lib\/dpkg|lib\/apk|var\/lib\/rpm|var\/lib\/pacman)(?:\/|$)/,
  },
];

/** `workdir` with a slash in front, as the image says it. */
export function compareFiles(before: Listing, after: Listing, workdir: string): FileDifference {
  const vanished: string[] = [];
  const changedMode: { path: string; before: number; after: number }[] = [];
  const leftOut = new Map<string, number>();
  for (const [path, file] of before.files) {
    const now = after.files.get(path);
    const isGone = now === undefined && file.kind !== 'folder';
    const isOther =
      now !== undefined && now.kind === file.kind && file.kind !== 'link' && now.mode !== file.mode;
    if (!isGone && !isOther) continue;
    const noise = NOISE.find(({ pattern }) => pattern.test(path));
    if (noise) leftOut.set(noise.reason, (leftOut.get(noise.reason) ?? 0) + 1);
    else if (isGone) vanished.push(path);
    else changedMode.push({ path, before: file.mode, after: now!.mode });
  }
  const home = workdir.replace(/^\/+|\/+$/g, '');
  const isOfApplication = (path: string): boolean => home !== '' && path.startsWith(`${home}/`);
  const rank = (path: string): number => (isOfApplication(path) ? 0 : 1);
  vanished.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  changedMode.sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));
  return { vanished, changedMode, leftOut };
}
