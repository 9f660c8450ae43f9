/**
 * Finds Dockerfiles. A file that is named is always taken; in a folder the names decide, .gitignore is honoured,
 * and `node_modules`, `.git` and `vendor` are left out.
 */
import type { Dirent } from 'node:fs';
import { lstat, readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';
import { EnvironmentError, InputError } from '../core/errors.ts';

/** A Dockerfile to judge. */
export interface FoundFile {
  /** As it is shown: relative to the working folder where that is shorter. */
  readonly path: string;
  readonly absolutePath: string;
  /** The folder that a write must not leave, absolute. */
  readonly root: string;
  /** Named on the command line, not found in a folder. */
  readonly named: boolean;
}

export interface Discovery {
  readonly files: readonly FoundFile[];
  readonly problems: readonly { readonly path: string; readonly error: Error }[];
}

const NAME = /^(?:(?:dockerfile|containerfile)(?:[.-].+)?|.+\.(?:dockerfile|containerfile))$/i;
const NOT_NAME = /\.(?:dockerignore|md|orig|rej|bak|j2|tmpl|template|erb)$/i;
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'vendor']);
const GLOB = /[*?{}[\]!()]/;

/** Whether a file name says that this is a Dockerfile. */
export function isDockerfileName(name: string): boolean {
  return NAME.test(name) && !NOT_NAME.test(name);
}

/** Finds what `paths` name: files, folders and globs, relative to `cwd`. Every file once, in a stable order. */
export async function discover(paths: readonly string[], cwd: string): Promise<Discovery> {
  const files = new Map<string, FoundFile>();
  const problems: { path: string; error: Error }[] = [];
  for (const path of paths.length > 0 ? paths : ['.']) {
    try {
      for (const file of await expand(path, cwd, problems)) {
        const known = files.get(file.absolutePath);
        if (!known || (file.named && !known.named)) files.set(file.absolutePath, file);
      }
    } catch (error) {
      problems.push({ path, error: error as Error });
    }
  }
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files: sorted, problems };
}

async function expand(
  path: string,
  cwd: string,
  problems: { path: string; error: Error }[],
): Promise<FoundFile[]> {
  const absolutePath = resolve(cwd, path);
  const stats = await lstat(absolutePath).catch(() => null);
  if (stats?.isDirectory()) return searchFolder(absolutePath, cwd, problems);
  if (stats?.isSymbolicLink()) {
    const target = await realpath(absolutePath).catch(() => null);
    const behind = target === null ? null : await lstat(target);
    if (target !== null && behind?.isDirectory()) return searchFolder(target, cwd, problems);
  }
  if (stats)
    return [{ path: shown(absolutePath, cwd), absolutePath, root: rootOf(absolutePath, cwd), named: true }];
  if (GLOB.test(path)) {
    const found = await searchGlob(path, cwd);
    if (found.length > 0) return found;
    throw new InputError('missing', 'matches no file');
  }
  throw new InputError('missing', 'does not exist');
}

/** A named file may lie anywhere; it must not lead out of the working folder, or of its own folder. */
function rootOf(absolutePath: string, cwd: string): string {
  return absolutePath.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep) ? cwd : dirname(absolutePath);
}

async function searchGlob(pattern: string, cwd: string): Promise<FoundFile[]> {
  const { glob } = await import('tinyglobby');
  const matches = await glob(pattern.split(sep).join('/'), {
    cwd,
    absolute: true,
    dot: true,
    followSymbolicLinks: false,
    ignore: [...SKIPPED_FOLDERS].map((folder) => `**/${folder}/**`),
  });
  return matches.map((match) => {
    const absolutePath = resolve(match);
    return { path: shown(absolutePath, cwd), absolutePath, root: rootOf(absolutePath, cwd), named: true };
  });
}

// ---- folders --------------------------------------------------------------------------------------------------

/** One .gitignore: paths are tested relative to its folder. */
interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

async function searchFolder(
  root: string,
  cwd: string,
  problems: { path: string; error: Error }[],
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const inherited = await ignoreFilesAbove(root);
  const walk = async (folder: string, ignores: readonly IgnoreFile[]): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      problems.push({
        path: shown(folder, cwd),
        error: new EnvironmentError('unreadable', 'cannot be read'),
      });
      return;
    }
    const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
      ? [...ignores, await readIgnoreFile(folder)]
      : ignores;
    const folders: string[] = [];
    for (const entry of entries) {
      const absolutePath = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name) && !isIgnored(own, absolutePath, true))
          folders.push(absolutePath);
        continue;
      }
      if (!isDockerfileName(entry.name) || isIgnored(own, absolutePath, false)) continue;
      if (entry.isSymbolicLink() && (await leadsToKnownFile(absolutePath, root))) continue;
      found.push({ path: shown(absolutePath, cwd), absolutePath, root, named: false });
    }
    for (const next of folders) {
      const before = found.length;
      await walk(next, own);
      if (found.length === before && isDockerfileName(next.slice(folder.length + 1))) {
        problems.push({
          path: shown(next, cwd),
          error: new InputError('directory', 'is a folder, not a file'),
        });
      }
    }
  };
  await walk(root, inherited);
  return found;
}

/** A link to a file that the search finds under its own name needs no second look. */
async function leadsToKnownFile(path: string, root: string): Promise<boolean> {
  const target = await realpath(path).catch(() => null);
  if (target === null) return false;
  const realRoot = await realpath(root);
  return target.startsWith(realRoot + sep) && isDockerfileName(target.slice(target.lastIndexOf(sep) + 1));
}

async function readIgnoreFile(folder: string): Promise<IgnoreFile> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  return { folder, rules: ignore().add(text) };
}

/** The .gitignore files between the repository's root and a folder inside it. */
async function ignoreFilesAbove(folder: string): Promise<IgnoreFile[]> {
  const above: IgnoreFile[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const isRoot = await lstat(join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (at !== folder) above.unshift(await readIgnoreFile(at));
    if (isRoot) return above;
    if (dirname(at) === at) return [];
  }
}

function isIgnored(ignores: readonly IgnoreFile[], path: string, isFolder: boolean): boolean {
  let ignored = false;
  for (const { folder, rules } of ignores) {
    const local = relative(folder, path).split(sep).join('/') + (isFolder ? '/' : '');
    const verdict = rules.test(local);
    if (verdict.ignored) ignored = true;
    else if (verdict.unignored) ignored = false;
  }
  return ignored;
}

function shown(absolutePath: string, cwd: string): string {
  const local = relative(cwd, absolutePath);
  return local === '' ? '.' : local.startsWith('..') ? absolutePath : local;
}
