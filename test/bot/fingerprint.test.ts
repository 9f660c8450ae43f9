/** Names that must not change from run to run, and must not be dangerous. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchName, fingerprint, hashOfBranch, sameText, slug } from '../../src/bot/fingerprint.ts';
import { readMetadata, writeMetadata } from '../../src/bot/metadata.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const scope = (group: string): Parameters<typeof branchName>[0] => ({
  repositoryId: '1',
  baseBranch: 'main',
  group,
});
const hasGit = spawnSync('git', ['--version']).status === 0;

describe('the branch of a pull request', () => {
  // Mutation: `branchHash(scope)` also hashes the digest; or the hash is left away.
  it('BOT-1 is the same whatever digest is proposed, and another one for another image, base or repository', () => {
    const name = branchName(scope('docker.io/library/python:3.12'));
    expect(name).toMatch(/^dockfix\/python-3\.12-[0-9a-f]{8}$/);
    expect(branchName(scope('docker.io/library/python:3.12'))).toBe(name);
    const others = [
      branchName(scope('docker.io/library/python:3-12')),
      branchName({ ...scope('docker.io/library/python:3.12'), baseBranch: 'next' }),
      branchName({ ...scope('docker.io/library/python:3.12'), repositoryId: '2' }),
    ];
    expect(new Set([name, ...others]).size).toBe(4);
  });

  // Mutation: `hashOfBranch` knows the prefix `dockfix/` only.
  it('BOT-1 has another form for repositories where a branch "dockfix" is in the way, and is still known for ours', () => {
    const name = branchName(scope('docker.io/library/python:3.12'), 'dockfix-');
    expect(name).toMatch(/^dockfix-python-3\.12-[0-9a-f]{8}$/);
    expect(hashOfBranch(name)).toBe(hashOfBranch(branchName(scope('docker.io/library/python:3.12'))));
    expect(hashOfBranch('main')).toBeNull();
    expect(hashOfBranch('dockfix/mine')).toBeNull();
  });

  // Mutation: `[^a-z0-9._-]+` in fingerprint.ts becomes `\s+`.
  it('SEC-8 holds nothing that a shell or git would take for something else, whatever the image is called', () => {
    const nasty = [
      '$(id)',
      '`id`',
      'a;b',
      '--upload-pack=x',
      '../../x',
      'x.lock',
      '.x',
      'x..y',
      'ä',
      '\n',
      '@{-1}',
      '',
    ];
    const text = fc.oneof(fc.constantFrom(...nasty), fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 5 }).map((parts) => parts.join('/')),
        (group) => {
          const name = branchName(scope(group));
          expect(name).toMatch(/^dockfix\/[a-z0-9_][a-z0-9._-]*-[0-9a-f]{8}$/);
          expect(name).not.toMatch(/\.\.|\.lock(?:$|-[0-9a-f]{8}$)/);
          expect(name.length).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 2000 },
    );
  });

  // Mutation: `slug` keeps two dots beside each other.
  it.skipIf(!hasGit)('SEC-8 is a branch name by the rules of git itself (needs git)', () => {
    for (const group of [
      'a.lock',
      '.a.',
      '$(id)',
      'x/..//y',
      '-',
      'é'.repeat(300),
      'registry:5000/a/b:c_d',
    ]) {
      const checked = spawnSync('git', ['check-ref-format', '--branch', branchName(scope(group))]);
      expect(checked.status, branchName(scope(group))).toBe(0);
    }
    expect(slug('')).toBe('images');
  });
});

describe('what a pull request proposes', () => {
  // Mutation: `fingerprint` does not sort its rows.
  it('BOT-1 is the same in any order, and another thing when a digest, a file or an image is another', () => {
    const one = { key: 'docker.io/library/node:22', path: 'Dockerfile', from: A, to: B };
    const two = { ...one, path: 'b/Dockerfile' };
    expect(fingerprint([one, two])).toBe(fingerprint([two, one, one]));
    const prints = [
      [one],
      [two],
      [one, two],
      [{ ...one, to: A }],
      [{ ...one, from: null }],
      [{ ...one, key: 'x' }],
    ];
    expect(new Set(prints.map(fingerprint)).size).toBe(prints.length);
  });

  it('comes back from a body as it was put in, whatever its texts are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string(),
        fc.string(),
        (group, title, path) => {
          const clean = group;
          const changes = [{ key: clean, path: path, from: A, to: B }];
          const metadata = {
            group: clean,
            fingerprint: fingerprint(changes),
            title: title,
            changes,
          };
          const line = writeMetadata(metadata);
          expect(line).toMatch(/^<!-- dockfix:1:[\w-]+ -->$/);
          expect(readMetadata(`before\n${line}\nafter`)).toEqual(metadata);
        },
      ),
    );
  });

  // Mutation in metadata.ts: `changes.every(isChange)` becomes `true`.
  it('SEC-7 reads nothing from a body that is not well-formed in every part', () => {
    const good = {
      group: 'g',
      fingerprint: 'f'.repeat(32),
      title: 't',
      changes: [{ key: 'k', path: 'p', from: A, to: B }],
    };
    const hide = (data: unknown): string =>
      `<!-- dockfix:1:${Buffer.from(JSON.stringify(data)).toString('base64url')} -->`;
    expect(readMetadata(hide(good))).toEqual(good);
    const bad: unknown[] = [
      null,
      [],
      { ...good, group: 1 },
      { ...good, fingerprint: '../../x' },
      { ...good, title: 't'.repeat(2000) },
      { ...good, changes: {} },
      { ...good, changes: [{ key: 'k', path: 'p', from: A, to: 'sha256:x; rm -rf /' }] },
      { ...good, changes: [{ key: 'k', path: 'p', from: 1, to: B }] },
      { ...good, changes: [null] },
    ];
    for (const data of bad) expect(readMetadata(hide(data)), JSON.stringify(data)).toBeNull();
    expect(readMetadata(`- a label: \`${hide(good)}\``)).toBeNull();
    expect(readMetadata(`${hide({ ...good, title: 'first' })}\n${hide(good)}`)).toEqual(good);
    for (const body of ['', '<!-- dockfix:1: -->', '<!-- dockfix:1:!!! -->', '<!-- dockfix:1:e30 -->'])
      expect(readMetadata(body)).toBeNull();
  });
});

describe('the text of a body', () => {
  it('is the same for us when a forge has changed line ends, blanks or emoji in it', () => {
    expect(sameText('a  b\r\n\r\nc ⚠️', 'a b\n\nc :warning:')).toBe(true);
    expect(sameText('a b', 'a c')).toBe(false);
  });
});
