/** Reading and writing: what a file is afterwards, byte for byte, and what is refused. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDockerfile, writeDockerfile } from '../../src/io/files.ts';
import { FIXABLE, FIXED, createSandbox, temporaryFiles } from '../cli/fake-io.ts';

const isRoot = process.getuid?.() === 0;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('a write keeps', () => {
  it.each([0o644, 0o755, 0o600, 0o664, 0o777, 0o444])('the mode (%o)', async (mode) => {
    const box = createSandbox();
    const path = box.write('Dockerfile', FIXABLE, mode);
    // Whoever is not root may not write to a file without the right to do so.
    if (mode === 0o444 && !isRoot) return;
    await writeDockerfile(path, box.folder, FIXED, sha256(FIXABLE));
    expect(statSync(path).mode & 0o7777).toBe(mode);
    expect(box.read('Dockerfile')).toBe(FIXED);
  });

  it('the bits that a change of owner takes away', async () => {
    const box = createSandbox();
    const path = box.write('Dockerfile', FIXABLE);
    if (isRoot) chownSync(path, 1234, 5678);
    chmodSync(path, 0o4755);
    await writeDockerfile(path, box.folder, FIXED, sha256(FIXABLE));
    expect(statSync(path).mode & 0o7777).toBe(0o4755);
  });

  it.skipIf(!isRoot)('the owner and the group', async () => {
    const box = createSandbox();
    const path = box.write('Dockerfile', FIXABLE);
    chownSync(path, 1234, 5678);
    await writeDockerfile(path, box.folder, FIXED, sha256(FIXABLE));
    expect(statSync(path)).toMatchObject({ uid: 1234, gid: 5678 });
  });

  const endings: readonly (readonly [string, string, string])[] = [
    ['a BOM', `\uFEFF${FIXABLE}`, `\uFEFF${FIXED}`],
    ['CRLF', FIXABLE.replaceAll('\n', '\r\n'), FIXED.replaceAll('\n', '\r\n')],
    [
      'LF and CRLF side by side',
      'FROM scratch\r\nMAINTAINER J\nUSER 1\r\n',
      'FROM scratch\r\nLABEL org.opencontainers.image.authors="J"\nUSER 1\r\n',
    ],
    ['a missing final newline', FIXABLE.trimEnd(), FIXED.trimEnd()],
    ['several final newlines', `${FIXABLE}\n\n`, `${FIXED}\n\n`],
    ['blanks, tabs and form feeds', `${FIXABLE} \t\f\n#\t \n`, `${FIXED} \t\f\n#\t \n`],
    ['text beyond ASCII', `# 日本語 🐳 é e\u0301\n${FIXABLE}`, `# 日本語 🐳 é e\u0301\n${FIXED}`],
  ];
  it.each(endings)('%s, byte for byte', async (_, before, after) => {
    const box = createSandbox();
    box.write('Dockerfile', before);
    expect((await box.run(['--offline', '--write'])).exit).toBe(0);
    expect(box.bytes('Dockerfile').equals(Buffer.from(after))).toBe(true);
  });
});

describe('a write is refused', () => {
  // Red when the bytes are not compared once more before the rename.
  it('SEC-11 when the file holds other bytes than those that were judged', async () => {
    const box = createSandbox();
    const path = box.write('Dockerfile', 'FROM other\n');
    await expect(writeDockerfile(path, box.folder, FIXED, sha256(FIXABLE))).rejects.toMatchObject({
      code: 'changed-on-disk',
    });
    expect(box.read('Dockerfile')).toBe('FROM other\n');
    expect(temporaryFiles(box.folder)).toEqual([]);
  });

  it('SEC-10 SEC-11 when a link was put in the place of the file, even one to the same bytes', async () => {
    const box = createSandbox();
    const outside = createSandbox();
    outside.write('target', FIXABLE);
    const path = box.write('Dockerfile', FIXABLE);
    const { sha256: judged } = await readDockerfile(path, box.folder);
    rmSync(path);
    symlinkSync(outside.path('target'), path);
    await expect(writeDockerfile(path, box.folder, FIXED, judged)).rejects.toMatchObject({
      code: 'symbolic-link',
    });
    expect(outside.read('target')).toBe(FIXABLE);
    expect(temporaryFiles(box.folder)).toEqual([]);
  });

  // Red when checkPlace() does not compare the real folders.
  it('SEC-10 SEC-11 when a folder above the file was replaced by a link that leads out', async () => {
    const box = createSandbox();
    const outside = createSandbox();
    outside.write('Dockerfile', FIXABLE);
    const path = box.write('app/Dockerfile', FIXABLE);
    const { sha256: judged } = await readDockerfile(path, box.folder);
    renameSync(box.path('app'), box.path('moved'));
    symlinkSync(outside.folder, box.path('app'));
    await expect(writeDockerfile(path, box.folder, FIXED, judged)).rejects.toMatchObject({ code: 'outside' });
    expect(outside.read('Dockerfile')).toBe(FIXABLE);
    expect(temporaryFiles(outside.folder)).toEqual([]);
  });

  it('when the file is gone', async () => {
    const box = createSandbox();
    await expect(
      writeDockerfile(box.path('Dockerfile'), box.folder, FIXED, sha256(FIXABLE)),
    ).rejects.toMatchObject({ code: 'missing' });
    expect(temporaryFiles(box.folder)).toEqual([]);
  });

  it('when a folder stands where the file was', async () => {
    const box = createSandbox();
    mkdirSync(box.path('Dockerfile'));
    await expect(
      writeDockerfile(box.path('Dockerfile'), box.folder, FIXED, sha256(FIXABLE)),
    ).rejects.toMatchObject({ code: 'directory' });
  });
});

it('gives a reader who has the file open the old text, and another name of it stays what it was', async () => {
  const box = createSandbox();
  const path = box.write('Dockerfile', FIXABLE);
  linkSync(path, box.path('copy'));
  await writeDockerfile(path, box.folder, FIXED, sha256(FIXABLE));
  expect(box.read('copy')).toBe(FIXABLE);
  expect(box.read('Dockerfile')).toBe(FIXED);
});

it('reads text and hash of the same bytes', async () => {
  const box = createSandbox();
  const path = box.write('Dockerfile', `\uFEFF${FIXABLE}`);
  expect(await readDockerfile(path, box.folder)).toEqual({
    text: `\uFEFF${FIXABLE}`,
    sha256: sha256(`\uFEFF${FIXABLE}`),
  });
});
