/**
 * The rows of one table of a SQLite file, by the published file format: no queries, no indexes, no journal. The file may
 * be anybody's. Every page is read once at most and no row may claim more bytes than the file has, so the work is linear
 * in its size whatever it says.
 */

/** Integers and floating-point numbers, text, blobs. A primary key of integers is null: it is kept elsewhere. */
export type SqliteValue = number | string | Uint8Array | null;
export type SqliteRow = readonly SqliteValue[];

export type SqliteRows =
  | { readonly ok: true; readonly rows: readonly SqliteRow[] }
  /** A part of a sentence. Never some of the rows: what is missing would look as if it had been deleted. */
  | { readonly ok: false; readonly reason: string };

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const LEAF = 13;
const INTERIOR = 5;
const MAX_ROWS = 100_000;
const MAX_COLUMNS = 100;

interface Database {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly pageBytes: number;
  /** Of a page, without what is reserved for extensions. */
  readonly usableBytes: number;
  readonly pages: number;
  readonly seen: Set<number>;
  /** Bytes of rows that may still be read: in a sound file no two rows share any. */
  room: number;
}

/** Ends the reading; it never leaves this file. */
class Damaged extends Error {}

/** All rows of a table, in the order of their numbers; text is UTF-8. Bytes of rows may be views of `bytes`. */
export function readSqliteTable(bytes: Uint8Array, table: string): SqliteRows {
  try {
    const database = openDatabase(bytes);
    const root = rootOf(database, table);
    return { ok: true, rows: rowsBelow(database, root) };
  } catch (error) {
    if (error instanceof Damaged) return { ok: false, reason: error.message };
    // An offset that leads out of the file.
    if (error instanceof RangeError) return { ok: false, reason: 'it points out of itself' };
    throw error;
  }
}

function openDatabase(bytes: Uint8Array): Database {
  if (bytes.length < HEADER_BYTES || decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new Damaged('it is no SQLite database');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const said = view.getUint16(16);
  const pageBytes = said === 1 ? 65_536 : said;
  const usableBytes = pageBytes - view.getUint8(20);
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480)
    throw new Damaged('its pages have no possible size');
  if (view.getUint8(19) > 2) throw new Damaged('it is of a version of SQLite that is not known');
  if (view.getUint32(56) !== 1) throw new Damaged('its text is not UTF-8');
  const pages = Math.floor(bytes.length / pageBytes);
  // The number of pages counts where the same version of SQLite wrote it as wrote the file last.
  if (view.getUint32(24) === view.getUint32(92) && view.getUint32(28) > pages)
    throw new Damaged('a part of it is missing');
  return { bytes, view, pageBytes, usableBytes, pages, seen: new Set(), room: bytes.length };
}

/** The first page is the root of a table that lists the tables: type, name, table, root page, statement. */
function rootOf(database: Database, table: string): number {
  for (const [type, name, , root] of rowsBelow(database, 1)) {
    if (type === 'table' && name === table && typeof root === 'number') return root;
  }
  throw new Damaged(`it has no table ${table}`);
}

function rowsBelow(database: Database, root: number): readonly SqliteRow[] {
  const { view, usableBytes } = database;
  const rows: SqliteRow[] = [];
  const open = [root];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    const start = enter(database, page);
    const header = page === 1 ? HEADER_BYTES : 0;
    const type = view.getUint8(start + header);
    const cells = view.getUint16(start + header + 3);
    if (type !== LEAF && type !== INTERIOR) throw new Damaged(`page ${page} belongs to no table`);
    const pointers = header + (type === LEAF ? 8 : 12);
    if (pointers + 2 * cells > usableBytes) throw new Damaged(`page ${page} has more cells than fit`);
    const cellAt = (index: number): number => {
      const at = view.getUint16(start + pointers + 2 * index);
      if (at < pointers + 2 * cells || at >= usableBytes)
        throw new Damaged(`page ${page} has a cell outside`);
      return at;
    };
    if (type === LEAF) {
      if (rows.length + cells > MAX_ROWS) throw new Damaged(`it has more than ${MAX_ROWS} rows`);
      for (let index = 0; index < cells; index++) rows.push(rowAt(database, start, cellAt(index)));
      continue;
    }
    open.push(view.getUint32(start + header + 8));
    for (let index = cells - 1; index >= 0; index--) open.push(view.getUint32(start + cellAt(index)));
  }
  return rows;
}

/** Where a page starts; each may be entered once. */
function enter(database: Database, page: number): number {
  if (page < 1 || page > database.pages) throw new Damaged(`it has no page ${page}`);
  if (database.seen.has(page)) throw new Damaged(`page ${page} has two places`);
  database.seen.add(page);
  return (page - 1) * database.pageBytes;
}

/** A cell of a leaf: the length of the row, its number, the row; what does not fit goes on in further pages. */
function rowAt(database: Database, start: number, offset: number): SqliteRow {
  const { bytes, view, usableBytes } = database;
  const end = start + usableBytes;
  const length = readVarint(bytes, start + offset, end);
  const key = readVarint(bytes, length.next, end);
  spend(database, length.value);
  const here = bytesHere(length.value, usableBytes);
  if (key.next + here > end) throw new Damaged('a row leads out of its page');
  const first = bytes.subarray(key.next, key.next + here);
  if (here === length.value) return valuesOf(first);
  if (key.next + here + 4 > end) throw new Damaged('a row leads out of its page');
  const row = new Uint8Array(length.value);
  row.set(first);
  let next = view.getUint32(key.next + here);
  for (let filled = here; filled < row.length;) {
    const page = enter(database, next);
    next = view.getUint32(page);
    const part = Math.min(usableBytes - 4, row.length - filled);
    row.set(bytes.subarray(page + 4, page + 4 + part), filled);
    filled += part;
  }
  return valuesOf(row);
}

/** How much of a row stays in its leaf. */
function bytesHere(length: number, usableBytes: number): number {
  const most = usableBytes - 35;
  if (length <= most) return length;
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (usableBytes - 4));
  return wanted <= most ? wanted : least;
}

function spend(database: Database, bytes: number): void {
  database.room -= bytes;
  if (!(database.room >= 0)) throw new Damaged('its rows are longer than the file');
}

/** A record: the length of its header, a type for each value, the values. */
function valuesOf(row: Uint8Array): SqliteRow {
  const size = readVarint(row, 0, row.length);
  if (size.value > row.length) throw new Damaged('a row is shorter than its header');
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const values: SqliteValue[] = [];
  let at = size.value;
  for (let header = size.next; header < size.value;) {
    const type = readVarint(row, header, size.value);
    header = type.next;
    const length = lengthOf(type.value);
    if (at + length > row.length || values.length >= MAX_COLUMNS)
      throw new Damaged('a row is shorter than its values');
    values.push(valueOf(view, row, at, type.value, length));
    at += length;
  }
  return values;
}

/** Of a value of this type, in bytes. */
function lengthOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type === 10 || type === 11) throw new Damaged('a value is of an unknown type');
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type]!;
}

function valueOf(view: DataView, row: Uint8Array, at: number, type: number, length: number): SqliteValue {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return view.getFloat64(at);
  if (type >= 12) {
    const bytes = row.subarray(at, at + length);
    return type % 2 === 0 ? bytes : decode(bytes);
  }
  let value = view.getInt8(at);
  for (let index = 1; index < length; index++) value = value * 256 + view.getUint8(at + index);
  return value;
}

/** Seven bits a byte, the highest bit says that another one follows; a ninth byte is whole. */
function readVarint(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    if (at + index >= end) throw new Damaged('a number leads out of its page');
    const byte = bytes[at + index]!;
    if (index === 8) return { value: value * 256 + byte, next: at + 9 };
    value = value * 128 + (byte & 127);
    if (byte < 128) return { value, next: at + index + 1 };
  }
  throw new Damaged('a number has no end');
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
