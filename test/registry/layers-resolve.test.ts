/** The merged view: what is proven by which layers, checked case by case and against a model that extracts them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEntry, createListing, readListing, writeListing } from '../../src/registry/layers/listing.ts';
import type { LayerEntry, Listing } from '../../src/registry/layers/listing.ts';
import { resolvePath } from '../../src/registry/layers/resolve.ts';
import type { LayerState, Resolution } from '../../src/registry/layers/resolve.ts';
import { dir, file, hard, link, opaque, whiteout } from '../support/layers.ts';
import type { Spec } from '../support/layers.ts';

const TYPES: Readonly<Record<string, LayerEntry['type']>> = {
  '1': 'hardlink',
  '2': 'link',
  '3': 'other',
  '5': 'directory',
};

function listingOf(specs: readonly Spec[]): Listing {
  const listing = createListing();
  for (const { name, type, link: linkName = '', mode = 0o644 } of specs) {
    addEntry(listing, { name, type: TYPES[type ?? ''] ?? 'file', linkName, mode }, 10_000, 4096);
  }
  return listing;
}

const read = (...specs: Spec[]): LayerState => ({ state: 'read', listing: listingOf(specs) });
const reading = (...specs: Spec[]): LayerState => ({ state: 'reading', listing: listingOf(specs) });
const unread: LayerState = { state: 'unread' };
const unreadable: LayerState = { state: 'unreadable', reason: 'no', listing: createListing() };

/** Layers as one writes them down: the bottom first. */
const look = (path: string, ...layers: LayerState[]): Resolution => resolvePath(layers, path);

const usrMerge = read(dir('usr'), dir('usr/bin'), link('bin', 'usr/bin'), file('usr/bin/sh'));

describe('a path in several layers', () => {
  it('LAY: is proven by the first layer from the top that has it, whatever is below', () => {
    const top = read(dir('usr'), dir('usr/bin'), file('usr/bin/curl', '', 0o755));
    expect(look('/usr/bin/curl', unreadable, top)).toMatchObject({
      status: 'found',
      layer: 1,
      from: 1,
      path: 'usr/bin/curl',
      node: { mode: 0o755 },
    });
    expect(look('usr//bin/./curl', unread, top)).toMatchObject({ status: 'found' });
    expect(look('/usr/bin/curl', top, read(dir('usr')))).toMatchObject({
      status: 'found',
      layer: 0,
      from: 0,
    });
  });

  it('LAY: is unknown as long as a layer above was not read, or cannot be', () => {
    const has = read(dir('usr'), file('usr/curl'));
    expect(look('/usr/curl', has, unread)).toEqual({ status: 'blocked', layer: 1, path: 'usr' });
    expect(look('/usr/curl', has, unreadable)).toEqual({ status: 'unknown', layer: 1, reason: 'no' });
    expect(look('/usr/curl', has, reading(dir('usr')))).toEqual({
      status: 'blocked',
      layer: 1,
      path: 'usr/curl',
    });
  });

  it('LAY: is absent only when every layer was read', () => {
    expect(look('/nope', usrMerge, read(dir('usr')))).toMatchObject({
      status: 'absent',
      why: 'nowhere',
      from: 0,
    });
    expect(look('/nope', unread, usrMerge)).toMatchObject({ status: 'blocked', layer: 0 });
    expect(look('/nope', unreadable, usrMerge)).toMatchObject({ status: 'unknown', layer: 0 });
    expect(look('/nope')).toMatchObject({ status: 'absent' });
    expect(look('/')).toMatchObject({ status: 'found', path: '' });
  });

  it('LAY: is removed by a whiteout of it or of a directory above it, without a look at the layers below', () => {
    for (const removed of ['usr/bin/sh', 'usr/bin', 'usr']) {
      const top = read(...(removed === 'usr' ? [] : [dir('usr')]), whiteout(removed));
      expect(look('/usr/bin/sh', usrMerge, top), removed).toMatchObject({
        status: 'absent',
        why: 'removed',
        from: removed === 'usr' ? 1 : expect.anything(),
      });
    }
    expect(
      look('/usr/bin/sh', unreadable, read(dir('usr'), dir('usr/bin'), whiteout('usr/bin/sh'))),
    ).toMatchObject({ status: 'absent', layer: 1, from: 1 });
    expect(
      look('/usr/bin/sh', usrMerge, read(dir('usr'), dir('usr/bin'), whiteout('usr/bin/s'))),
    ).toMatchObject({ status: 'found' });
  });

  it('LAY: stays when the layer that removes it also brings it, in either order', () => {
    for (const specs of [
      [whiteout('a/f'), file('a/f')],
      [file('a/f'), whiteout('a/f')],
    ]) {
      expect(look('/a/f', unreadable, read(dir('a'), ...specs))).toMatchObject({ status: 'found', layer: 1 });
    }
    expect(
      look('/a/g', read(dir('a'), file('a/g')), read(whiteout('a'), dir('a'), file('a/f'))),
    ).toMatchObject({ status: 'absent', why: 'removed' });
  });

  it('LAY: is hidden by an opaque directory, which shows what its own layer has', () => {
    const top = read(dir('usr'), dir('usr/bin'), file('usr/bin/new'), opaque('usr/bin'));
    expect(look('/usr/bin/sh', usrMerge, top)).toMatchObject({ status: 'absent', why: 'removed', layer: 1 });
    expect(look('/usr/bin/new', usrMerge, top)).toMatchObject({ status: 'found' });
    expect(look('/usr/lib', read(dir('usr'), dir('usr/lib')), top)).toMatchObject({ status: 'found' });
    expect(look('/usr', usrMerge, read(opaque('')))).toMatchObject({ status: 'absent', why: 'removed' });
    expect(look('/a/.wh.x', read(dir('a')), read(dir('a'), file('a/.wh..wh.plnk')))).toMatchObject({
      status: 'absent',
    });
  });

  it('LAY: disappears with a directory that a file or a link replaced', () => {
    const below = read(dir('a'), dir('a/b'), file('a/b/f'));
    expect(look('/a/b/f', below, read(dir('a'), file('a/b')))).toMatchObject({
      status: 'absent',
      why: 'not-a-directory',
      layer: 1,
    });
    expect(look('/a/b/f', below, read(dir('a'), link('a/b', '/x')))).toMatchObject({
      status: 'absent',
      why: 'nowhere',
      path: 'x',
    });
    const twice = look('/a/b/f', below, read(file('a')), read(dir('a'), dir('a/b')));
    expect(twice).toMatchObject({ status: 'absent', why: 'nowhere', from: 1 });
  });
});

describe('links', () => {
  it('LAY: lead on across layers: /bin/curl where bin is a link in the lowest layer', () => {
    const top = read(dir('usr'), dir('usr/bin'), file('usr/bin/curl'));
    expect(look('/bin/curl', usrMerge, top)).toMatchObject({
      status: 'found',
      path: 'usr/bin/curl',
      followedLinks: true,
      layer: 1,
      from: 0,
    });
    // The layer that has the file does not say what /bin is: without the lowest layer nothing is proven.
    expect(look('/bin/curl', unreadable, top)).toMatchObject({ status: 'unknown', layer: 0 });
    expect(look('/bin/curl', unread, top)).toEqual({ status: 'blocked', layer: 0, path: 'bin' });
  });

  it('LAY: do not matter below a layer with a directory of the same name', () => {
    const top = read(dir('bin'), file('bin/curl'));
    expect(look('/bin/curl', usrMerge, top)).toMatchObject({ status: 'found', path: 'bin/curl' });
    expect(look('/bin/sh', usrMerge, top)).toMatchObject({ status: 'absent', why: 'nowhere', from: 0 });
  });

  it('LAY: in the place of a directory that an upper layer only implies leave unknown what that layer lacks', () => {
    const top = read(file('bin/curl'));
    expect(look('/bin/curl', usrMerge, top)).toMatchObject({ status: 'found', layer: 1 });
    expect(look('/bin/sh', usrMerge, top)).toMatchObject({ status: 'unknown', layer: 0 });
    expect(look('/usr/bin/sh', usrMerge, read(file('usr/bin/curl')))).toMatchObject({ status: 'found' });
  });

  it('LAY: may be relative, absolute, and lead above the root, where they stay', () => {
    const layer = read(
      dir('a'),
      dir('a/b'),
      file('t'),
      link('a/b/up', '../../t'),
      link('a/b/over', '../../../../../t'),
      link('a/abs', '/t'),
      link('a/dot', './b/./up'),
    );
    for (const path of [
      '/a/b/up',
      '/a/b/over',
      '/a/abs',
      '/a/dot',
      '/a/b/../../t',
      '/../t',
      '/a/abs/../../t',
    ]) {
      expect(look(path, layer), path).toMatchObject(
        path === '/a/abs/../../t'
          ? { status: 'absent', why: 'not-a-directory' }
          : { status: 'found', path: 't' },
      );
    }
    expect(look('/a/b/..', layer)).toMatchObject({ status: 'found', path: 'a', node: { kind: 'directory' } });
    expect(look('/x/../t', layer)).toMatchObject({ status: 'absent' });
  });

  it('LAY: in a circle, more than forty, or to nowhere are absent, and the last one is called a link', () => {
    const chain = Array.from({ length: 41 }, (_, n) => link(`l${n}`, `l${n + 1}`));
    const layer = read(
      link('a', 'b'),
      link('b', 'a'),
      link('gone', '/nope'),
      link('empty', ''),
      file('l41'),
      file('l40x'),
      ...chain,
      dir('d'),
    );
    expect(look('/a', layer)).toMatchObject({ status: 'absent', why: 'link-loop', lastIsLink: true });
    expect(look('/a/x', layer)).toMatchObject({ status: 'absent', why: 'link-loop' });
    expect(look('/l0', layer)).toMatchObject({ status: 'absent', why: 'link-loop' });
    expect(look('/l1', layer)).toMatchObject({ status: 'found', path: 'l41' });
    expect(look('/gone', layer)).toMatchObject({
      status: 'absent',
      why: 'nowhere',
      path: 'nope',
      lastIsLink: true,
    });
    expect(look('/gone/x', layer)).toMatchObject({ status: 'absent', path: 'nope', lastIsLink: false });
    expect(look('/empty', layer)).toMatchObject({ status: 'absent' });
  });

  it('LAY: of busybox: applets are links, or hard links to one file', () => {
    const layer = read(
      dir('bin'),
      file('bin/busybox', '', 0o755),
      link('bin/wget', '/bin/busybox'),
      hard('bin/nc', 'bin/busybox'),
      hard('bin/w2', 'bin/wget'),
    );
    expect(look('/bin/wget', layer)).toMatchObject({
      status: 'found',
      path: 'bin/busybox',
      node: { kind: 'file', mode: 0o755 },
    });
    expect(look('/bin/nc', layer)).toMatchObject({
      status: 'found',
      path: 'bin/nc',
      node: { kind: 'file', mode: 0o755, sameAs: 'bin/busybox' },
    });
    expect(look('/bin/w2', layer)).toMatchObject({ status: 'found', path: 'bin/busybox' });
  });

  it('LAY: inside one archive are written through, as extractors do', () => {
    const layer = read(
      dir('usr'),
      dir('usr/bin'),
      link('bin', 'usr/bin'),
      file('bin/curl'),
      file('bin/deep/er'),
    );
    expect(look('/usr/bin/curl', layer)).toMatchObject({ status: 'found', path: 'usr/bin/curl' });
    expect(look('/usr/bin/deep/er', layer)).toMatchObject({ status: 'found' });
    expect(look('/bin/curl', layer)).toMatchObject({
      status: 'found',
      path: 'usr/bin/curl',
      followedLinks: true,
    });
    // Where it leads cannot be said from this layer alone, so what is missing from it is not proven to be missing.
    const odd = read(link('bin', 'usr/bin'), file('bin/curl'));
    expect(look('/usr/bin/curl', usrMerge, odd)).toMatchObject({ status: 'unknown', layer: 1 });
  });

  it('SEC-3: through thousands of directories end', () => {
    const steps = 'a/../'.repeat(800);
    const layers = Array.from({ length: 127 }, () =>
      read(dir('a'), link('l', `${steps}l2`), link('l2', `${steps}l`)),
    );
    const before = process.cpuUsage().user;
    expect(look('/l', ...layers)).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('too many') as string,
    });
    const deep = Array.from({ length: 2000 }, (_, n) => dir('a/'.repeat(n) + 'a'));
    expect(look(`/${'a/'.repeat(2000)}`, read(...deep))).toMatchObject({ status: 'unknown' });
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
  });
});

describe('names', () => {
  it('SEC-3: of prototypes are names like others', () => {
    const layer = read(file('__proto__'), dir('constructor'), file('constructor/toString'));
    expect(look('/__proto__', layer)).toMatchObject({ status: 'found' });
    expect(look('/constructor/toString', layer)).toMatchObject({ status: 'found' });
    expect(look('/hasOwnProperty', layer)).toMatchObject({ status: 'absent' });
    expect(look('/__proto__/toString', layer)).toMatchObject({ status: 'absent', why: 'not-a-directory' });
  });

  it('LAY: that lead out of the image are passed over; those with dots inside are cleaned', () => {
    const layer = read(file('../../etc/passwd'), file('a/../b'), file('/abs'), file('./dot'));
    expect(look('/etc/passwd', layer)).toMatchObject({ status: 'absent' });
    for (const path of ['/b', '/abs', '/dot']) expect(look(path, layer)).toMatchObject({ status: 'found' });
  });

  it('SEC-3: beyond the limits of length and number are refused', () => {
    const listing = createListing();
    const one = (name: string, most: number): unknown =>
      addEntry(listing, { name, type: 'file', linkName: '', mode: 0 }, most, 4096);
    expect(one('x'.repeat(4097), 10)).toBeNull();
    expect(() => one('a/b/c', 2)).toThrow(/more than 2 entries/);
  });

  it('LAY: come back from a note as they went into it', () => {
    const specs = [
      dir('a', 0o700),
      file('a/f', '', 0o755),
      link('l', 'a'),
      hard('h', 'a/f'),
      { name: 'dev', type: '3' },
      whiteout('gone'),
      opaque('a'),
      file('x/implied'),
      file('__proto__/y'),
    ];
    const listing = listingOf(specs);
    expect(readListing(writeListing(listing))).toEqual(listing);
    for (const bad of [
      '',
      '[]',
      '{"version":2,"unsure":null,"rows":[]}',
      '{"version":1,"unsure":null,"rows":[["a/b","f",1]]}',
      '{"version":1,"unsure":null,"rows":[["","f",1]]}',
      '{"version":1,"unsure":null,"rows":[["a","z",1]]}',
    ]) {
      expect(readListing(Buffer.from(bad)), bad).toBeNull();
    }
  });
});

// ---- a model: extract each layer into an empty directory, lay them over one another, look as the kernel does ------

type Item =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file' }
  | { readonly kind: 'link'; readonly target: string };
type Tree = Map<string, Item>;

function kernelLook(tree: Tree, path: string): string | null {
  let at = '';
  let links = 0;
  const todo = path.split('/').filter((step) => step !== '' && step !== '.');
  while (todo.length > 0) {
    const step = todo.shift()!;
    if (step === '..') {
      at = at.replace(/\/?[^/]*$/, '');
      continue;
    }
    const next = at === '' ? step : `${at}/${step}`;
    const item = tree.get(next);
    if (!item) return null;
    if (item.kind === 'link') {
      if (++links > 40) return null;
      if (item.target.startsWith('/')) at = '';
      todo.unshift(...item.target.split('/').filter((part) => part !== '' && part !== '.'));
    } else if (item.kind === 'file' && todo.length > 0) return null;
    else at = next;
  }
  return at;
}

/** Null when an extractor would fail, or might do something else than another one. */
function extract(specs: readonly Spec[]): { tree: Tree; removed: string[]; opaques: string[] } | null {
  const tree: Tree = new Map();
  const removed: string[] = [];
  const opaques: string[] = [];
  const forget = (path: string): void => {
    for (const key of [...tree.keys()]) if (key === path || key.startsWith(`${path}/`)) tree.delete(key);
  };
  for (const spec of specs) {
    const parts = spec.name.split('/').filter((part) => part !== '');
    const base = parts.pop()!;
    let parent = '';
    for (const part of parts) {
      const next = parent === '' ? part : `${parent}/${part}`;
      if (!tree.has(next)) tree.set(next, { kind: 'directory' });
      const real = kernelLook(tree, next);
      if (real === null || (real !== '' && tree.get(real)!.kind !== 'directory')) return null;
      parent = real;
    }
    const path = parent === '' ? base : `${parent}/${base}`;
    if (base === '.wh..wh..opq') opaques.push(parent);
    else if (base.startsWith('.wh.'))
      removed.push(parent === '' ? base.slice(4) : `${parent}/${base.slice(4)}`);
    else {
      const isDirectory = spec.type === '5';
      if (!(isDirectory && tree.get(path)?.kind === 'directory')) forget(path);
      tree.set(
        path,
        isDirectory
          ? { kind: 'directory' }
          : spec.type === '2'
            ? { kind: 'link', target: spec.link! }
            : { kind: 'file' },
      );
    }
  }
  return { tree, removed, opaques };
}

function overlay(layers: readonly NonNullable<ReturnType<typeof extract>>[]): Tree {
  const merged: Tree = new Map();
  const forget = (matches: (path: string) => boolean): void => {
    for (const key of [...merged.keys()]) if (matches(key)) merged.delete(key);
  };
  for (const { tree, removed, opaques } of layers) {
    for (const gone of removed) forget((path) => path === gone || path.startsWith(`${gone}/`));
    for (const at of opaques) forget((path) => at === '' || path.startsWith(`${at}/`));
    for (const [path, item] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const before = merged.get(path);
      if (before && !(before.kind === 'directory' && item.kind === 'directory')) {
        forget((one) => one === path || one.startsWith(`${path}/`));
      }
      merged.set(path, item);
    }
  }
  return merged;
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const target = fc.tuple(fc.constantFrom('', '/', '../', '../../'), path).map(([start, rest]) => start + rest);
const spec: fc.Arbitrary<Spec> = fc.oneof(
  { weight: 4, arbitrary: path.map((at) => dir(at)) },
  { weight: 4, arbitrary: path.map((at) => file(at)) },
  { weight: 3, arbitrary: fc.tuple(path, target).map(([at, to]) => link(at, to)) },
  { weight: 2, arbitrary: path.map(whiteout) },
  { weight: 1, arbitrary: path.map(opaque) },
);
const image = fc.array(fc.array(spec, { maxLength: 6 }), { minLength: 1, maxLength: 4 });
const question = fc
  .tuple(fc.constantFrom('/', '/../', ''), path, fc.constantFrom('', '/', '/..', '/../a'))
  .map((parts) => parts.join(''));

describe('a layer that names a path twice', () => {
  it('LAY: proves nothing when it replaces a directory in which it has whiteouts', () => {
    const lower = read(file('b/a'));
    for (const inside of [opaque('b'), whiteout('b/a'), whiteout('b/c/d')]) {
      const upper = read(inside, link('b', 'a'), dir('b'));
      expect(resolvePath([lower, upper], '/b/a')).toMatchObject({ status: 'unknown' });
    }
    expect(resolvePath([lower, read(link('b', 'a'), file('b'))], '/b/a')).toMatchObject({ status: 'absent' });
  });
});

describe('against a model', () => {
  it('LAY: each yes and each no is what the extracted image shows, also when layers cannot be read', () => {
    let decided = 0;
    let asked = 0;
    fc.assert(
      fc.property(
        image,
        fc.array(question, { minLength: 1, maxLength: 6 }),
        fc.nat(15),
        (layers, questions, missing) => {
          const extracted = layers.map(extract);
          const sound = extracted.filter((one) => one !== null);
          if (sound.length < layers.length) return;
          const merged = overlay(sound);
          const whole = layers.map((specs): LayerState => read(...specs));
          const partly = whole.map((state, index) => ((missing >> index) & 1 ? unreadable : state));
          for (const one of questions) {
            const truth = kernelLook(merged, one);
            for (const states of [whole, partly]) {
              const answer = resolvePath(states, one);
              expect(answer.status, one).not.toBe('blocked');
              if (answer.status === 'found') expect([one, answer.path]).toEqual([one, truth]);
              if (answer.status === 'absent') expect([one, null]).toEqual([one, truth]);
              if (states === whole) {
                asked++;
                if (answer.status !== 'unknown') decided++;
              }
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
    // A resolver that knows nothing would pass as well.
    expect(decided / asked).toBeGreaterThan(0.9);
  });

  it('LAY: what a part of an archive proves is what the whole archive shows, if it names no path twice', () => {
    const distinct = (specs: readonly Spec[]): Spec[] => [
      ...new Map(specs.map((one) => [one.name.replace(/\/$/, ''), one])).values(),
    ];
    fc.assert(
      fc.property(image, question, fc.nat(6), (layers, one, cut) => {
        const specs = layers.map(distinct);
        const extracted = specs.map(extract);
        const sound = extracted.filter((layer) => layer !== null);
        if (sound.length < layers.length) return;
        // An entry for a directory behind something inside it, which no tool writes, may still turn it into a link.
        if (
          specs.some((layer) =>
            layer.some((entry, at) =>
              layer.slice(0, at).some((early) => early.name.startsWith(`${entry.name.replace(/\/$/, '')}/`)),
            ),
          )
        )
          return;
        const truth = kernelLook(overlay(sound), one);
        const top = specs.at(-1)!;
        const states = [
          ...specs.slice(0, -1).map((layer): LayerState => read(...layer)),
          reading(...top.slice(0, cut)),
        ];
        const answer = resolvePath(states, one);
        if (answer.status === 'found') expect(answer.path).toBe(truth);
        if (answer.status === 'absent') expect(truth).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });
});
