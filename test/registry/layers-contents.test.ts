/** The contents of several files of an image, merged over its layers and read in one go. */
import { describe, expect, it } from 'vitest';
import { createLayerReader } from '../../src/registry/layers/index.ts';
import { noCache } from '../../src/registry/registry.ts';
import {
  REPOSITORY,
  chunkedLayer,
  dir,
  fakeSession,
  file,
  gzipLayer,
  imageOf,
  link,
  opaque,
  whiteout,
} from '../support/layers.ts';
import type { Layer } from '../support/layers.ts';

async function read(
  layers: readonly Layer[],
  wanted: { readonly paths?: readonly string[]; readonly folder?: string },
  { maxBytes = 1000, deep = true, contentsBytes = 10_000 } = {},
): Promise<{ files: Record<string, string>; problem: string | null; requests: number }> {
  const image = imageOf(layers);
  const session = fakeSession(image.blobs);
  const reader = createLayerReader(session, noCache, { deep, limits: { contentsBytes } });
  const question = { paths: wanted.paths ?? [], folder: wanted.folder ?? null };
  const result = await reader.readFiles(REPOSITORY, image.manifest, question, maxBytes);
  if (!result.ok) throw new Error(result.reason);
  const files = Object.fromEntries(
    [...result.value.files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
  );
  return { files, problem: result.value.problem, requests: session.requests.length };
}

const STATUS = '/var/lib/dpkg/status';
const FOLDER = '/var/lib/dpkg/status.d';

describe('the contents of files', () => {
  it('are those of the topmost layer that has them; layers below are not asked for', async () => {
    const below = gzipLayer([file('var/lib/dpkg/status', 'old'), file('etc/x', 'x')]);
    const folders = ['var', 'var/lib', 'var/lib/dpkg'].map((name) => dir(name));
    const above = gzipLayer([...folders, file('var/lib/dpkg/status', 'new'), file('etc/y', 'y')]);
    expect(await read([below, above], { paths: [STATUS] })).toEqual({
      files: { [STATUS]: 'new' },
      problem: null,
      requests: 1,
    });
    expect((await read([below, above], { paths: [STATUS, '/etc/x', '/etc/y', '/no'] })).files).toEqual({
      [STATUS]: 'new',
      '/etc/x': 'x',
      '/etc/y': 'y',
    });
  });

  it('of a folder are merged over the layers: replaced, removed and hidden as an unpacker would', async () => {
    const layers = [
      gzipLayer([
        dir('var/lib/dpkg/status.d'),
        file('var/lib/dpkg/status.d/a', 'a1'),
        file('var/lib/dpkg/status.d/b', 'b1'),
        file('var/lib/dpkg/status.d/deep/x', 'x'),
      ]),
      gzipLayer([
        file('var/lib/dpkg/status.d/a', 'a2'),
        whiteout('var/lib/dpkg/status.d/b'),
        file('var/lib/dpkg/status.d/c', 'c2'),
        link('var/lib/dpkg/status.d/l', 'c'),
      ]),
    ];
    expect((await read(layers, { folder: FOLDER })).files).toEqual({
      [`${FOLDER}/a`]: 'a2',
      [`${FOLDER}/c`]: 'c2',
      [`${FOLDER}/l`]: 'c2',
    });
    const hidden = [
      ...layers,
      gzipLayer([opaque('var/lib/dpkg/status.d'), file('var/lib/dpkg/status.d/d', 'd')]),
    ];
    expect((await read(hidden, { folder: FOLDER })).files).toEqual({ [`${FOLDER}/d`]: 'd' });
  });

  // Mutation: `isDirectlyIn` in reader.ts is always false: each file costs the layer again.
  it('of a folder cost each layer once', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const layers = [1, 2].map((layer) =>
      gzipLayer(names.map((name) => file(`var/lib/dpkg/status.d/${name}${layer}`, name))),
    );
    const answer = await read(layers, { folder: FOLDER });
    expect(Object.keys(answer.files)).toHaveLength(8);
    expect(answer.requests).toBe(2);
  });

  it('come out of a layer with a table of contents as well', async () => {
    const layer = chunkedLayer([
      dir('var/lib/dpkg/status.d'),
      file('var/lib/dpkg/status.d/a', 'a'),
      file('var/lib/dpkg/status', 's'),
    ]);
    expect((await read([layer], { paths: [STATUS], folder: FOLDER })).files).toEqual({
      [STATUS]: 's',
      [`${FOLDER}/a`]: 'a',
    });
  });

  // Mutation: `captureInto` in reader.ts does not look at the size.
  it('are left out with a reason when they are too large, or when layers may not be read whole', async () => {
    const layer = gzipLayer([file('var/lib/dpkg/status', 'x'.repeat(2000))]);
    expect(await read([layer], { paths: [STATUS] })).toMatchObject({
      files: {},
      problem: expect.stringContaining('larger than 1000') as string,
    });
    expect(await read([layer], { paths: [STATUS] }, { deep: false })).toMatchObject({
      files: {},
      problem: expect.stringContaining('--deep') as string,
    });
    expect(await read([gzipLayer([file('x')])], { paths: [STATUS], folder: FOLDER })).toEqual({
      files: {},
      problem: null,
      requests: 1,
    });
  });

  // Mutations: `search.room` in reader.ts is not looked at, in `captureInto` and in `contentOf`.
  it('are together not more than fits into memory, whatever a layer says', async () => {
    const entries = ['a', 'b', 'c'].map((name) => file(`var/lib/dpkg/status.d/${name}`, name.repeat(900)));
    for (const layer of [gzipLayer(entries), chunkedLayer(entries)]) {
      const answer = await read([layer], { folder: FOLDER }, { contentsBytes: 2000 });
      expect(Object.keys(answer.files)).toHaveLength(2);
      expect(answer.problem).toContain('or all files together than 2000');
    }
  });

  it('of a folder with more files than are read are said to be not all of them', async () => {
    const entries = Array.from({ length: 1001 }, (_, at) => file(`var/lib/dpkg/status.d/${at}`, 'x'));
    const answer = await read([gzipLayer(entries)], { folder: FOLDER });
    expect(Object.keys(answer.files)).toHaveLength(1000);
    expect(answer.problem).toBe(`${FOLDER} has more than 1000 files`);
  });
});
