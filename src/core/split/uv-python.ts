/**
 * Which Python uv takes: the one of the image where that fits what the project asks for, else one that uv downloads
 * into a folder of its own. The second kind would not be in the runtime stage. S: uv's page on Python versions.
 */
import type { ImageRef } from '../image-ref.ts';

/** Major, minor and, where it is said, patch. */
export type PythonVersion = readonly number[];

export interface UvImage {
  readonly version: PythonVersion;
  /** `slim`, or the full image. */
  readonly isSlim: boolean;
  /** The suite as the tag has it. */
  readonly suite: string;
}

/** uv's own images; without a tag that names a Python they bring none. */
export function isUvImage({ registry, repository }: ImageRef): boolean {
  return registry === 'ghcr.io' && repository === 'astral-sh/uv';
}

/** What `ghcr.io/astral-sh/uv:python3.12-bookworm-slim` is built on; null where the tag lacks the Python or the suite. */
export function uvImageOf(image: ImageRef): UvImage | null {
  const found = /(?:^|-)python(\d+)\.(\d+)(?:\.(\d+))?-(bookworm|trixie|bullseye)(-slim)?$/.exec(
    image.tag ?? '',
  );
  return found
    ? { version: numbers(found.slice(1, 4)), suite: found[4]!, isSlim: found[5] !== undefined }
    : null;
}

/** The version in the tag of an official image; null for one that does not name the minor, and for a preview. */
export function pythonOf(image: ImageRef): PythonVersion | null {
  if (isUvImage(image)) return uvImageOf(image)?.version ?? null;
  const found = /^(\d+)\.(\d+)(?:\.(\d+))?(?=-|$)(?!.*-rc)/.exec(image.tag ?? '');
  return found ? numbers(found.slice(1)) : null;
}

function numbers(texts: readonly (string | undefined)[]): PythonVersion {
  return texts.filter((text) => text !== undefined).map(Number);
}

/** Whether `--python`, UV_PYTHON or .python-version certainly mean the Python of the image. */
export function meansPython(request: string, version: PythonVersion): boolean {
  if (/^(?:\/usr\/local\/bin\/)?python3?$/.test(request)) return true;
  const found = /^(?:\/usr\/local\/bin\/python|c?python@?)?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(request);
  return found !== null && numbers(found.slice(1)).every((part, at) => version[at] === part);
}

/** Whether a `requires-python` certainly allows the Python of the image, whichever patch it has where none is said. */
export function allowsPython(specifiers: string, version: PythonVersion): boolean {
  return specifiers
    .split(',')
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
    .every((clause) => allows(clause, version));
}

const ANY = Number.MAX_SAFE_INTEGER;

function allows(clause: string, [major = 0, minor = 0, patch]: PythonVersion): boolean {
  const found = /^(>=|>|<=|<|==|~=|!=)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(\.\*)?$/.exec(clause);
  if (!found) return false;
  const parts = numbers(found.slice(2, 5));
  const low = [major, minor, patch ?? 0];
  const high = [major, minor, patch ?? ANY];
  const starts = (prefix: PythonVersion): boolean =>
    prefix.every((part, at) => low[at] === part && high[at] === part);
  const isPrefix = found[5] !== undefined;
  switch (found[1]) {
    case '>=':
      return compare(low, parts) >= 0;
    case '>':
      return compare(low, parts) > 0;
    case '<=':
      return compare(high, parts) <= 0;
    case '<':
      return compare(high, parts) < 0;
    case '~=':
      return compare(low, parts) >= 0 && starts(parts.slice(0, -1));
    case '==':
      return isPrefix ? starts(parts) : patch !== undefined && compare(low, parts) === 0;
    default:
      return isPrefix
        ? compare(high.slice(0, parts.length), parts) !== 0
        : compare(low, parts) > 0 || compare(high, parts) < 0;
  }
}

/** A part that is not said counts as 0. */
function compare(left: PythonVersion, right: PythonVersion): number {
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
