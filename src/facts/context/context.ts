/**
 * The build context as a fact: found, listed and read within limits, once for each folder however many Dockerfiles
 * are built from it. Only what lies in the context is read, and of the checkout around it a few files by name: CI
 * files, the licence, the README's name, and the address of its remote.
 */
import { baseNameOf } from '../../core/context/build-context.ts';
import type { BuildContext, ContextEntry, Project } from '../../core/context/build-context.ts';
import { isIgnoredPath, readIgnoreFile } from '../../core/context/docker-ignore.ts';
import type { Document } from '../../core/document.ts';
import type { Fact } from '../../core/types.ts';
import { isBelow, findContext, parentOf } from './find.ts';
import type { FoundContext } from './find.ts';
import type { ContextFiles } from './files.ts';
import { listFolder } from './listing.ts';
import type { Listing } from './listing.ts';
import { originUrl, publicRemote } from './remote.ts';
import { MAX_FILE_BYTES, MAX_TOTAL_BYTES, wantedPaths } from './wanted.ts';

/** One Dockerfile whose context is wanted. Paths are absolute, with slashes. */
export interface ContextQuestion {
  /** Null for standard input. */
  readonly dockerfile: string | null;
  /** What --context says. */
  readonly folder: string | null;
  /** Where dockfix was started. */
  readonly cwd: string;
}

export interface ContextSource {
  contextOf(question: ContextQuestion, document: Document): Promise<Fact<BuildContext>>;
}

/** Contexts whose listings and texts are kept; files of a run come in the order of their folders. */
const KEPT = 4;

export function createContextSource(files: ContextFiles): ContextSource {
  const kept = new Map<string, Reader>();
  const projects = new Map<string, Checkout>();

  function readerOf(root: string): Reader {
    const known = kept.get(root);
    if (known) return known;
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    const reader = createReader(files, root);
    kept.set(root, reader);
    return reader;
  }

  return {
    async contextOf(question, document) {
      const { dockerfile, folder, cwd } = question;
      const start = dockerfile === null ? folder : parentOf(dockerfile);
      if (start === null) {
        return refused('no-context', 'standard input has no folder; say which one is built with --context');
      }
      const checkout = checkoutAbove(files, folder ?? start);
      const boundary = checkout ?? (isBelow(start, cwd) ? cwd : start);
      const read = (path: string): string | null => textOf(files, boundary, path);
      const found: FoundContext | { readonly code: string; readonly reason: string } =
        folder !== null
          ? { root: folder, foundBy: 'flag', reason: '--context says so', builds: [] }
          : await findContext({ files, dockerfile: dockerfile!, boundary, document, text: read });
      if ('code' in found) return refused(found.code, found.reason);
      const reader = readerOf(found.root);
      if (!reader.isThere)
        return refused('context-not-found', `there is no folder ${shown(found.root, cwd)}`);
      const root = boundary === found.root || isBelow(found.root, boundary) ? boundary : found.root;
      let project = projects.get(root);
      if (!project) projects.set(root, (project = readCheckout(files, root, checkout !== null)));
      return {
        ok: true,
        value: viewOf(reader, found, project, { dockerfile, document, cwd, checkout: root }),
        evidence: {
          kind: 'context',
          path: shown(found.root, cwd),
          note: `build context: ${found.reason}`,
        },
      };
    },
  };
}

function refused(code: string, reason: string): Fact<never> {
  return { ok: false, code, reason };
}

/** The nearest folder upwards with a `.git`. */
function checkoutAbove(files: ContextFiles, folder: string): string | null {
  for (let at = folder; ; at = parentOf(at)) {
    if (files.kindOf(at === '/' ? '/.git' : `${at}/.git`) !== null) return at;
    if (at === '/') return null;
  }
}

/** Relative to where dockfix was started, where that does not lead up. */
function shown(path: string, cwd: string): string {
  if (path === cwd) return '.';
  return isBelow(path, cwd) ? path.slice(cwd === '/' ? 1 : cwd.length + 1) : path;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array | null): string | null {
  if (!bytes) return null;
  try {
    const text = decoder.decode(bytes).replace(/\r\n/g, '\n');
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function textOf(files: ContextFiles, root: string, path: string): string | null {
  return decode(files.read(root, path, MAX_FILE_BYTES));
}

// ---- one folder -------------------------------------------------------------------------------------------------

interface Reader {
  readonly root: string;
  readonly isThere: boolean;
  readonly listing: Listing;
  text(path: string): string | null;
  /** Entries with what an ignore file leaves; computed once for each of its texts. */
  entries(ignore: string | null): ReadonlyMap<string, ContextEntry>;
}

function createReader(files: ContextFiles, root: string): Reader {
  const isThere = files.kindOf(root) === 'folder';
  const listing: Listing = isThere
    ? listFolder(files, root)
    : { entries: new Map(), unlisted: [], isComplete: false };
  const texts = new Map<string, string | null>();
  const views = new Map<string, ReadonlyMap<string, ContextEntry>>();
  return {
    root,
    isThere,
    listing,
    text(path) {
      let text = texts.get(path);
      if (text === undefined) texts.set(path, (text = textOf(files, root, `${root}/${path}`)));
      return text;
    },
    entries(ignore) {
      const key = ignore ?? '';
      let view = views.get(key);
      if (!view) {
        const rules = readIgnoreFile(key);
        view = new Map(
          [...listing.entries].map(([path, entry]) => [
            path,
            { ...entry, sent: rules.length === 0 || !isIgnoredPath(rules, path) },
          ]),
        );
        views.set(key, view);
      }
      return view;
    },
  };
}

interface View {
  readonly dockerfile: string | null;
  readonly document: Document;
  readonly cwd: string;
  readonly checkout: string;
}

function viewOf(reader: Reader, found: FoundContext, project: Checkout, view: View): BuildContext {
  const { root, listing } = reader;
  const dockerfile = view.dockerfile === null ? null : relativePath(root, view.dockerfile);
  const own = dockerfile === null || dockerfile.startsWith('../') ? null : `${dockerfile}.dockerignore`;
  const ignoreFile =
    [own, '.dockerignore'].find((path) => path !== null && listing.entries.get(path)?.kind === 'file') ??
    null;
  const entries = reader.entries(ignoreFile === null ? null : reader.text(ignoreFile));
  const texts = new Map<string, string>();
  let total = 0;
  for (const path of wantedPaths(listing.entries, view.document)) {
    const { size } = listing.entries.get(path)!;
    if (total + size > MAX_TOTAL_BYTES) continue;
    const text = reader.text(path);
    if (text === null) continue;
    total += size;
    texts.set(path, text);
  }
  return {
    folder: shown(root, view.cwd),
    foundBy: found.foundBy,
    reason: found.reason,
    dockerfile,
    entries,
    unlisted: listing.unlisted,
    isComplete: listing.isComplete,
    ignoreFile,
    texts,
    builds: found.builds,
    project: { ...project, contextPath: root === view.checkout ? '' : relativePath(view.checkout, root) },
  };
}

function relativePath(from: string, to: string): string {
  const [a, b] = [from.split('/'), to.split('/')];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [
    ...a
      .slice(same)
      .filter((part) => part !== '')
      .map(() => '..'),
    ...b.slice(same),
  ].join('/');
}

// ---- the checkout around it -------------------------------------------------------------------------------------

type Checkout = Omit<Project, 'contextPath'>;

const PROJECT_FILES =
  /^(?:LICEN[CS]E(?:[.-][\w.-]+)?|COPYING|Makefile|Jenkinsfile|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|cloudbuild\.ya?ml|docker-bake\.(?:hcl|json)|\.goreleaser\.ya?ml|skaffold\.ya?ml|Taskfile\.ya?ml|justfile|build\.sh|package\.json|pyproject\.toml)$/i;
const CI_FOLDERS = [
  '.github/workflows',
  '.circleci',
  '.woodpecker',
  '.gitlab',
  '.forgejo/workflows',
  '.gitea/workflows',
  'ci',
  'scripts',
];
const MAX_PROJECT_FILES = 80;

function readCheckout(files: ContextFiles, root: string, isCheckout: boolean): Checkout {
  const texts = new Map<string, string>();
  const add = (path: string): void => {
    const text = texts.size < MAX_PROJECT_FILES ? textOf(files, root, `${root}/${path}`) : null;
    if (text !== null) texts.set(path, text);
  };
  const entries = files.list(root) ?? [];
  for (const { name, kind } of entries) if (kind === 'file' && PROJECT_FILES.test(name)) add(name);
  for (const folder of CI_FOLDERS) {
    for (const { name, kind } of files.list(`${root}/${folder}`) ?? []) {
      if (kind === 'file' && /\.(?:ya?ml|sh)$/.test(name)) add(`${folder}/${name}`);
    }
  }
  // A worktree's .git is a file that leads elsewhere; that is not followed.
  const config = isCheckout ? textOf(files, root, `${root}/.git/config`) : null;
  const url = config === null ? null : originUrl(config);
  const remote = url === null ? null : publicRemote(url);
  const readme =
    entries.find(({ name, kind }) => kind === 'file' && /^readme(?:\.\w+)?$/i.test(name))?.name ?? null;
  const name = remote !== null ? baseNameOf(remote) : isCheckout ? baseNameOf(root) || null : null;
  return { remote, name, texts, readme };
}
