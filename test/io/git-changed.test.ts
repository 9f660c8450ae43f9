/** `--changed`, in real repositories. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEAN, createSandbox } from '../cli/fake-io.ts';
import type { Sandbox } from '../cli/fake-io.ts';

const isRoot = process.getuid?.() === 0;

function git(box: Sandbox, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: box.folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    },
  });
}

function createRepository(...names: readonly string[]): Sandbox {
  const box = createSandbox();
  git(box, 'init', '-q', '-b', 'main');
  for (const name of names) box.write(name, CLEAN);
  if (names.length > 0) commit(box);
  return box;
}

function commit(box: Sandbox): void {
  git(box, 'add', '-A');
  git(box, 'commit', '-q', '-m', 'x');
}

async function changed(box: Sandbox, ...argv: readonly string[]): Promise<readonly string[]> {
  const { exit, report, stderr } = await box.run(['--offline', '--json', ...argv]);
  expect(stderr.replace('dockfix: no changed Dockerfile found\n', '')).toBe('');
  expect(exit).toBe(0);
  return report.files.map(({ path }) => path);
}

const EDIT = 'FROM scratch\nUSER 1\n';

describe('--changed', () => {
  it('judges what differs from the last commit: staged, unstaged and untracked', async () => {
    const box = createRepository(
      'same/Dockerfile',
      'staged/Dockerfile',
      'edited/Dockerfile',
      'gone/Dockerfile',
    );
    box.write('.gitignore', 'ignored/\n');
    commit(box);
    box.write('staged/Dockerfile', EDIT);
    git(box, 'add', 'staged');
    box.write('edited/Dockerfile', EDIT);
    box.write('new/Dockerfile', CLEAN);
    box.write('ignored/Dockerfile', CLEAN);
    rmSync(box.path('gone'), { recursive: true });
    expect(await changed(box, '--changed')).toEqual([
      'edited/Dockerfile',
      'new/Dockerfile',
      'staged/Dockerfile',
    ]);
  });

  it('judges a renamed file under its new name', async () => {
    const box = createRepository('old/Dockerfile', 'other/Dockerfile');
    mkdirSync(box.path('young'));
    renameSync(box.path('old/Dockerfile'), box.path('young/Dockerfile'));
    git(box, 'add', '-A');
    expect(await changed(box, '--changed')).toEqual(['young/Dockerfile']);
  });

  it('compares with a revision when one is given', async () => {
    const box = createRepository('a/Dockerfile', 'b/Dockerfile');
    box.write('a/Dockerfile', EDIT);
    commit(box);
    expect(await changed(box, '--changed')).toEqual([]);
    expect(await changed(box, '--changed=HEAD~1')).toEqual(['a/Dockerfile']);
    git(box, 'tag', 'v1', 'HEAD~1');
    expect(await changed(box, '.', '--changed', 'v1')).toEqual(['a/Dockerfile']);
  });

  it('says that nothing was changed', async () => {
    const box = createRepository('Dockerfile');
    expect(await box.run(['--offline', '--changed'])).toMatchObject({
      exit: 0,
      stderr: 'dockfix: no changed Dockerfile found\n',
    });
  });

  it('knows names with blanks, line ends, quotes and letters beyond ASCII', async () => {
    const names = [
      'two words/Dockerfile',
      'line\nend.Dockerfile',
      '"q".Dockerfile',
      'é日本.Dockerfile',
      ' /Dockerfile',
    ];
    const box = createRepository(...names);
    for (const name of names.slice(0, 3)) box.write(name, EDIT);
    expect([...(await changed(box, '--changed'))].sort()).toEqual(names.slice(0, 3).sort());
    for (const name of names.slice(3)) box.write(name, EDIT);
    expect([...(await changed(box, '--changed'))].sort()).toEqual([...names].sort());
  });

  it('takes everything in a repository without commits', async () => {
    const box = createRepository();
    box.write('staged/Dockerfile', CLEAN);
    git(box, 'add', '-A');
    box.write('untracked/Dockerfile', CLEAN);
    expect(await changed(box, '--changed')).toEqual(['staged/Dockerfile', 'untracked/Dockerfile']);
  });

  it('works below the root of the repository, and only there when a path says so', async () => {
    const box = createRepository('a/Dockerfile', 'b/Dockerfile');
    box.write('a/Dockerfile', EDIT);
    box.write('b/Dockerfile', EDIT);
    const { report } = await box.run(['--offline', '--json', '--changed'], { cwd: 'a' });
    expect(report.files.map(({ path }) => path)).toEqual(['Dockerfile']);
    expect(await changed(box, 'b', '--changed')).toEqual(['b/Dockerfile']);
  });

  it('works in a folder whose name ends in a blank', async () => {
    const box = createSandbox();
    mkdirSync(box.path('odd '));
    execFileSync('git', ['init', '-q'], { cwd: box.path('odd ') });
    box.write('odd /Dockerfile', CLEAN);
    const { report } = await box.run(['--offline', '--json', '--changed'], { cwd: 'odd ' });
    expect(report.files.map(({ path }) => path)).toEqual(['Dockerfile']);
  });

  it('needs a repository', async () => {
    const box = createSandbox();
    box.write('Dockerfile', CLEAN);
    expect(await box.run(['--offline', '--changed'])).toMatchObject({
      exit: 3,
      stdout: '',
      stderr: 'dockfix: --changed needs a git repository here\n',
    });
  });

  it.skipIf(!isRoot)('says so when git does not trust the repository', async () => {
    const box = createRepository('Dockerfile');
    for (const path of ['.git', '.']) chownSync(box.path(path), 1234, 1234);
    const { exit, stderr } = await box.run(['--offline', '--changed']);
    expect(exit).toBe(3);
    expect(stderr).toContain('git does not trust this repository, because it belongs to someone else');
  });

  it('refuses what is no revision, and what git would take for a flag', async () => {
    const box = createRepository('Dockerfile');
    expect(await box.run(['--offline', '--changed=nothing'])).toMatchObject({
      exit: 2,
      stderr:
        'dockfix: --changed nothing: git knows no such revision (a path that is meant goes before --changed)\n',
    });
    for (const ref of [`--output=${box.path('stolen')}`, '-p', '']) {
      const { exit, stderr } = await box.run(['--offline', `--changed=${ref}`]);
      expect(exit, ref).toBe(2);
      expect(stderr, ref).toBe(`dockfix: --changed ${ref}: is no git revision\n`);
    }
    expect(existsSync(box.path('stolen'))).toBe(false);
  });

  it('runs nothing that the repository says: no filter, no external diff, no hook, no monitor', async () => {
    const box = createRepository('Dockerfile');
    box.write('.gitattributes', '* filter=evil diff=evil\n');
    commit(box);
    const touch = `touch '${box.path('owned')}'; cat`;
    for (const name of [
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'filter.a=b.clean',
      'diff.evil.command',
      'diff.evil.textconv',
      'diff.external',
      'core.fsmonitor',
      'core.pager',
    ])
      git(box, 'config', name, touch);
    git(box, 'config', 'filter.evil.required', 'true');
    box.write('.git/hooks/post-index-change', `#!/bin/sh\n${touch}\n`, 0o755);
    box.write('Dockerfile', EDIT);
    expect(await changed(box, '--changed')).toEqual(['Dockerfile']);
    expect(await changed(box, '--changed=HEAD')).toEqual(['Dockerfile']);
    expect(existsSync(box.path('owned'))).toBe(false);
  });
});
