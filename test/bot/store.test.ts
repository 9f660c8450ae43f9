/** What the bot remembers, in one file. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { observe } from '../../src/bot/history.ts';
import { NO_MEMORY, openFileStore } from '../../src/bot/store.ts';
import { EnvironmentError } from '../../src/core/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dockfix-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const history = observe([], { digest: `sha256:${'a'.repeat(64)}`, nowMs: 5, pushedAtMs: null });

describe('the state', () => {
  it('is there again in the next run, names like __proto__ included', async () => {
    const path = join(folder, 'deep', 'state.json');
    const store = await openFileStore(path, false);
    for (const key of ['docker.io/library/node:22', '__proto__', 'constructor']) {
      expect(store.history(key)).toEqual([]);
      store.setHistory(key, history);
      await store.saveRepository(key, { ...NO_MEMORY, defaultBranch: key });
      store.setAlias(key, { id: key, path: '/x' });
    }
    await store.flush();
    const again = await openFileStore(path, false);
    for (const key of ['docker.io/library/node:22', '__proto__', 'constructor']) {
      expect(again.history(key)).toEqual(history);
      expect(again.repository(key)?.defaultBranch).toBe(key);
      expect(again.alias(key)).toEqual({ id: key, path: '/x' });
    }
    expect(Object.hasOwn(Object.prototype, 'defaultBranch')).toBe(false);
  });

  // Mutation: `rename` in store.ts becomes a write to the file itself.
  it('is replaced as a whole, for the eyes of its owner only, and nothing else is left beside it', async () => {
    const path = join(folder, 'state.json');
    writeFileSync(path, '{"version":1}');
    const before = statSync(path).ino;
    const store = await openFileStore(path, false);
    store.setHistory('x', history);
    await store.flush();
    expect(statSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('is not written when nothing has changed, and never by a dry run', async () => {
    const path = join(folder, 'state.json');
    const dry = await openFileStore(path, true);
    dry.setHistory('x', history);
    await dry.flush();
    expect(existsSync(path)).toBe(false);
    const store = await openFileStore(path, false);
    store.setHistory('x', history);
    await store.flush();
    const { mtimeMs, ino } = statSync(path);
    await store.flush();
    expect(statSync(path)).toMatchObject({ mtimeMs, ino });
  });

  it('keeps everything when it is saved from many sides at once', async () => {
    const path = join(folder, 'state.json');
    const store = await openFileStore(path, false);
    await Promise.all(Array.from({ length: 50 }, (_, at) => store.saveRepository(String(at), NO_MEMORY)));
    const again = await openFileStore(path, false);
    expect(Array.from({ length: 50 }, (_, at) => again.repository(String(at)))).not.toContain(null);
  });

  // Mutation: `data['version'] !== 1` becomes `false`.
  it.each(['', 'nonsense', '[]', '{}', '{"version":2}', '{"version":"1"}'])(
    'is refused, and stays as it is, when it is not one of ours: %s',
    async (text) => {
      const path = join(folder, 'state.json');
      writeFileSync(path, text);
      await expect(openFileStore(path, false)).rejects.toThrow(EnvironmentError);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('drops what is damaged in it and keeps the rest', async () => {
    const path = join(folder, 'state.json');
    const repositories = {
      good: NO_MEMORY,
      bad: { pulls: 1 },
      worse: null,
      odd: { ...NO_MEMORY, pulls: { x: { number: 'x' } } },
    };
    writeFileSync(
      path,
      JSON.stringify({
        version: 1,
        observations: { a: history, b: 'x', c: [1, ...history] },
        repositories,
        aliases: { x: 1 },
      }),
    );
    const store = await openFileStore(path, false);
    expect(store.repository('good')).toEqual(NO_MEMORY);
    expect([
      store.repository('bad'),
      store.repository('worse'),
      store.repository('odd'),
      store.alias('x'),
    ]).toEqual([null, null, null, null]);
    expect([store.history('a'), store.history('b'), store.history('c')]).toEqual([history, [], history]);
  });

  it('that cannot be written is a failure with a reason, not a loss in silence', async () => {
    mkdirSync(join(folder, 'state.json'));
    await expect(openFileStore(join(folder, 'state.json'), false)).rejects.toThrow(/cannot be read/);
    writeFileSync(join(folder, 'file'), '');
    const store = await openFileStore(join(folder, 'other.json'), false);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await expect(store.saveRepository('x', NO_MEMORY)).rejects.toThrow(/cannot be written/);
    rmSync(folder);
  });
});
