/** Lists a context folder once, within limits; links are named and not followed. */
import type { ContextFiles } from './files.ts';

export interface ListedEntry {
  readonly kind: 'file' | 'folder' | 'link';
  readonly size: number;
  readonly mode: number;
}

export interface Listing {
  /** By path from the context, sorted. */
  readonly entries: ReadonlyMap<string, ListedEntry>;
  readonly unlisted: readonly string[];
  readonly isComplete: boolean;
}

const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 24;
/** What a build brings itself, or nobody copies: listing it would cost more than it says. */
const SKIPPED = new Set([
  '.git',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.hg',
  '.svn',
  '.tox',
  '.gradle',
  '.terraform',
]);

export function listFolder(files: ContextFiles, root: string): Listing {
  const entries = new Map<string, ListedEntry>();
  const unlisted: string[] = [];
  let isComplete = true;
  // By level, so that what is cut is what lies deepest.
  let level: readonly string[] = [''];
  for (let depth = 0; level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const found = files.list(folder === '' ? root : `${root}/${folder}`);
      if (!found || entries.size + found.length > MAX_ENTRIES) {
        if (folder === '') isComplete = false;
        else unlisted.push(folder);
        continue;
      }
      for (const { name, kind, size, mode } of [...found].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        if (kind === 'other') continue;
        const path = folder === '' ? name : `${folder}/${name}`;
        entries.set(path, { kind, size: kind === 'file' ? size : 0, mode });
        if (kind !== 'folder') continue;
        if (SKIPPED.has(name) || depth + 1 >= MAX_DEPTH) unlisted.push(path);
        else next.push(path);
      }
    }
    level = next;
  }
  return { entries, unlisted, isComplete };
}
