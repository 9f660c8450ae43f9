/** The tar walker: every way in which an archive can spell a name or a size. */
import { describe, expect, it } from 'vitest';
import { LayerProblem } from '../../src/registry/layers/limits.ts';
import { createTarWalker } from '../../src/registry/layers/tar.ts';
import type { TarEntry } from '../../src/registry/layers/tar.ts';
import { dir, file, gnuLong, hard, link, pax, tarHeader, tarOf } from '../support/layers.ts';
import type { Spec } from '../support/layers.ts';

function walk(
  archive: Uint8Array,
  step = archive.length,
): { readonly entries: TarEntry[]; readonly contents: string[] } {
  const entries: TarEntry[] = [];
  const contents: string[] = [];
  const walker = createTarWalker({
    onEntry(entry) {
      entries.push(entry);
      return entry.type === 'file' && !entry.sparse && entry.size < 10_000 ? Buffer.alloc(entry.size) : null;
    },
    onContent: (_, content) => void contents.push(Buffer.from(content).toString()),
    onSize: () => {},
  });
  for (let at = 0; at < archive.length; at += step) walker.push(archive.subarray(at, at + step));
  walker.end();
  return { entries, contents };
}

const names = (...specs: Spec[]): string[] => walk(tarOf(specs)).entries.map(({ name }) => name);

describe('the tar walker', () => {
  it('LAY-4: reads types, modes, links and contents', () => {
    const { entries, contents } = walk(
      tarOf([
        dir('usr/bin', 0o711),
        file('usr/bin/curl', 'ELF', 0o4755),
        link('bin', 'usr/bin'),
        hard('c', 'usr/bin/curl'),
      ]),
    );
    expect(entries).toMatchObject([
      { type: 'directory', name: 'usr/bin/', mode: 0o711, size: 0 },
      { type: 'file', name: 'usr/bin/curl', mode: 0o4755, size: 3 },
      { type: 'link', name: 'bin', linkName: 'usr/bin' },
      { type: 'hardlink', name: 'c', linkName: 'usr/bin/curl' },
    ]);
    expect(contents).toEqual(['ELF']);
  });

  it('LAY-4: reads the same whatever the pieces are that it comes in', () => {
    const archive = tarOf([
      dir('a'),
      file('a/b', 'x'.repeat(700)),
      pax({ path: 'long/one' }),
      file('short', 'y'),
      file('z'),
    ]);
    const whole = walk(archive);
    for (const step of [1, 7, 511, 512, 513, 1000]) expect(walk(archive, step)).toEqual(whole);
    expect(whole.contents).toEqual(['x'.repeat(700), 'y', '']);
  });

  it('LAY-4: joins the prefix of ustar, and leaves what GNU and star have in its place', () => {
    expect(names({ name: 'curl', prefix: 'usr/bin' })).toEqual(['usr/bin/curl']);
    expect(names({ name: 'curl', prefix: 'usr/bin', format: 'gnu' })).toEqual(['curl']);
    expect(names({ name: 'curl', prefix: 'usr/bin', format: 'v7' })).toEqual(['curl']);
    const star = (header: Buffer): void => {
      header.fill('7', 345 + 131, 500);
      header.write('tar\0', 508);
    };
    expect(names({ name: 'curl', prefix: 'p'.repeat(131), patch: star })).toEqual([
      `${'p'.repeat(131)}/curl`,
    ]);
  });

  it('LAY-4: takes path, linkpath and size from a PAX header, for one entry only', () => {
    const long = 'd/'.repeat(300);
    expect(names(pax({ path: `${long}f`, mtime: '1.5' }), file('cut'), file('next'))).toEqual([
      `${long}f`,
      'next',
    ]);
    const target = walk(tarOf([pax({ linkpath: `/${long}t` }), link('l', 'cut')])).entries[0];
    expect(target).toMatchObject({ type: 'link', linkName: `/${long}t` });
    const sized = walk(
      tarOf([pax({ size: '600' }), { ...file('f', 'x'.repeat(600)), size: 0 }, file('g', 'y')]),
    );
    expect(sized.entries.map(({ name, size }) => [name, size])).toEqual([
      ['f', 600],
      ['g', 1],
    ]);
  });

  it('LAY-4: passes over a global header that says nothing of names, and refuses one that does', () => {
    expect(names(pax({ comment: 'a commit' }, 'g'), file('f'))).toEqual(['f']);
    for (const record of [{ path: 'x' }, { linkpath: 'x' }, { size: '1' }]) {
      expect(() => names(pax(record, 'g'), file('f'))).toThrow(/global header/);
    }
  });

  it('LAY-4: takes long names and long links from GNU headers', () => {
    const long = 'n'.repeat(300);
    const { entries } = walk(
      tarOf([gnuLong('K', `/${long}`), gnuLong('L', long), link('cut', 'cut'), file('next')]),
    );
    expect(entries).toMatchObject([{ name: long, linkName: `/${long}` }, { name: 'next' }]);
  });

  it('LAY-4: reads sizes in base 256', () => {
    const { entries } = walk(tarOf([{ ...file('f', 'x'.repeat(600)), base256: true }, file('g')]));
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['f', 600],
      ['g', 0],
    ]);
    expect(() => names({ ...file('f'), patch: (header) => void header.fill(0xff, 124, 136) })).toThrow(
      LayerProblem,
    );
    const huge = (header: Buffer): void => void header.fill(0x7f, 125, 136).writeUInt8(0x80, 124);
    expect(() => names({ ...file('f'), patch: huge })).toThrow(LayerProblem);
  });

  it('LAY-4: knows the kinds without content, whatever size they claim', () => {
    const { entries } = walk(
      tarOf([{ ...link('l', 't'), size: 700 }, { ...hard('h', 't'), size: 700 }, file('f')]),
    );
    expect(entries.map(({ name }) => name)).toEqual(['l', 'h', 'f']);
  });

  it('LAY-4: takes a file whose name ends in a slash for a directory, as old archives have them', () => {
    expect(walk(tarOf([{ name: 'a/', type: '\0', format: 'v7' }])).entries).toMatchObject([
      { type: 'directory' },
    ]);
  });

  it('LAY-4: passes over kinds that it does not know, with their content', () => {
    expect(
      names({ name: 'label', type: 'V' }, { name: 'dump', type: 'D', content: 'x'.repeat(600) }, file('f')),
    ).toEqual(['f']);
  });

  it("LAY-4: walks sparse files: GNU's maps behind the header, and names in PAX", () => {
    const extended = (header: Buffer): void => void (header[482] = 1);
    const map = Buffer.alloc(1024);
    map[504] = 1;
    const content = Buffer.concat([Buffer.from('d'.repeat(512))]);
    const old = Buffer.concat([
      tarHeader({ name: 'old', type: 'S', size: 512, format: 'gnu', patch: extended }),
      map,
      content,
      tarOf([file('next')]),
    ]);
    expect(walk(old).entries).toMatchObject([
      { name: 'old', sparse: true, size: 512 },
      { name: 'next', sparse: false },
    ]);
    const named = pax({ 'GNU.sparse.name': 'real', 'GNU.sparse.major': '1', path: 'GNUSparseFile.0/real' });
    expect(walk(tarOf([named, file('cut')])).entries).toMatchObject([{ name: 'real', sparse: true }]);
  });

  it('LAY-4: stops at two blocks of zeros, and takes an archive without them', () => {
    expect(names(file('a'))).toEqual(['a']);
    expect(walk(Buffer.concat([tarOf([file('a')]), tarOf([file('b')])])).entries).toHaveLength(1);
    expect(walk(tarOf([file('a')], Buffer.alloc(0))).entries).toHaveLength(1);
    expect(walk(new Uint8Array()).entries).toEqual([]);
  });

  it('SEC-3: refuses what is no archive, and one that is cut off', () => {
    const archive = tarOf([file('a', 'x'.repeat(1000))]);
    const bad = {
      noise: Buffer.alloc(1024, 'no archive '),
      'a wrong sum': Buffer.concat([archive.subarray(0, 1), Buffer.from('Z'), archive.subarray(2)]),
      'a header cut off': archive.subarray(0, 300),
      'content cut off': archive.subarray(0, 900),
      'one block of zeros in the middle': Buffer.concat([Buffer.alloc(512), archive]),
      'a PAX header of 2 MiB': tarOf([pax({ comment: 'x'.repeat(2 * 1024 * 1024) })]),
      'a PAX record that is longer than its header': tarOf([
        { name: 'p', type: 'x', content: '99 path=x\n' },
      ]),
      'a PAX record of no length': tarOf([{ name: 'p', type: 'x', content: '0 path=x\n' }]),
      'a PAX record without a length': tarOf([{ name: 'p', type: 'x', content: 'path=x\n' }]),
      'a PAX record without a value': tarOf([{ name: 'p', type: 'x', content: '7 path\n' }]),
      'a PAX path with a zero byte': tarOf([pax({ path: 'a\0b' })]),
      'a PAX size that is no number': tarOf([pax({ size: '1e3' })]),
      'a size that is no number': tarOf([
        { ...file('a'), patch: (header) => void header.write('12x4', 124) },
      ]),
    };
    for (const [what, bytes] of Object.entries(bad)) expect(() => walk(bytes), what).toThrow(LayerProblem);
  });
});
