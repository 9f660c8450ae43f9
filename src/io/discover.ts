/**
 * Finds Dockerfiles. A file that is named is always taken; in a folder the names decide, .gitignore is honoured,
 * and `node_modules`, `.git` and `vendor` are left out.
 */
import type { Dirent } from 'node:fs';
import { lstat, readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import type { Ignore } from 'ignore';
import { SKIPPED_FOLDERS, isDockerfileName } from '../core/dockerfile-name.ts';
import { InputError } from '../core/errors.ts';

import { readError } from './files.ts';

export { isDockerfileName } from '../core/dockerfile-name.ts';

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

/** What is in the way of finding more. */
export interface Problem {
  readonly path: string;
  readonly error: Error;
}

export interface Discovery {
  readonly files: readonly FoundFile[];
  readonly problems: readonly Problem[];
}

/** A folder of exactly this name is a mistake (a volume that Docker made, most often); others are just folders. */
const MISTAKEN_FOLDER = /^(?:docker|container)file$/i;
const GLOB = /[*?{}[\]!()]/;

/** Finds what `paths` name: files, folders and globs, relative to `cwd`. Every file once, in a stable order. */
export async function discover(paths: readonly string[], cwd: string): Promise<Discovery> {
  const files = new Map<string, FoundFile>();
  const problems: Problem[] = [];
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

async function expand(path: string, cwd: string, problems: Problem[]): Promise<FoundFile[]> {
  const absolutePath = resolve(cwd, path);
  const stats = await lstat(absolutePath).catch((error: unknown) => {
    const reason = readError(error);
    if (reason instanceof InputError && reason.code === 'missing') return null;
    throw reason;
  });
  if (stats?.isDirectory()) return searchFolder(absolutePath, cwd, problems);
  if (stats?.isSymbolicLink()) {
    const target = await realpath(absolutePath).catch(() => null);
    if (target !== null && (await lstat(target)).isDirectory()) return searchFolder(target, cwd, problems);
  }
  if (stats)
    return [{ path: shown(absolutePath, cwd), absolutePath, root: rootOf(absolutePath, cwd), named: true }];
  if (!GLOB.test(path)) throw new InputError('missing', 'does not exist');
  const matches = await matchGlob(path, cwd);
  if (matches.length === 0) throw new InputError('missing', 'matches no file');
  return (await Promise.all(matches.map((match) => expand(match, cwd, problems)))).flat();
}

/** A named file may lie anywhere; it must not lead out of the working folder, or of its own folder. */
function rootOf(absolutePath: string, cwd: string): string {
  return absolutePath.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep) ? cwd : dirname(absolutePath);
}

/** Files and folders, as the shell would give them to the command. */
async function matchGlob(pattern: string, cwd: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  return glob(pattern.split(sep).join('/'), {
    cwd,
    absolute: true,
    dot: true,
    onlyFiles: false,
    expandDirectories: false,
    followSymbolicLinks: false,
    ignore: [...SKIPPED_FOLDERS].flatMap((folder) => [`**/${folder}`, `**/${folder}/**`]),
  });
}

// ---- folders --------------------------------------------------------------------------------------------------

/** One .gitignore: paths are tested relative to its folder. */
interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

async function searchFolder(root: string, cwd: string, problems: Problem[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const links: FoundFile[] = [];
  const walk = async (folder: string, ignores: readonly IgnoreFile[]): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      problems.push({ path: shown(folder, cwd), error: readError(error) });
      return;
    }
    const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
      ? [...ignores, await readIgnoreFile(folder)]
      : ignores;
    for (const entry of entries) {
      const { name } = entry;
      const absolutePath = join(folder, name);
      const file = { path: shown(absolutePath, cwd), absolutePath, root, named: false };
      if (entry.isDirectory()) {
        if (SKIPPED_FOLDERS.has(name) || isIgnored(own, absolutePath, true)) continue;
        const before = found.length;
        await walk(absolutePath, own);
        if (found.length === before && MISTAKEN_FOLDER.test(name)) {
          problems.push({ path: file.path, error: new InputError('directory', 'is a folder, not a file') });
        }
      } else if (isDockerfileName(name) && !isIgnored(own, absolutePath, false)) {
        (entry.isSymbolicLink() ? links : found).push(file);
      }
    }
  };
  await walk(root, await ignoreFilesAbove(root));
  if (links.length === 0) return found;
  const known = new Set(await Promise.all(found.map(({ absolutePath }) => realPathOf(absolutePath))));
  for (const link of links) {
    // A link to a file that was found under its own name needs no second look.
    if (!known.has(await realPathOf(link.absolutePath))) found.push(link);
  }
  return found;
}

/** The path itself when it leads nowhere. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function readIgnoreFile(folder: string): Promise<IgnoreFile> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  // As git has it where file names have a case: what git keeps must not be missed.
  return { folder, rules: ignore({ ignorecase: false }).add(text) };
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

/** With slashes; relative where that does not lead up. */
function shown(absolutePath: string, cwd: string): string {
  const local = relative(cwd, absolutePath);
  const leadsUp = local === '..' || local.startsWith(`..${sep}`);
  return leadsUp ? absolutePath.split(sep).join('/') : local.split(sep).join('/') || '.';
}
