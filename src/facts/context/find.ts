/**
 * Which folder is the build context of a Dockerfile: what the person says, what a compose file says, what a script
 * or a CI file says, and last the folder in which everything that is copied exists. Two answers are none.
 */
import { plainWords } from '../../core/arguments.ts';
import { cleanPath } from '../../core/context/build-context.ts';
import type { ComposeBuild, ContextOrigin } from '../../core/context/build-context.ts';
import { matchesPath, pathPattern } from '../../core/context/path-pattern.ts';
import type { Document } from '../../core/document.ts';
import type { Withheld } from '../../core/types.ts';
import { expandAt } from '../../core/variables.ts';
import { isComposeName, readBuildCommands, readCompose } from './compose.ts';
import type { ComposeEntry } from './compose.ts';
import type { ContextFiles } from './files.ts';

export interface FoundContext {
  /** Absolute. */
  readonly root: string;
  readonly foundBy: ContextOrigin;
  readonly reason: string;
  readonly builds: readonly ComposeBuild[];
}

export interface Search {
  readonly files: ContextFiles;
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  /** Folder that the context must not leave: the checkout, or where dockfix was started. */
  readonly boundary: string;
  readonly document: Document;
  readonly text: (path: string) => string | null;
}

export async function findContext(search: Search): Promise<FoundContext | Withheld> {
  const { boundary, dockerfile } = search;
  const folder = parentOf(dockerfile);
  const builds: (ComposeBuild & { readonly root: string })[] = [];
  for (const above of foldersUp(folder, boundary)) builds.push(...(await composeBuilds(search, above)));
  const composed = [...new Set(builds.map(({ root }) => root))];
  if (composed.length > 1) {
    const named = builds.map(({ file, service }) => `${service} in ${file}`).slice(0, 3);
    return {
      code: 'context-ambiguous',
      reason: `compose files build it from different folders (${named.join(', ')}); say which with --context`,
    };
  }
  const plain = builds.map(({ root: _root, ...build }) => build);
  if (composed.length === 1) {
    const { service, file } = builds[0]!;
    return {
      root: composed[0]!,
      foundBy: 'compose',
      reason: `the service ${service} in ${file} says so`,
      builds: plain,
    };
  }
  const scripted = commandRoots(search);
  if (scripted.length === 1) {
    return {
      root: scripted[0]!.root,
      foundBy: 'script',
      reason: `${scripted[0]!.file} builds it from there`,
      builds: [],
    };
  }
  return byFolders(search, folder);
}

/** A folder and those above it, up to the boundary. */
function foldersUp(folder: string, boundary: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; at !== boundary && at !== '/' && isBelow(at, boundary); at = parentOf(at)) {
    folders.push(parentOf(at));
  }
  return folders;
}

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function resolved(folder: string, path: string): string | null {
  const cleaned = cleanPath(`${folder}/${path}`);
  return cleaned === null ? null : `/${cleaned}`;
}

// ---- what others say --------------------------------------------------------------------------------------------

const composeCache = new WeakMap<
  ContextFiles,
  Map<string, readonly (ComposeEntry & { readonly file: string })[]>
>();

async function composeEntries(
  { files, text }: Search,
  folder: string,
): Promise<readonly (ComposeEntry & { readonly file: string })[]> {
  let cache = composeCache.get(files);
  if (!cache) composeCache.set(files, (cache = new Map()));
  const known = cache.get(folder);
  if (known) return known;
  const entries: (ComposeEntry & { file: string })[] = [];
  for (const { name, kind } of files.list(folder) ?? []) {
    if (kind !== 'file' || !isComposeName(name)) continue;
    for (const entry of await readCompose(text(`${folder}/${name}`) ?? ''))
      entries.push({ ...entry, file: name });
  }
  cache.set(folder, entries);
  return entries;
}

async function composeBuilds(
  search: Search,
  folder: string,
): Promise<readonly (ComposeBuild & { readonly root: string })[]> {
  return (await composeEntries(search, folder)).flatMap(({ file, context, dockerfile, ...entry }) => {
    const root = resolved(folder, context);
    if (
      root === null ||
      resolved(folder, dockerfile) !== search.dockerfile ||
      !isBelow(root, search.boundary)
    )
      return [];
    return [
      {
        file: `${folder.slice(search.boundary.length + 1)}/${file}`.replace(/^\//, ''),
        ...entry,
        root,
      },
    ];
  });
}

const SCRIPTS = [
  'Makefile',
  'build.sh',
  'scripts/build.sh',
  'package.json',
  '.gitlab-ci.yml',
  'cloudbuild.yaml',
];

/** Folders that build commands at the checkout's root name for this Dockerfile. */
function commandRoots({
  files,
  boundary,
  dockerfile,
  text,
}: Search): readonly { readonly root: string; readonly file: string }[] {
  const workflows = (files.list(`${boundary}/.github/workflows`) ?? [])
    .filter(({ name, kind }) => kind === 'file' && /\.ya?ml$/.test(name))
    .map(({ name }) => `.github/workflows/${name}`);
  const found = new Map<string, string>();
  for (const file of [...SCRIPTS, ...workflows.slice(0, 40)]) {
    const content = text(`${boundary}/${file}`);
    if (content === null || !content.includes('ocker')) continue;
    for (const command of readBuildCommands(content)) {
      const root = resolved(boundary, command.context);
      if (root !== null && resolved(boundary, command.dockerfile) === dockerfile && isBelow(root, boundary)) {
        if (!found.has(root)) found.set(root, file);
      }
    }
  }
  return [...found].map(([root, file]) => ({ root, file }));
}

// ---- where everything exists ------------------------------------------------------------------------------------

/** Made outside the Dockerfile before it is built; that they are missing says nothing. */
const BUILT =
  /(?:^|\/)(?:dist|build|out|target|bin|publish|node_modules|vendor|release|artifacts?|\.next|\.output)(?:\/|$)|\.(?:jar|war|tgz|whl|zip|deb|rpm)$|\*/;
/** Folders that hold Dockerfiles and nothing that they copy. */
const DOCKER_FOLDER = /^(?:\.?docker(?:files?)?|containers?|\.?build|deploy(?:ment)?|ops|infra|ci|images?)$/i;

function byFolders(search: Search, folder: string): FoundContext | Withheld {
  const { document } = search;
  const sources = copySources(document);
  const telling = sources.filter((source) => source !== '');
  const holdsAll = (root: string): boolean =>
    telling.every((source) => exists(search, root, source) || BUILT.test(source));
  const holdsSome = (root: string): boolean => telling.some((source) => exists(search, root, source));
  const found = (root: string, reason: string): FoundContext => ({
    root,
    foundBy: 'folder',
    reason,
    builds: [],
  });

  if (telling.length > 0 && holdsAll(folder) && holdsSome(folder)) {
    return found(folder, 'everything that it copies lies beside the Dockerfile');
  }
  const above = foldersUp(folder, search.boundary)
    .slice(1)
    .filter((root) => holdsAll(root) && holdsSome(root));
  if (telling.length > 0 && above.length === 1)
    return found(above[0]!, 'everything that it copies lies there');
  if (above.length > 1) {
    return {
      code: 'context-ambiguous',
      reason: 'what it copies exists in several folders above it; say which with --context',
    };
  }
  const isDockerFolder =
    DOCKER_FOLDER.test(folder.slice(folder.lastIndexOf('/') + 1)) && folder !== search.boundary;
  if (telling.length === 0 && isDockerFolder && sources.length > 0) {
    return {
      code: 'context-unknown',
      reason:
        'it copies its whole context, and its folder holds only Dockerfiles; say which folder with --context',
    };
  }
  if (telling.length === 0 || telling.every((source) => BUILT.test(source))) {
    return found(folder, 'it is the folder of the Dockerfile');
  }
  // What exists nowhere is made before the build; the rest says where it is built.
  const isMade = (source: string): boolean =>
    foldersUp(folder, search.boundary).every((root) => !exists(search, root, source));
  if (
    holdsSome(folder) &&
    telling.every((source) => exists(search, folder, source) || BUILT.test(source) || isMade(source))
  ) {
    return found(folder, 'what it copies lies beside the Dockerfile, as far as it exists');
  }
  const missing = telling.find((source) => !exists(search, folder, source) && !BUILT.test(source))!;
  return {
    code: 'context-not-found',
    reason: `in no folder from its own upwards there is all that it copies (${missing.slice(0, 80)}); say where with --context`,
  };
}

/** The sources of COPY and ADD that the context must have; `''` is the context itself. */
function copySources(document: Document): readonly string[] {
  const found = new Set<string>();
  for (const instruction of document.instructions) {
    const { keyword, flags, json, rest } = instruction;
    if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) continue;
    const words = json ?? plainWords(rest).map(({ text }) => text);
    for (const word of words.slice(0, -1)) {
      if (word.startsWith('<<') || /^(?:https?|git|ssh):|^git@/i.test(word)) continue;
      const text = expandAt(document, instruction, word);
      const path = text === null ? null : cleanPath(text);
      if (path !== null) found.add(path);
    }
  }
  return [...found];
}

function exists({ files }: Search, root: string, source: string): boolean {
  if (!/[*?[\\]/.test(source)) return files.kindOf(`${root}/${source}`) !== null;
  const slash = source.lastIndexOf('/');
  if (/[*?[\\]/.test(source.slice(0, Math.max(0, slash)))) return true;
  const pattern = pathPattern(source.slice(slash + 1), { doubleStar: false });
  const names = files.list(slash < 0 ? root : `${root}/${source.slice(0, slash)}`) ?? [];
  return pattern !== null && names.some(({ name }) => matchesPath(pattern, name));
}
