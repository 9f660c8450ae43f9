/** Files that cannot be judged: one line each, the other files go on, nothing is lost. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEAN, FIXABLE, FIXED, createSandbox, temporaryFiles } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';

/** Bytes of several texts and byte values. */
function bytes(...parts: readonly (string | number)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));
}

const LONG = 'x'.repeat(10 * 1024 * 1024);

/** What is in the file, and the line that is said about it. */
const CASES: readonly (readonly [name: string, content: string | Uint8Array, line: string, code: string])[] =
  [
    [
      'a binary file',
      bytes(0x7f, 'ELF', 2, 1, 1, 0, 0, 0),
      ':1: holds a NUL byte; this is a binary or UTF-16 file',
      'binary',
    ],
    [
      'a NUL byte on its third line',
      bytes('FROM scratch\nUSER 1\nLABEL a=', 0, '\n'),
      ':3: holds a NUL byte; this is a binary or UTF-16 file',
      'binary',
    ],
    [
      'invalid UTF-8 on its second line',
      bytes('FROM scratch # ü\nLABEL name="M', 0xfc, 'ller"\nUSER 1\n'),
      ':2: is not valid UTF-8; convert it first',
      'not-utf8',
    ],
    [
      'a UTF-8 character that ends too early',
      bytes('FROM scratch\n# ', 0xe2, 0x82, '\n'),
      ':2: is not valid UTF-8; convert it first',
      'not-utf8',
    ],
    [
      'UTF-16',
      Buffer.from('\uFEFFFROM scratch\n', 'utf16le'),
      ':1: holds a NUL byte; this is a binary or UTF-16 file',
      'binary',
    ],
    [
      'a carriage return alone',
      'FROM scratch\r\nUSER 1\rUSER 2\r\n',
      ':2: holds a carriage return without a line feed, which parsers read in different ways; convert the line endings',
      'lone-cr',
    ],
    ['no FROM', 'ARG A=1\n', ':1: has no FROM instruction', 'no-from'],
    [
      'an instruction before FROM',
      '\nRUN true\nFROM scratch\n',
      ':2: has RUN before the first FROM',
      'no-stage',
    ],
    [
      'an unknown instruction',
      'FROM scratch\n\nENTRYPONT ["x"]\n',
      ':3: has an unknown instruction: ENTRYPONT (did you mean ENTRYPOINT?)',
      'unknown-instruction',
    ],
    [
      'a Compose file',
      'services:\n  web:\n    build: .\n',
      ':1: looks like a Compose file and not like a Dockerfile; name the Dockerfiles that it builds',
      'unknown-instruction',
    ],
    ['an unterminated heredoc', 'FROM scratch\nRUN <<EOF\necho\n', ':2: ', 'heredoc'],
    [
      'a line of 10 MB',
      `FROM scratch\nLABEL a="${LONG}"\n`,
      ':2: has a line of more than 65,535 bytes, which BuildKit refuses',
      'line-too-long',
    ],
    [
      'more than 16 MiB',
      `FROM scratch\n${'# comment\n'.repeat(2 * 1024 * 1024)}`,
      ': is larger than 16 MiB; this is no Dockerfile',
      'too-large',
    ],
  ];

describe.each(CASES)('%s', (_, content, line, code) => {
  it('is one line on standard error; the file stays, the others are written, exit code 3', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    box.write('b/Dockerfile', content);
    box.write('c/Dockerfile', FIXABLE);
    const { exit, stderr, stdout } = await box.run(['--offline', '--write']);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/^b\/Dockerfile:[^\n]*\n$/);
    expect(stderr).toContain(`b/Dockerfile${line}`);
    expect(stdout).toContain('3 files: 2 written. 1 problem (see above).');
    expect(box.read('a/Dockerfile')).toBe(FIXED);
    expect(box.read('c/Dockerfile')).toBe(FIXED);
    expect(box.bytes('b/Dockerfile').equals(Buffer.from(content))).toBe(true);
  });

  it('is in the JSON report with its code', async () => {
    const box = createSandbox();
    box.write('Dockerfile', content);
    const { exit, report } = await box.run(['--offline', '--json']);
    expect(exit).toBe(3);
    expect(report.files).toMatchObject([{ path: 'Dockerfile', status: 'failed', findings: [], diff: '' }]);
    expect(report.errors).toHaveLength(1);
    expect(report.errors[0]).toMatchObject({ path: 'Dockerfile', code: expect.stringContaining(code) });
    expect(report.summary).toMatchObject({ files: 1, changed: 0, errors: 1 });
  });
});

describe('a file without instructions', () => {
  it.each([
    ['empty', ''],
    ['only blanks', ' \n\t\n'],
    ['only comments', '# syntax=docker/dockerfile:1\n# later\n'],
    ['only a BOM', '\uFEFF'],
  ])('that is %s is passed over with a warning when it was found', async (_, content) => {
    const box = createSandbox();
    box.write('a/Dockerfile', content);
    box.write('b/Dockerfile', CLEAN);
    const { exit, stdout, stderr } = await box.run(['--offline']);
    expect(exit).toBe(0);
    expect(stderr).toBe('a/Dockerfile: holds no instruction; skipped\n');
    expect(stdout).toBe('1 file: nothing to change.\n');
    expect(box.read('a/Dockerfile')).toBe(content);
  });

  it('is a mistake when it was named', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', '# later\n');
    const { exit, stderr } = await box.run(['--offline', 'a/Dockerfile']);
    expect(exit).toBe(3);
    expect(stderr).toBe('a/Dockerfile: holds no instruction\n');
  });
});

describe('a continuation at the end of the file', () => {
  it('is reported with its line; that instruction is not judged, the ones above it are', async () => {
    const box = createSandbox();
    box.write('Dockerfile', `${FIXABLE}RUN apt-get update && \\\n`);
    const { exit, stderr } = await box.run(['--offline', '--write']);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/^Dockerfile:3: ends in the middle of a continued instruction[^\n]*\n$/);
    expect(box.read('Dockerfile')).toBe(`${FIXED}RUN apt-get update && \\\n`);
  });
});

describe('what is no regular file', () => {
  /** One that is fine stands beside each. */
  function withNeighbour(): Sandbox {
    const box = createSandbox();
    box.write('z/Dockerfile', FIXABLE);
    return box;
  }

  async function expectLine(box: Sandbox, line: string, argv: readonly string[] = []): Promise<void> {
    const { exit, stderr } = await box.run(['--offline', '--write', ...argv]);
    expect(stderr).toBe(line);
    expect(exit).toBe(3);
    expect(box.read('z/Dockerfile')).toBe(FIXED);
  }

  it('a folder named Dockerfile', async () => {
    const box = withNeighbour();
    mkdirSync(box.path('Dockerfile'));
    await expectLine(box, 'Dockerfile: is a folder, not a file\n');
  });

  it('is a folder of such a name only when no Dockerfile is in it', async () => {
    const box = createSandbox();
    box.write('Dockerfile/web.Dockerfile', CLEAN);
    mkdirSync(box.path('dockerfile-maven-plugin'));
    mkdirSync(box.path('Dockerfile.d'));
    expect(await box.run(['--offline'])).toMatchObject({ exit: 0, stderr: '' });
  });

  it('a link to a file outside the tree, found or named', async () => {
    const outside = createSandbox();
    const secret = outside.write('secret', FIXABLE);
    const box = withNeighbour();
    symlinkSync(secret, box.path('Dockerfile'));
    const line = `Dockerfile: is a symbolic link to ${secret}; name that file instead\n`;
    await expectLine(box, line);
    await expectLine(box, line, ['Dockerfile', 'z']);
    expect(outside.read('secret')).toBe(FIXABLE);
  });

  it('a link that leads nowhere, or to itself', async () => {
    const box = withNeighbour();
    symlinkSync('nowhere', box.path('a.Dockerfile'));
    symlinkSync('b.Dockerfile', box.path('b.Dockerfile'));
    await expectLine(
      box,
      'a.Dockerfile: is a symbolic link to nowhere, which is not there\n' +
        'b.Dockerfile: is a symbolic link to b.Dockerfile, which leads back to itself\n',
    );
  });

  it('a link to a file of the tree that is not judged under its own name', async () => {
    const box = withNeighbour();
    box.write('images/web.df', FIXABLE);
    symlinkSync('images/web.df', box.path('Dockerfile'));
    await expectLine(box, 'Dockerfile: is a symbolic link to images/web.df; name that file instead\n');
    expect(box.read('images/web.df')).toBe(FIXABLE);
  });

  it('is passed over when the link leads to a file that is judged anyway', async () => {
    const box = createSandbox();
    box.write('web/Dockerfile', FIXABLE);
    symlinkSync('web/Dockerfile', box.path('Dockerfile'));
    const { exit, stderr, report } = await box.run(['--offline', '--json']);
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(report.files.map(({ path }) => path)).toEqual(['web/Dockerfile']);
  });

  it('is not passed over when the link leads to a file that the search leaves out', async () => {
    const box = withNeighbour();
    box.write('.gitignore', 'hidden/\n');
    mkdirSync(box.path('.git'));
    box.write('hidden/Dockerfile', FIXABLE);
    symlinkSync('hidden/Dockerfile', box.path('Dockerfile'));
    await expectLine(box, 'Dockerfile: is a symbolic link to hidden/Dockerfile; name that file instead\n');
  });

  it('a file behind a linked folder that leads out of the working folder', async () => {
    const outside = createSandbox();
    outside.write('Dockerfile', FIXABLE);
    const box = withNeighbour();
    symlinkSync(outside.folder, box.path('linked'));
    await expectLine(box, 'linked/Dockerfile: lies outside the folder that was asked for\n', [
      'linked/Dockerfile',
      'z',
    ]);
    expect(outside.read('Dockerfile')).toBe(FIXABLE);
  });

  it('is searched when it is a linked folder that was named, and left out when it was found', async () => {
    const outside = createSandbox();
    outside.write('Dockerfile', FIXABLE);
    const box = createSandbox();
    symlinkSync(outside.folder, box.path('linked'));
    expect((await box.run(['--offline'])).stderr).toBe('dockfix: no Dockerfile found\n');
    const { exit, report } = await box.run(['--offline', '--json', 'linked']);
    expect(exit).toBe(0);
    expect(report.files.map(({ path }) => path)).toEqual([outside.path('Dockerfile')]);
  });

  it('a pipe, found or named, without waiting for a writer', async () => {
    const box = withNeighbour();
    execFileSync('mkfifo', [box.path('Dockerfile')]);
    await expectLine(box, 'Dockerfile: is not a regular file\n');
    await expectLine(box, 'Dockerfile: is not a regular file\n', ['Dockerfile', 'z']);
  });

  it('a file whose name is not UTF-8', async () => {
    const box = withNeighbour();
    const name = Buffer.concat([Buffer.from(`${box.folder}/`), Buffer.of(0xff), Buffer.from('.Dockerfile')]);
    writeFileSync(name, FIXABLE);
    await expectLine(box, '\uFFFD.Dockerfile: has a name that is not UTF-8; rename it\n');
    expect(readFileSync(name, 'utf8')).toBe(FIXABLE);
  });

  it('a path that does not exist, and a glob that matches nothing', async () => {
    const box = withNeighbour();
    await expectLine(box, 'gone/Dockerfile: does not exist\n**/*.Nothing: matches no file\n', [
      'gone/Dockerfile',
      '**/*.Nothing',
      'z',
    ]);
  });
});

it('leaves no temporary file behind, whatever was wrong', async () => {
  const box = createSandbox();
  box.write('Dockerfile', FIXABLE);
  for (const [name, content] of CASES) box.write(`${name.replaceAll(' ', '-')}/Dockerfile`, content);
  await box.run(['--offline', '--write']);
  expect(temporaryFiles(box.folder)).toEqual([]);
  for (const [name] of CASES) expect(temporaryFiles(box.path(name.replaceAll(' ', '-')))).toEqual([]);
});
