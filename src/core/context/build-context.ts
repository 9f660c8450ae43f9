/**
 * The build context as a value: which files the builder is sent, and the texts that say what the project is. Made by
 * facts/context within limits; everything here is plain data, so that the readers of it are pure.
 */

/** How the context of a Dockerfile was found, from the strongest evidence to the weakest. */
export type ContextOrigin = 'flag' | 'compose' | 'script' | 'folder';

export interface ContextEntry {
  /** A link is never followed: what it leads to is not known. */
  readonly kind: 'file' | 'folder' | 'link';
  /** Bytes; 0 for folders and links. */
  readonly size: number;
  /** The nine permission bits. COPY keeps them. */
  readonly mode: number;
  /** False when the ignore file keeps it from the builder. */
  readonly sent: boolean;
}

/** A `build:` of a compose file that builds this Dockerfile. */
export interface ComposeBuild {
  /** From the checkout's root. */
  readonly file: string;
  readonly service: string;
  readonly target: string | null;
  /** What it starts in place of the file's CMD and ENTRYPOINT, as words; null when it says nothing that is known. */
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  /** The user that it runs as; null when it names none, or a variable. */
  readonly user: string | null;
  /** The service starts something else than the image says. */
  readonly hasOwnCommand: boolean;
  /** The service says itself how it is checked. */
  readonly hasOwnCheck: boolean;
  /** TCP ports of the container that it publishes, as far as they are written as numbers. */
  readonly ports: readonly number[];
  readonly mounts: readonly ComposeMount[];
}

/** A folder or file of the host that a service mounts and may write to. */
export interface ComposeMount {
  /** As it is written. */
  readonly source: string;
  /** An absolute path in the container. */
  readonly target: string;
  /** In the compose file; null where an alias or a merge brings it. */
  readonly line: number | null;
}

/** The checkout around the context: read by name only, for what it says of the project. */
export interface Project {
  /** `https://host/owner/repository`, without credentials; null when there is no such remote. */
  readonly remote: string | null;
  /** Name of the checkout's folder or, better, of its remote. */
  readonly name: string | null;
  /** The context's place below the checkout's root; `''` when it is the root. */
  readonly contextPath: string;
  /** Texts of licence, CI and build files, by path from the checkout's root. */
  readonly texts: ReadonlyMap<string, string>;
  /** A README at the checkout's root. */
  readonly readme: string | null;
}

export interface BuildContext {
  /** As it is shown to a person. */
  readonly folder: string;
  readonly foundBy: ContextOrigin;
  /** One clause that says why this folder is the context. */
  readonly reason: string;
  /** The Dockerfile's path from the context, with slashes; `../` when it lies outside; null for standard input. */
  readonly dockerfile: string | null;
  /** Every path that was looked at, with slashes and without a slash in front or behind. */
  readonly entries: ReadonlyMap<string, ContextEntry>;
  /** Folders whose content was left out: dependencies, version control, and what is beyond the limits. */
  readonly unlisted: readonly string[];
  /** False when the limits cut the listing: a path that is not in `entries` may exist. */
  readonly isComplete: boolean;
  /** The file that says what is not sent; null when there is none. */
  readonly ignoreFile: string | null;
  /** Texts of manifests, scripts, configuration and source files, within limits, also of those that are not sent. */
  readonly texts: ReadonlyMap<string, string>;
  readonly builds: readonly ComposeBuild[];
  readonly project: Project;
}

/** `a/./b//../c/` as `a/c`; null when the path leads out of its root. A slash in front means the root. */
export function cleanPath(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `folder` or lies in it; `''` holds everything. */
export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Whether the context certainly has the path, certainly has not, or nobody can say. */
export function contextHas(context: BuildContext, path: string): 'yes' | 'no' | 'unknown' {
  if (path === '' || context.entries.has(path)) return 'yes';
  if (context.unlisted.some((folder) => isInside(path, folder))) return 'unknown';
  return context.isComplete ? 'no' : 'unknown';
}

/** The text of a file that is sent to the builder; null when it is not sent or was not read. */
export function sentText(context: BuildContext, path: string): string | null {
  return context.entries.get(path)?.sent ? (context.texts.get(path) ?? null) : null;
}
