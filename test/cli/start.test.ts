/** What the start of the command keeps of itself: compiled code that the next start need not make again. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCKFIX, ensureBuilt } from './built.ts';

beforeAll(ensureBuilt, 120_000);

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dockfix-start-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs `dockfix list` and gives what it says, which must be the same every time. */
function list(...flags: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [DOCKFIX, 'list', ...flags], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function kept(): readonly string[] {
  const folder = join(home, 'dockfix-code');
  return readdirSync(home).includes('dockfix-code')
    ? readdirSync(folder).map((name) => join(folder, name))
    : [];
}

describe('compiled code', () => {
  it('is kept by the first run, for this person alone, and used as it is by the second', () => {
    const first = list();
    const [file] = kept();
    expect(kept()).toHaveLength(1);
    expect(statSync(file!).mode & 0o777).toBe(0o600);
    const { ino, mtimeMs } = statSync(file!);
    expect(list()).toBe(first);
    expect(statSync(file!)).toMatchObject({ ino, mtimeMs });
  });

  it('is made anew where its bytes have changed, which V8 would not survive', () => {
    const first = list();
    const [file] = kept();
    const good = readFileSync(file!);
    const damaged = Buffer.from(good);
    for (let at = 4000; at < damaged.length; at += 5000) damaged[at] = damaged[at]! ^ 0xff;
    writeFileSync(file!, damaged);
    expect(list()).toBe(first);
    expect(readFileSync(file!).equals(damaged)).toBe(false);
    writeFileSync(file!, 'neither JSON nor code');
    expect(list()).toBe(first);
  });

  it('is not read from a file that others may write', () => {
    list();
    const [file] = kept();
    chmodSync(file!, 0o666);
    const { ino } = statSync(file!);
    list();
    expect(statSync(file!).ino).not.toBe(ino);
    expect(statSync(file!).mode & 0o777).toBe(0o600);
  });

  it('is neither read nor kept with --no-cache, nor where there is no room for it', () => {
    spawnSync(process.execPath, [DOCKFIX, '--offline', '--no-cache', home], {
      env: { ...process.env, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home },
    });
    expect(kept()).toEqual([]);
    writeFileSync(join(home, 'dockfix-code'), '');
    expect(list()).toContain('pin-image-digest');
  });
});
