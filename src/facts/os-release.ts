/** `/etc/os-release` (os-release(5)): `NAME=value` lines, values in shell quotes. */
import type { OsRelease } from '../core/image-facts.ts';

const MAX_LINES = 200;
const MAX_VALUE = 200;

/** Null when it names no distribution. */
export function readOsRelease(text: string): OsRelease | null {
  const values = new Map<string, string>();
  for (const line of text.slice(0, 64 * 1024).split('\n', MAX_LINES)) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match) values.set(match[1]!, unquoted(match[2]!).slice(0, MAX_VALUE));
  }
  const get = (name: string): string | null => values.get(name) || null;
  // Names are words; anything else was not written by a distribution.
  const word = (name: string): string | null => {
    const value = get(name);
    return value !== null && /^[\w.+~-]+$/.test(value) ? value.toLowerCase() : null;
  };
  const id = word('ID');
  if (id === null) return null;
  return {
    id,
    idLike: (get('ID_LIKE') ?? '').split(/\s+/).filter((like) => /^[\w.-]+$/.test(like)),
    versionId: word('VERSION_ID'),
    codename: word('VERSION_CODENAME'),
    prettyName: get('PRETTY_NAME'),
  };
}

function unquoted(value: string): string {
  const quote = value[0];
  if ((quote !== '"' && quote !== "'") || value.length < 2 || !value.endsWith(quote)) return value;
  const inner = value.slice(1, -1);
  return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, '$1');
}
