/** Where a repository's configuration may lie. */
import { folderOf } from '../core/context/build-context.ts';

/** In any folder: what lies nearest to a Dockerfile counts for it; `package.json` where it has the key `dockfix`. */
export const CONFIG_NAMES = [
  '.dockfixrc',
  '.dockfixrc.json',
  '.dockfixrc.yaml',
  '.dockfixrc.yml',
  '.dockfix.yaml',
  '.dockfix.yml',
  'package.json',
] as const;

/** In the root of a repository alone, as if it lay there itself. */
export const ROOT_CONFIG_NAMES = ['.github/dockfix.yaml', '.github/dockfix.yml'] as const;

/** Names to look for in one folder. */
export function namesIn(isRoot: boolean): readonly string[] {
  return isRoot ? [...CONFIG_NAMES, ...ROOT_CONFIG_NAMES] : CONFIG_NAMES;
}

/** A folder and all above it, from the inside out; the root, which is empty, comes last. */
export function foldersAbove(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; at !== '';) {
    at = folderOf(at);
    folders.push(at);
  }
  return folders;
}

/** Of all paths of a repository those that may hold configuration for one of these Dockerfiles, or for the bot. */
export function configPaths(paths: readonly string[], dockerfiles: readonly string[]): readonly string[] {
  const there = new Set(paths);
  const folders = new Set(['', ...dockerfiles.flatMap((path) => foldersAbove(folderOf(path)))]);
  return [...folders].sort().flatMap((folder) =>
    namesIn(folder === '')
      .map((name) => (folder === '' ? name : `${folder}/${name}`))
      .filter((path) => there.has(path)),
  );
}
