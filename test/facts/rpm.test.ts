/** Databases of RPM: real ones, read as `rpm -qa` reads them, and damaged ones, which are refused as a whole. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRpmDatabase } from '../../src/core/rpm.ts';
import { readSqliteTable } from '../../src/core/sqlite.ts';
import { hasRpm, makeRpmDatabase } from '../support/rpm.ts';
import type { FakePackage, RpmDatabase } from '../support/rpm.ts';

/** Descriptions from nothing to more than three pages. */
const PACKAGES: readonly FakePackage[] = Array.from({ length: 150 }, (_, at) => ({
  name: `package-${String(at).padStart(3, '0')}`,
  version: `${at}.${at % 7}`,
  ...(at % 3 === 0 ? {} : { epoch: (at % 3) - 1 }),
  description: `${'A sentence about it. '.repeat(at * 5)}.`,
}));

const FORMAT = '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}';

/** As one line each, in order. */
function listed(bytes: Uint8Array): readonly string[] {
  const read = parseRpmDatabase(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.packages.map(({ name, version }) => `${name} ${version}`).sort();
}

function said(database: RpmDatabase): readonly string[] {
  return database
    .query(FORMAT)
    .map((line) => line.replace(' 0:', ' '))
    .sort();
}

describe.skipIf(!hasRpm)('a database of RPM (needs rpm and sqlite3)', { timeout: 60_000 }, () => {
  let many: RpmDatabase;
  let few: RpmDatabase;
  let folder: string;

  beforeAll(() => {
    many = makeRpmDatabase(PACKAGES);
    few = makeRpmDatabase(PACKAGES.slice(0, 12));
    folder = mkdtempSync(join(tmpdir(), 'dockfix-rpm-test-'));
  }, 60_000);
  afterAll(() => {
    many?.remove();
    few?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The database after other statements. */
  const changed = (database: RpmDatabase, ...statements: readonly string[]): Uint8Array => {
    const path = join(folder, 'changed.sqlite');
    copyFileSync(database.path, path);
    execFileSync('sqlite3', [path, 'PRAGMA journal_mode = DELETE', ...statements]);
    return readFileSync(path);
  };
  const asked = (database: RpmDatabase, statement: string): number =>
    Number(execFileSync('sqlite3', [database.path, statement], { encoding: 'utf8' }));

  it('has the packages that rpm lists, through pages in between and rows of many pages', () => {
    const root = asked(many, "SELECT rootpage FROM sqlite_schema WHERE name = 'Packages'");
    expect(many.bytes[(root - 1) * 4096], 'the root is not a leaf').toBe(5);
    expect(asked(many, 'SELECT max(length(blob)) FROM Packages')).toBeGreaterThan(3 * 4096);
    expect(many.bytes[19], 'it is one with a write-ahead log').toBe(2);
    expect(said(many)).toHaveLength(150);
    expect(listed(many.bytes)).toEqual(said(many));
  });

  it('says an epoch where there is one, and none where it is zero', () => {
    const lines = listed(many.bytes);
    expect(lines).toContain('package-002 1:2.2-1.el9');
    expect(lines).toContain('package-001 1.1-1.el9');
    expect(lines).toContain('package-000 0.0-1.el9');
  });

  it('says the architectures where a package is installed for several', () => {
    const database = makeRpmDatabase([
      { name: 'glibc', version: '2.34', arch: 'x86_64' },
      { name: 'glibc', version: '2.34', arch: 'i686' },
      { name: 'bash', version: '5', arch: 'x86_64' },
    ]);
    try {
      expect([...database.query('%{NAME}.%{ARCH}')].sort()).toEqual([
        'bash.x86_64',
        'glibc.i686',
        'glibc.x86_64',
      ]);
      expect(listed(database.bytes)).toEqual([
        'bash 5-1.el9',
        'glibc 2.34-1.el9.i686',
        'glibc 2.34-1.el9.x86_64',
      ]);
    } finally {
      database.remove();
    }
  });

  it('has no package that was removed', () => {
    const bytes = changed(
      many,
      "DELETE FROM Packages WHERE hnum IN (SELECT hnum FROM Name WHERE key LIKE '%7')",
    );
    expect(listed(bytes)).toEqual(said(many).filter((line) => !/^\S*7 /.test(line)));
  });

  it.each([512, 1024, 65_536])('is read with pages of %i bytes', (size) => {
    const bytes = changed(many, `PRAGMA page_size = ${size}`, 'VACUUM');
    expect((bytes[16]! << 8) | bytes[17]!).toBe(size === 65_536 ? 1 : size);
    expect(listed(bytes)).toEqual(said(many));
  });

  it('is read with bytes at the end of each page that belong to somebody else', () => {
    const bytes = changed(many, '.filectrl reserve_bytes 32', 'VACUUM');
    expect(bytes[20]).toBe(32);
    expect(listed(bytes)).toEqual(said(many));
  });

  it('is refused as a whole, with a reason, when a part of it is missing', () => {
    const { bytes } = many;
    for (let length = 0; length < bytes.length; length += 40_960)
      expect(parseRpmDatabase(bytes.subarray(0, length)), `${length} bytes`).toMatchObject({ ok: false });
    expect(parseRpmDatabase(changed(many, "UPDATE Packages SET blob = x'0000' WHERE hnum = 7"))).toEqual({
      ok: false,
      reason: 'package 7 in it is damaged',
    });
  });

  // Mutation: `enter` in sqlite.ts does not ask `seen`.
  it('is refused when its pages lead in a circle', () => {
    const root = asked(many, "SELECT rootpage FROM sqlite_schema WHERE name = 'Packages'");
    const circle = Buffer.from(many.bytes);
    // The page on the right of the root.
    circle.writeUInt32BE(root, (root - 1) * 4096 + 8);
    expect(parseRpmDatabase(circle)).toEqual({ ok: false, reason: `page ${root} has two places` });
  });

  it('is refused in another encoding, of a later version, and when it is something else', () => {
    const utf16 = Buffer.from(few.bytes);
    utf16.writeUInt32BE(2, 56);
    expect(parseRpmDatabase(utf16)).toEqual({ ok: false, reason: 'its text is not UTF-8' });
    const later = Buffer.from(few.bytes);
    later[19] = 3;
    expect(parseRpmDatabase(later)).toMatchObject({ ok: false });
    expect(readSqliteTable(few.bytes, 'Nothing')).toEqual({ ok: false, reason: 'it has no table Nothing' });
    expect(parseRpmDatabase(Buffer.alloc(8192))).toEqual({ ok: false, reason: 'it is no SQLite database' });
  });

  it('never breaks or holds up the reader, whatever its bytes are', () => {
    const { bytes } = few;
    const pages = bytes.length / 4096;
    const place = fc.oneof(
      fc.nat(bytes.length - 1),
      // Where it hurts: the header of the file, headers and pointers of pages.
      fc.nat(99),
      fc.tuple(fc.nat(pages - 1), fc.nat(40)).map(([page, at]) => page * 4096 + at),
    );
    const damage = fc.oneof(
      fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
      fc.record({
        at: place,
        bytes: fc.integer({ min: 0, max: pages + 1 }).map((page) => {
          const pointer = Buffer.alloc(4);
          pointer.writeUInt32BE(page);
          return new Uint8Array(pointer);
        }),
      }),
    );
    const sound = listed(bytes);
    let refused = 0;
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 5 }), fc.option(fc.nat(bytes.length)), (all, length) => {
        const copy = Uint8Array.from(bytes);
        for (const one of all) copy.set(one.bytes.subarray(0, copy.length - one.at), one.at);
        const read = parseRpmDatabase(length === null ? copy : copy.subarray(0, length));
        if (!read.ok) refused++;
        else expect(read.packages.length).toBeLessThanOrEqual(sound.length + 1000);
      }),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/** A file of one page, with what a test wants on it. */
function onePage(write: (page: Buffer) => void, pages = 1): Uint8Array {
  const file = Buffer.alloc(65_536 * pages);
  file.write('SQLite format 3\0');
  file.writeUInt16BE(1, 16);
  file.writeUInt32BE(1, 56);
  write(file);
  return file;
}

describe('a file that was made to hold up a reader', () => {
  // Mutation: `spend` in sqlite.ts throws nothing.
  it('has no rows that share their bytes', () => {
    const bytes = onePage((file) => {
      file[100] = 13;
      file.writeUInt16BE(20_000, 103);
      // A row of 20,000 bytes, named as often as names fit: a header of two bytes, one text.
      const at = 42_000;
      for (let cell = 0; cell < 20_000; cell++) file.writeUInt16BE(at, 108 + 2 * cell);
      file.set([0x81, 0x9c, 0x20, 1, 4, 0x82, 0xb8, 0x41], at);
    });
    expect(readSqliteTable(bytes, 'Packages')).toEqual({
      ok: false,
      reason: 'its rows are longer than the file',
    });
  });

  it.each([
    ['a row that is longer than any', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
    ['a row that leads out of the file', [0xff, 0xff, 0xff, 0x7f, 1]],
    ['a row that is shorter than its header', [2, 1, 9, 0]],
    ['a value that is longer than its row', [3, 1, 2, 0x7f, 0]],
    ['a value of an unknown type', [2, 1, 2, 10]],
  ])('with %s is refused', (_, row) => {
    const bytes = onePage((file) => {
      file[100] = 13;
      file.writeUInt16BE(1, 103);
      file.writeUInt16BE(65_000, 108);
      file.set(row, 65_000);
    });
    expect(readSqliteTable(bytes, 'Packages')).toMatchObject({ ok: false });
  });

  it('may be a chain of as many pages as it has, and is refused at its end', () => {
    const pages = 300;
    const bytes = onePage((file) => {
      for (let page = 0; page < pages; page++) {
        const at = page * 65_536 + (page === 0 ? 100 : 0);
        file[at] = 5;
        file.writeUInt32BE(page + 2, at + 8);
      }
    }, pages);
    expect(readSqliteTable(bytes, 'Packages')).toEqual({ ok: false, reason: `it has no page ${pages + 1}` });
  });
});
