/**
 * What a pull request remembers of itself, hidden in its body. Whoever may edit the body may edit this, so it decides
 * nothing but whether the same thing is being proposed again.
 */
import { isDigest } from '../core/image-ref.ts';
import type { Change } from './fingerprint.ts';

export interface PullMetadata {
  readonly group: string;
  readonly fingerprint: string;
  /** The title that we gave it: with another one, a person has renamed it. */
  readonly title: string;
  readonly changes: readonly Change[];
}

/** A line of its own: a label that holds one stands in inline code, which starts with a fence. */
const MARK = /^<!-- dockfix:1:([A-Za-z0-9_-]{1,60000}) -->\s*$/gm;
const MAX_CHANGES = 500;

/** One line that people do not see and Markdown cannot break out of. */
export function writeMetadata(metadata: PullMetadata): string {
  const { changes, ...rest } = metadata;
  const data = JSON.stringify({ ...rest, changes: changes.slice(0, MAX_CHANGES) });
  return `<!-- dockfix:1:${Buffer.from(data).toString('base64url')} -->`;
}

/** Null when there is none, or none that is well-formed. */
export function readMetadata(body: string): PullMetadata | null {
  const encoded = [...body.matchAll(MARK)].at(-1)?.[1];
  if (!encoded) return null;
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!isRecord(data)) return null;
  const { group, fingerprint, title, changes } = data;
  if (!isText(group, 1000) || !isText(title, 1000)) return null;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{32}$/.test(fingerprint)) return null;
  if (!Array.isArray(changes) || changes.length > MAX_CHANGES || !changes.every(isChange)) return null;
  return { group, fingerprint, title, changes };
}

function isChange(value: unknown): value is Change {
  if (!isRecord(value)) return false;
  const { key, path, from, to } = value;
  return (
    isText(key, 1500) &&
    isText(path, 5000) &&
    (from === null || (typeof from === 'string' && isDigest(from))) &&
    typeof to === 'string' &&
    isDigest(to)
  );
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
