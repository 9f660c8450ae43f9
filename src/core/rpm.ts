/**
 * The packages in a database of RPM since version 4.16: a SQLite file whose table `Packages` has a header for each. A
 * header is two counts, an index of tags, and the values that the index points to. Times, files and scripts are passed
 * over. Older kinds of databases are not read.
 */
import { uniquePackages } from './packages.ts';
import type { Package } from './packages.ts';
import { readSqliteTable } from './sqlite.ts';

export type RpmPackages =
  | { readonly ok: true; readonly packages: readonly Package[] }
  /** A part of a sentence. */
  | { readonly ok: false; readonly reason: string };

const TAG = { name: 1000, version: 1001, release: 1002, epoch: 1003, architecture: 1022 } as const;
const INT32 = 4;
const STRING = 6;
const INDEX_ENTRY_BYTES = 16;
const MAX_TEXT = 200;

interface Header {
  readonly name: string;
  /** `epoch:version-release`, without an epoch of zero. */
  readonly version: string;
  /** Empty for what has none, such as a key. */
  readonly architecture: string;
}

/** Never a part of the packages: one header that cannot be read, and there is no list. */
export function parseRpmDatabase(bytes: Uint8Array): RpmPackages {
  const table = readSqliteTable(bytes, 'Packages');
  if (!table.ok) return table;
  const headers: Header[] = [];
  for (const row of table.rows) {
    const blob = row[1];
    const header = blob instanceof Uint8Array ? parseHeader(blob) : null;
    if (header === null) return { ok: false, reason: `package ${headers.length + 1} in it is damaged` };
    headers.push(header);
  }
  return { ok: true, packages: uniquePackages(withArchitectures(headers)) };
}

/** The architecture is said where a name is installed for several: `1.2-3.i686`. */
function withArchitectures(headers: readonly Header[]): readonly Package[] {
  const known = new Map<string, string>();
  const several = new Set<string>();
  for (const { name, architecture } of headers) {
    if ((known.get(name) ?? architecture) !== architecture) several.add(name);
    known.set(name, architecture);
  }
  return headers.map(({ name, version, architecture }) => ({
    name,
    version: several.has(name) && architecture !== '' ? `${version}.${architecture}` : version,
  }));
}

/** Null for what is no header, and for one without name, version or release. */
function parseHeader(blob: Uint8Array): Header | null {
  if (blob.length < 8) return null;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const entries = view.getUint32(0);
  const dataBytes = view.getUint32(4);
  const dataStart = 8 + entries * INDEX_ENTRY_BYTES;
  if (dataStart + dataBytes !== blob.length) return null;
  const data = blob.subarray(dataStart);
  const found = new Map<number, string | number>();
  for (let entry = 0; entry < entries; entry++) {
    const at = 8 + entry * INDEX_ENTRY_BYTES;
    const tag = view.getUint32(at);
    if (!WANTED.has(tag)) continue;
    const value = valueAt(data, view.getUint32(at + 4), view.getUint32(at + 8));
    if (value === null) return null;
    found.set(tag, value);
  }
  const text = (tag: number): string => {
    const value = found.get(tag);
    return typeof value === 'string' ? value : '';
  };
  const [name, version, release] = [text(TAG.name), text(TAG.version), text(TAG.release)];
  if (name === '' || version === '' || release === '') return null;
  const epoch = found.get(TAG.epoch);
  const prefix = typeof epoch === 'number' && epoch > 0 ? `${epoch}:` : '';
  return {
    name,
    version: `${prefix}${version}-${release}`.slice(0, MAX_TEXT),
    architecture: text(TAG.architecture),
  };
}

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

function valueAt(data: Uint8Array, type: number, offset: number): string | number | null {
  if (type === INT32) {
    if (offset + 4 > data.length) return null;
    return new DataView(data.buffer, data.byteOffset + offset, 4).getUint32(0);
  }
  const end = type === STRING && offset < data.length ? data.indexOf(0, offset) : -1;
  return end < 0 ? null : new TextDecoder().decode(data.subarray(offset, Math.min(end, offset + MAX_TEXT)));
}
