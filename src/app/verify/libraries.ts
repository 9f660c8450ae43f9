/** Which libraries programs of an image want and do not find: what `ldd` would say, without running anything. Pure. */
import { realPath } from './listing.ts';
import type { Listing } from './listing.ts';

export interface MissingLibrary {
  /** The program or library that wants it, without a slash in front. */
  readonly file: string;
  readonly library: string;
}

const USUAL = [
  'lib',
  'usr/lib',
  'lib64',
  'usr/lib64',
  'usr/local/lib',
  'usr/local/lib64',
  'lib32',
  'usr/lib32',
];
/** Debian's folders by processor. */
const MULTIARCH = /^(?:usr\/)?lib\/[\w.]+-linux-(?:gnu|musl)\w*$/;

/**
 * `searchPath` is LD_LIBRARY_PATH of the image. A program that changes its own way to search, or loads libraries by
 * hand, is judged by what it says of itself.
 */
export function missingLibraries(listing: Listing, searchPath: string): readonly MissingLibrary[] {
  const { files } = listing;
  const folders = [
    ...searchPath.split(':').filter((path) => path.startsWith('/')),
    ...configuredFolders(listing),
    ...USUAL,
    ...[...files.keys()].filter((path) => MULTIARCH.test(path)),
  ];
  const kinds = new Map<string, string | null>();
  const kindAt = (path: string): string | null => {
    let kind = kinds.get(path);
    if (kind === undefined) {
      const real = realPath(listing, path);
      // A library that wants nothing itself has no kind that is known; it will do.
      kind = real === null ? null : (files.get(real)!.elf?.kind ?? 'any');
      kinds.set(path, kind);
    }
    return kind;
  };
  const missing: MissingLibrary[] = [];
  for (const [file, { elf }] of files) {
    if (elf === null) continue;
    const origin = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const own = elf.paths.map((path) => path.replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, `/${origin}`));
    for (const library of elf.needed) {
      const places = library.includes('/')
        ? [library]
        : [...own, ...folders].map((path) => `${path}/${library}`);
      const isThere = places.some((place) => {
        const kind = kindAt(place);
        return kind === elf.kind || kind === 'any';
      });
      if (!isThere && !isLoader(library)) missing.push({ file, library });
    }
  }
  return missing;
}

/** The loader itself is named where musl is the C library; it is found by its own path. */
function isLoader(library: string): boolean {
  return /^(?:linux-vdso|linux-gate|ld-linux|ld-musl|libc\.musl)/.test(library);
}

function configuredFolders({ texts }: Listing): readonly string[] {
  return [...texts.values()]
    .flatMap((text) => text.split(/[\n:]/))
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
}

/**
 * What was found before and is not any more. A rewrite may move files: one that is new is compared with those of its
 * name; one whose name is new as well has no before.
 */
export function newlyMissing(
  before: readonly MissingLibrary[],
  after: readonly MissingLibrary[],
  listingBefore: Listing,
): readonly MissingLibrary[] {
  const known = new Set(before.map(({ file, library }) => `${file}\0${library}`));
  const knownNames = new Set(before.map(({ file, library }) => `${nameOf(file)}\0${library}`));
  const names = new Set([...listingBefore.files.keys()].map(nameOf));
  return after.filter(({ file, library }) => {
    if (listingBefore.files.has(file)) return !known.has(`${file}\0${library}`);
    return names.has(nameOf(file)) && !knownNames.has(`${nameOf(file)}\0${library}`);
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
