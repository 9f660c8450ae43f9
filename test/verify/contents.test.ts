/** Files of images: listings from archives, what vanished, which shared libraries are wanted and not there. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../src/app/verify/elf.ts';
import { compareFiles } from '../../src/app/verify/files.ts';
import { missingLibraries, newlyMissing } from '../../src/app/verify/libraries.ts';
import { createListingReader, realPath } from '../../src/app/verify/listing.ts';
import type { Listing } from '../../src/app/verify/listing.ts';
import { elf, tar } from './images.ts';
import type { TarFile } from './images.ts';

function listing(files: readonly TarFile[]): Listing {
  const reader = createListingReader();
  const bytes = tar(files);
  // In pieces of odd length, as a pipe gives them.
  for (let at = 0; at < bytes.length; at += 777) reader.push(bytes.subarray(at, at + 777));
  return reader.end();
}

const program = (needed: string[], more: { runpath?: string; rpath?: string } = {}): TarFile => ({
  path: 'app/server',
  content: elf({ needed, ...more }),
  mode: 0o755,
});
const library = (path: string, needed: string[] = ['libc.so.6']): TarFile => ({
  path,
  content: elf({ needed }),
  mode: 0o644,
});
const LIBC = library('lib/x86_64-linux-gnu/libc.so.6', ['ld-linux-x86-64.so.2']);
const LIB_FOLDER: TarFile = { path: 'lib/x86_64-linux-gnu/' };

describe('what an ELF file wants', () => {
  it('is read with its folders', () => {
    expect(readElf(elf({ needed: ['libc.so.6', 'libpq.so.5'], runpath: '$ORIGIN/../lib:/opt/lib' }))).toEqual(
      {
        needed: ['libc.so.6', 'libpq.so.5'],
        paths: ['$ORIGIN/../lib', '/opt/lib'],
        kind: '64-62',
      },
    );
  });

  it('is read from a real program', { skip: process.platform !== 'linux' }, () => {
    expect(readElf(readFileSync('/bin/ls'))?.needed).toContain('libc.so.6');
  });

  it('is nothing for other and for damaged files, without an exception', () => {
    const whole = elf({ needed: ['libc.so.6'], runpath: '/x' });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (cut, at, byte) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        expect(() => [readElf(whole.subarray(0, cut)), readElf(damaged)]).not.toThrow();
      }),
      { numRuns: 2000 },
    );
    expect(readElf(new TextEncoder().encode('#!/bin/sh\n'.repeat(20)))).toBeNull();
  });
});

describe('missing libraries', () => {
  it('are those that are in no folder that is searched', () => {
    const files = listing([LIB_FOLDER, LIBC, program(['libc.so.6', 'libpq.so.5'])]);
    expect(missingLibraries(files, '')).toEqual([{ file: 'app/server', library: 'libpq.so.5' }]);
  });

  it('are found beside the program, in LD_LIBRARY_PATH, in configured folders and behind links', () => {
    const find = (extra: readonly TarFile[], wants = program(['libx.so.1']), path = ''): unknown =>
      missingLibraries(listing([LIB_FOLDER, LIBC, ...extra, wants]), path).map(({ library: name }) => name);
    expect(find([library('app/lib/libx.so.1')])).toEqual(['libx.so.1']);
    expect(find([library('app/lib/libx.so.1')], program(['libx.so.1'], { runpath: '$ORIGIN/lib' }))).toEqual(
      [],
    );
    expect(find([library('app/lib/libx.so.1')], program(['libx.so.1'], { rpath: '${ORIGIN}/lib' }))).toEqual(
      [],
    );
    expect(find([library('opt/libx.so.1')], undefined, '/opt')).toEqual([]);
    expect(
      find([library('opt/libx.so.1'), { path: 'etc/ld.so.conf.d/x.conf', content: '# here\n/opt\n' }]),
    ).toEqual([]);
    expect(
      find([library('usr/lib/libx.so.1.2'), { path: 'usr/lib/libx.so.1', link: 'libx.so.1.2' }]),
    ).toEqual([]);
    expect(find([{ path: 'usr/lib/libx.so.1', link: '/gone' }])).toEqual(['libx.so.1']);
  });

  it('count as new only where they were there before, also when the file has moved', () => {
    const plugin = (folder: string): TarFile => library(`${folder}/plugin.so`, ['libpq.so.5']);
    const before = listing([
      LIB_FOLDER,
      LIBC,
      library('usr/lib/libpq.so.5'),
      plugin('usr/x'),
      program(['libnever.so']),
    ]);
    const after = listing([LIB_FOLDER, LIBC, plugin('venv/x'), program(['libnever.so'])]);
    const missing = newlyMissing(missingLibraries(before, ''), missingLibraries(after, ''), before);
    expect(missing).toEqual([{ file: 'venv/x/plugin.so', library: 'libpq.so.5' }]);
  });
});

describe('links in an image', () => {
  it('lead where they lead inside it, and a circle leads nowhere', () => {
    const files = listing([
      { path: 'usr/lib/' },
      { path: 'usr/lib/a' },
      { path: 'lib', link: 'usr/lib' },
      { path: 'deep/', mode: 0o755 },
      { path: 'deep/up', link: '../../../lib/a' },
      { path: 'round', link: 'round' },
    ]);
    expect(realPath(files, '/lib/a')).toBe('usr/lib/a');
    expect(realPath(files, 'deep/up')).toBe('usr/lib/a');
    expect(realPath(files, 'round')).toBeNull();
    expect(realPath(files, 'lib/none')).toBeNull();
  });
});

describe('files that vanished or changed their mode', () => {
  it('are told, those of the application first, and noise is counted by its reason', () => {
    const before = listing([
      { path: 'usr/bin/gcc' },
      { path: 'app/main.js' },
      { path: 'app/run.sh', mode: 0o755 },
      { path: 'var/cache/apt/pkgcache.bin' },
      { path: 'usr/share/doc/gcc/copyright' },
      { path: '.dockerenv' },
      { path: 'app/__pycache__/x.cpython-311.pyc' },
    ]);
    const after = listing([{ path: 'app/run.sh', mode: 0o644 }]);
    const found = compareFiles(before, after, '/app');
    expect(found.vanished).toEqual(['app/main.js', 'usr/bin/gcc']);
    expect(found.changedMode).toEqual([{ path: 'app/run.sh', before: 0o755, after: 0o644 }]);
    expect([...found.leftOut]).toEqual([
      ['caches and logs', 2],
      ['documentation and translations', 1],
      ['made by the engine for each container', 1],
    ]);
  });
});
