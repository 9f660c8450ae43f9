/** Damaged and hostile bytes in every parser of layers: nothing throws but what is caught, nothing hangs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startBudget, DEFAULT_LIMITS, LayerProblem } from '../../src/registry/layers/limits.ts';
import { createLayerReader } from '../../src/registry/layers/index.ts';
import { parseJson } from '../../src/registry/json.ts';
import { addEntry, cleanNames, createListing } from '../../src/registry/layers/listing.ts';
import { resolvePath } from '../../src/registry/layers/resolve.ts';
import { createTarWalker } from '../../src/registry/layers/tar.ts';
import { stargzTocOffset, tocListing, tocPlaceOf } from '../../src/registry/layers/toc.ts';
import { gunzip, gunzipStart, unzstd, zstdFrames } from '../../src/registry/layers/unpack.ts';
import { noCache } from '../../src/registry/registry.ts';
import {
  OCI_GZIP,
  OCI_ZSTD,
  REPOSITORY,
  chunkedLayer,
  dir,
  fakeSession,
  file,
  gnuLong,
  gzipLayer,
  hard,
  imageOf,
  link,
  pax,
  rawLayer,
  stargzLayer,
  tarOf,
  zstdStored,
} from '../support/layers.ts';
import type { Layer } from '../support/layers.ts';
import { sha256Digest } from '../support/images.ts';

const SPECS = [
  dir('usr'),
  file('usr/a', 'x'.repeat(600)),
  pax({ path: 'usr/long', size: '3' }),
  file('cut', 'abc'),
  gnuLong('L', 'usr/gnu'),
  link('cut', 'cut'),
  hard('h', 'usr/a'),
  file('usr/.wh.b'),
];
const TAR = tarOf(SPECS);

/** Changes a few bytes, and cuts. */
const damage = (bytes: Uint8Array): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.array(
        fc.tuple(
          fc.nat(bytes.length - 1),
          fc.oneof(fc.nat(255), fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37, 0x78, 0x80, 0xff)),
        ),
        { maxLength: 8 },
      ),
      fc.option(fc.nat(bytes.length), { freq: 4 }),
    )
    .map(([changes, cut]) => {
      const out = Buffer.from(bytes);
      for (const [at, byte] of changes) out[at] = byte;
      return out.subarray(0, cut ?? out.length);
    });

function withSums(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const header = tar.subarray(at, at + 512);
    if (header.subarray(257, 262).toString() !== 'ustar') continue;
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((total, byte) => total + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
  }
  return tar;
}

/** True when it could be read. */
function walks(tar: Uint8Array): boolean {
  const listing = createListing();
  const walker = createTarWalker({
    onEntry(entry) {
      addEntry(listing, entry, 1000, 4096);
      return entry.size < 10_000 ? Buffer.alloc(entry.size) : null;
    },
    onContent: () => {},
    onSize: () => {},
  });
  try {
    walker.push(tar);
    walker.end();
    resolvePath([{ state: 'read', listing }], '/usr/long/h/../..');
    return true;
  } catch (error) {
    if (error instanceof LayerProblem) return false;
    throw error;
  }
}

describe('damaged bytes', () => {
  it('SEC-3: in an archive, also with sums that are right', () => {
    fc.assert(
      fc.property(damage(TAR), (tar) => void walks(tar)),
      { numRuns: 3000 },
    );
    let read = 0;
    fc.assert(
      fc.property(damage(TAR), (tar) => void (walks(withSums(tar)) && read++)),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (noise) => void walks(noise)),
      { numRuns: 300 },
    );
  });

  it('SEC-3: in a table of contents, also of right JSON and wrong types', () => {
    const json = Buffer.from(
      JSON.stringify({
        version: 1,
        entries: [
          { type: 'reg', name: 'a', mode: 420, size: 3 },
          { type: 'symlink', name: 'b/c', linkName: '../a' },
          { type: 'chunk', name: 'a' },
        ],
      }),
    );
    const reader = { budget: startBudget(DEFAULT_LIMITS, () => 0) };
    const lists = (bytes: Uint8Array): void => {
      try {
        tocListing(bytes, reader);
      } catch (error) {
        if (!(error instanceof LayerProblem)) throw error;
      }
    };
    fc.assert(fc.property(damage(json), lists), { numRuns: 3000 });
    const row = fc.record(
      {
        type: fc.oneof(fc.constantFrom('reg', 'dir', 'symlink', 'hardlink', 'chunk', 'fifo'), fc.jsonValue()),
        name: fc.oneof(
          fc.string(),
          fc.constantFrom('__proto__', 'a/../..', '.wh.', '.wh..wh..opq', '/'),
          fc.jsonValue(),
        ),
        linkName: fc.jsonValue(),
        mode: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(row), (entries) => lists(Buffer.from(JSON.stringify({ version: 1, entries })))),
      { numRuns: 1000 },
    );
  });

  it('SEC-3: in compressed data', async () => {
    const packed = zstdStored(TAR);
    await fc.assert(
      fc.asyncProperty(damage(packed), async (bytes) => void (await unzstd(bytes, TAR.length, 5000))),
      { numRuns: 300 },
    );
    const gz = gzipLayer(SPECS).bytes;
    fc.assert(
      fc.property(damage(gz), (bytes) => void [gunzip(bytes, 10_000), gunzipStart(bytes, 100)]),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void stargzTocOffset(bytes)),
      { numRuns: 1000 },
    );
  });

  it('SEC-3: in whole layers, whose digest is right, never end in an exception', async () => {
    const makers: readonly (() => Layer)[] = [
      () => gzipLayer(SPECS),
      () => rawLayer(TAR, OCI_GZIP),
      () => rawLayer(zstdStored(TAR), OCI_ZSTD),
      () => chunkedLayer(SPECS),
      () => stargzLayer(SPECS),
    ];
    for (const make of makers) {
      const layer = make();
      await fc.assert(
        fc.asyncProperty(damage(layer.bytes), fc.boolean(), async (bytes, deep) => {
          const image = imageOf([{ ...layer, bytes }]);
          const session = fakeSession(image.blobs);
          const reader = createLayerReader(session, noCache, { deep, zstd: null });
          const found = await reader.find(REPOSITORY, image.manifest, ['/usr/long', '/usr/b', '/h/../x']);
          const content = await reader.readFile(REPOSITORY, image.manifest, '/usr/a', 1000);
          for (const result of [found, content])
            if (!result.ok) expect(result.code).toMatch(/^(?:digest-mismatch|registry-error|too-large)$/);
          expect(session.open()).toBe(0);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('SEC-3: in a table that the manifest vouches for never end in an exception', async () => {
    const clean = chunkedLayer(SPECS);
    const key = 'io.github.containers.zstd-chunked';
    const [offset, length, rawLength] = clean.annotations[`${key}.manifest-position`]!.split(':').map(
      Number,
    ) as [number, number, number];
    await fc.assert(
      fc.asyncProperty(damage(clean.bytes.subarray(offset, offset + length)), async (toc) => {
        const bytes = Buffer.concat([clean.bytes.subarray(0, offset), toc]);
        const position = `${offset}:${toc.length}:${rawLength}:1`;
        const annotations = {
          [`${key}.manifest-position`]: position,
          [`${key}.manifest-checksum`]: sha256Digest(toc),
        };
        const image = imageOf([{ ...clean, bytes, annotations }]);
        const reader = createLayerReader(fakeSession(image.blobs), noCache, { deep: false });
        await reader.find(REPOSITORY, image.manifest, ['/usr/long']);
        await reader.readFile(REPOSITORY, image.manifest, '/usr/a', 1000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('hostile bytes', () => {
  it('SEC-3: a zstd block of a hundred thousand sequences that write nowhere is stopped by the clock', async () => {
    const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    // No literals; 98,047 sequences; each of its three codes given once for all: no literal, and 65,539 bytes or more.
    const block = [0x00, 0xff, 0xff, 0xff, 0x54, 0, 0, 52, ...Array.from({ length: 30 }, () => 0xff)];
    const size = (block.length << 3) | (2 << 1) | 1;
    const frame = Buffer.from([...header, size & 0xff, size >> 8, 0, ...block]);
    const before = process.cpuUsage().user;
    // Mutation: without the timeout in eachZstdBlock this takes many seconds.
    expect(await unzstd(frame, 1000, 100, null)).toBeNull();
    expect(process.cpuUsage().user - before).toBeLessThan(3_000_000);
  });

  it('SEC-17: strings of a megabyte cost no more than their length', () => {
    const megabyte = 1_000_000;
    const garbage = [
      '0',
      '9',
      '/',
      './',
      '../',
      'a/',
      '"',
      '\\',
      '[',
      '{"a":',
      ' ',
      '\0',
      ':1',
      'é',
      '.wh.',
    ].map((piece) => piece.repeat(megabyte / piece.length));
    const annotation = (key: string, text: string): ReturnType<typeof tocPlaceOf> =>
      tocPlaceOf({
        mediaType: '',
        digest: '',
        size: 5,
        platform: null,
        annotations: new Map([
          [`io.containers.zstd-chunked.manifest-${key}`, text],
          ['containerd.io/snapshot/stargz/toc.digest', text],
        ]),
      });
    const parsers: Readonly<Record<string, (text: string) => unknown>> = {
      position: (text) => annotation('position', text),
      checksum: (text) => annotation('checksum', text),
      json: (text) => parseJson(Buffer.from(text)),
      names: cleanNames,
      entry: (name) =>
        addEntry(createListing(), { name, type: 'file', linkName: name, mode: 0 }, 10_000, 4096),
      link: (target) => {
        const listing = createListing();
        addEntry(listing, { name: 'l', type: 'link', linkName: target, mode: 0 }, 10, 4096);
        return resolvePath([{ state: 'read', listing }], '/l/x');
      },
      path: (path) => resolvePath([{ state: 'read', listing: createListing() }], path),
      tar: (text) => walks(Buffer.from(text)),
      pax: (text) => walks(tarOf([{ name: 'p', type: 'x', content: text.slice(0, megabyte) }])),
      frames: (text) => {
        try {
          return [...zstdFrames(Buffer.from(text))];
        } catch {
          return null;
        }
      },
      footer: (text) => stargzTocOffset(Buffer.from(text)),
    };
    for (const [name, parse] of Object.entries(parsers)) {
      for (const text of garbage) {
        let least = Infinity;
        for (let run = 0; run < 5 && least > 50; run++) {
          const before = process.cpuUsage().user;
          parse(text);
          least = Math.min(least, (process.cpuUsage().user - before) / 1000);
        }
        expect(least, `${name} of ${text.slice(0, 10)}`).toBeLessThan(50);
      }
    }
  });
});
