/** The files of an image, from the archive that an engine exports: names, kinds, modes, and what libraries want. */
import { createTarWalker } from '../../registry/layers/tar.ts';
import { readElf } from './elf.ts';
import type { ElfFile } from './elf.ts';

export interface ListedFile {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The twelve permission bits. */
  readonly mode: number;
  readonly size: number;
  /** Where a link leads, as written. */
  readonly leadsTo: string;
  readonly elf: ElfFile | null;
}

export interface Listing {
  /** By path, without a slash in front. */
  readonly files: ReadonlyMap<string, ListedFile>;
  /** Texts of the files that say where libraries are. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface ListingReader {
  /** Throws when it is no archive, or too large to be looked at. */
  push(piece: Uint8Array): void;
  end(): Listing;
}

/** More than any image of an application has. */
const MAX_FILES = 1_000_000;
const MAX_LIBRARY_BYTES = 256 * 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;

const LIBRARY_NAME = /\.so(?:\.[0-9.]+)?$/;
const LOADER_TEXT = /^etc\/(?:ld\.so\.conf(?:\.d\/[^/]+\.conf)?|ld-musl-[\w-]+\.path)$/;

export function createListingReader(): ListingReader {
  const files = new Map<string, ListedFile>();
  const texts = new Map<string, string>();
  const walker = createTarWalker({
    onEntry(entry) {
      const path = plainPath(entry.name);
      if (path === '') return null;
      const { mode, size } = entry;
      if (entry.type === 'hardlink') {
        const other = files.get(plainPath(entry.linkName));
        if (other) files.set(path, other);
        return null;
      }
      const kind = entry.type === 'directory' ? 'folder' : entry.type;
      files.set(path, { kind, mode, size, leadsTo: entry.type === 'link' ? entry.linkName : '', elf: null });
      if (files.size > MAX_FILES) throw new Error('too many files');
      if (kind !== 'file' || entry.sparse) return null;
      const isText = LOADER_TEXT.test(path) && size <= MAX_TEXT_BYTES;
      const mayBeElf =
        size >= 64 && size <= MAX_LIBRARY_BYTES && ((mode & 0o111) !== 0 || LIBRARY_NAME.test(path));
      return isText || mayBeElf ? new Uint8Array(size) : null;
    },
    onContent(entry, content) {
      const path = plainPath(entry.name);
      if (LOADER_TEXT.test(path)) texts.set(path, new TextDecoder().decode(content));
      const elf = readElf(content);
      if (elf) files.set(path, { ...files.get(path)!, elf });
    },
    onSize() {},
  });
  return {
    push: (piece) => walker.push(piece),
    end() {
      walker.end();
      return { files, texts };
    },
  };
}

function plainPath(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** The path that is really meant, links followed inside the image; null when it leads nowhere. */
export function realPath({ files }: Listing, path: string): string | null {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let at: string[] = [];
  for (let steps = 0; rest.length > 0; steps++) {
    // Links in a circle, or a path made to be long.
    if (steps > 400) return null;
    const part = rest[0]!;
    rest = rest.slice(1);
    if (part === '..') {
      at.pop();
      continue;
    }
    const here = [...at, part].join('/');
    const file = files.get(here);
    if (file?.kind === 'link') {
      const parts = file.leadsTo.split('/').filter((piece) => piece !== '' && piece !== '.');
      rest = [...parts, ...rest];
      if (file.leadsTo.startsWith('/')) at = [];
    } else if (file || rest.length > 0) at.push(part);
    else return null;
  }
  const real = at.join('/');
  return files.has(real) ? real : null;
}
