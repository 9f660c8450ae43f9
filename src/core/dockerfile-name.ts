/** Which file names are Dockerfiles. */

const NAME = /^(?:(?:dockerfile|containerfile)(?:[.-].+)?|.+\.(?:dockerfile|containerfile))$/is;
const NOT_NAME = /\.(?:dockerignore|md|orig|rej|bak|j2|tmpl|template|erb)$/i;

/** Folders whose files belong to somebody else. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', 'vendor']);

/** Whether a file name says that this is a Dockerfile. */
export function isDockerfileName(name: string): boolean {
  return NAME.test(name) && !NOT_NAME.test(name);
}

/** Whether a path with `/`, from the root of a repository, is a Dockerfile of that repository. */
export function isDockerfilePath(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop()!;
  return isDockerfileName(name) && !parts.some((part) => SKIPPED_FOLDERS.has(part));
}
