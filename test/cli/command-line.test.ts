/** What can be said on the command line, and what comes of it. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { transforms } from '../../transforms/index.ts';
import { CLEAN, FIXABLE, FIXED, createSandbox } from './fake-io.ts';

const UNPINNED = 'FROM node:22\n';
/** Two fixes, both inside shell text. */
const APT = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n';
/** A fix that only --unsafe applies: nothing is known of the package. */
const UNSAFE =
  'FROM debian:12\nRUN apt-get update && apt-get install -y nobody-knows-this && rm -rf /var/lib/apt/lists/*\n';

describe('the default command', () => {
  it('shows the diff and writes nothing', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const before = box.snapshot();
    const { exit, stdout, stderr } = await box.run(['--offline']);
    expect(exit).toBe(0);
    expect(stdout).toContain('-MAINTAINER Jane <jane@example.com>\n+LABEL org.opencontainers.image.authors=');
    expect(stdout).toContain('Add --write to apply.');
    expect(stderr).toBe('');
    expect(box.snapshot()).toEqual(before);
  });

  it('does the same with --dry-run', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const plain = await box.run(['--offline']);
    const asked = await box.run(['--offline', '--dry-run']);
    expect(asked).toMatchObject({ exit: 0, stdout: plain.stdout });
  });

  it('searches the working folder when no path is given, and says so when there is nothing', async () => {
    const box = createSandbox();
    box.write('README.md', 'hello');
    const { exit, stdout, stderr } = await box.run(['--offline']);
    expect(exit).toBe(0);
    expect(stderr).toBe('dockfix: no Dockerfile found\n');
    expect(stdout).toBe('0 files: nothing to change.\n');
  });

  it('writes with --write, without asking where there is no terminal', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { exit, stdout, questions } = await box.run(['--offline', '--write']);
    expect(exit).toBe(0);
    expect(questions).toEqual([]);
    expect(stdout).toContain('1 file: 1 written.');
    expect(box.read('Dockerfile')).toBe(FIXED);
    const again = await box.run(['--offline', '--write']);
    expect(again).toMatchObject({ exit: 0, stdout: '1 file: nothing written.\n' });
  });

  it('exits with 1 under --check when something would change, and with 0 when nothing would', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const before = box.snapshot();
    expect(await box.run(['--offline', '--check'])).toMatchObject({ exit: 1 });
    expect(box.snapshot()).toEqual(before);
    box.write('Dockerfile', CLEAN);
    expect(await box.run(['--offline', '--check'])).toMatchObject({ exit: 0 });
  });

  it('never exits with 1 for what was withheld or is unsafe', async () => {
    const box = createSandbox();
    box.write('Dockerfile', UNSAFE);
    const { exit, stdout } = await box.run(['--offline', '--check']);
    expect(exit).toBe(0);
    expect(stdout).toContain('1 more fix with --unsafe');
    box.write('Dockerfile', 'ARG A\nFROM ${A}\n');
    expect(await box.run(['--offline', '--check'])).toMatchObject({ exit: 0 });
  });

  it('exits with 1 under --check for an ignore comment without a reason, and says which', async () => {
    const box = createSandbox();
    box.write('Dockerfile', `FROM scratch\n# dockfix: ignore pin-image-digest\nUSER 1\n`);
    const { exit, stdout } = await box.run(['--offline', '--check']);
    expect(exit).toBe(1);
    expect(stdout).toContain('note: line 2: the ignore comment gives no reason');
    expect(stdout).toContain('1 ignore comment without a reason');
  });

  it('refuses two of --dry-run, --write and --check', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    for (const flags of [
      ['--write', '--check'],
      ['--write', '--dry-run'],
      ['--check', '--dry-run'],
    ]) {
      const { exit, stdout, stderr } = await box.run(['--offline', ...flags]);
      expect(exit).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toBe('dockfix: --dry-run, --write and --check exclude each other\n');
    }
    expect(box.read('Dockerfile')).toBe(FIXABLE);
  });
});

describe('standard input', () => {
  it('gives the fixed text on standard output and everything else on standard error', async () => {
    const box = createSandbox();
    const { exit, stdout, stderr } = await box.run(['--offline', '-'], { stdin: FIXABLE });
    expect(exit).toBe(0);
    expect(stdout).toBe(FIXED);
    expect(stderr).toContain('+++ b/<stdin>');
    expect(stderr).toContain('1 file: 1 would change');
  });

  it('gives a text without findings back byte for byte', async () => {
    const box = createSandbox();
    const text = '\uFEFFFROM scratch\r\n# ü\r\nCMD ["x"]';
    expect(await box.run(['--offline', '-'], { stdin: text })).toMatchObject({ exit: 0, stdout: text });
  });

  it('leaves standard output empty with --check', async () => {
    const box = createSandbox();
    const { exit, stdout, stderr } = await box.run(['--offline', '--check', '-'], { stdin: FIXABLE });
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('MAINTAINER is deprecated');
  });

  it('stands alone and cannot be written', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    expect(await box.run(['-', 'Dockerfile'], { stdin: FIXABLE })).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: 'dockfix: - stands alone: standard input is one file\n',
    });
    expect(await box.run(['--write', '-'], { stdin: FIXABLE })).toMatchObject({ exit: 2, stdout: '' });
  });

  it('is named by --stdin-filename, which also says whose configuration holds', async () => {
    const box = createSandbox();
    box.write('app/.dockfixrc', 'skip: [replace-maintainer]');
    const argv = ['--offline', '--stdin-filename', 'app/Dockerfile', '-'];
    expect(await box.run(argv, { stdin: FIXABLE })).toMatchObject({ exit: 0, stdout: FIXABLE });
    const { stderr } = await box.run(argv, { stdin: 'FORM scratch\n' });
    expect(stderr).toContain('app/Dockerfile:1: has an unknown instruction: FORM (did you mean FROM?)');
  });

  it('takes the name before the build context for its configuration', async () => {
    const box = createSandbox();
    box.write('app/.dockfixrc', 'skip: [replace-maintainer]');
    box.write('context/Dockerfile', CLEAN);
    const argv = ['--offline', '--context', 'context', '--stdin-filename', 'app/Dockerfile', '-'];
    expect(await box.run(argv, { stdin: FIXABLE })).toMatchObject({ stdout: FIXABLE });
  });

  it('cannot be judged when it is empty or no text, and then gives nothing', async () => {
    const box = createSandbox();
    for (const stdin of ['', '# nothing\n', Uint8Array.of(0x7f, 0, 1)]) {
      const { exit, stdout, stderr } = await box.run(['--offline', '-'], { stdin });
      expect(exit).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toContain('<stdin>');
    }
  });

  it('reports as JSON on standard error', async () => {
    const box = createSandbox();
    const { stdout, stderr } = await box.run(['--offline', '--json', '-'], { stdin: FIXABLE });
    expect(stdout).toBe(FIXED);
    expect(JSON.parse(stderr)).toMatchObject({ files: [{ path: '<stdin>', status: 'changed' }] });
  });
});

describe('choosing transforms', () => {
  it('runs those of --only and no others, as a list or repeated', async () => {
    const box = createSandbox();
    box.write('Dockerfile', `${APT}MAINTAINER Jane\n`);
    const ids = async (...flags: string[]): Promise<string[]> => {
      const { report } = await box.run(['--offline', '--json', ...flags]);
      return [...new Set(report.files[0]!.findings.map(({ id }) => id))].sort();
    };
    const both = ['clean-apt-lists', 'replace-maintainer'];
    expect(await ids('--only', 'replace-maintainer,clean-apt-lists')).toEqual(both);
    expect(await ids('--only', 'replace-maintainer', '--only', 'clean-apt-lists')).toEqual(both);
    expect(await ids('--only', 'replace-maintainer, clean-apt-lists', '--skip', 'clean-apt-lists')).toEqual([
      'replace-maintainer',
    ]);
    expect(await ids('--skip', 'pin-image-digest', '--skip', 'avoid-recommended-packages')).toEqual(both);
  });

  it('refuses an id that no transform has, with a suggestion where one is near', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    expect(await box.run(['--only', 'pin-image-digst'])).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: 'dockfix: --only pin-image-digst: there is no such transform, did you mean pin-image-digest?\n',
    });
    expect(await box.run(['--skip', 'xyz'])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: --skip xyz: there is no such transform; see: dockfix list\n',
    });
  });

  it('refuses an empty list, which would switch off everything unnoticed', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    expect(await box.run(['--offline', '--only', ''])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: --only names no transform; see: dockfix list\n',
    });
  });

  it('applies unsafe fixes only with --unsafe', async () => {
    const box = createSandbox();
    box.write('Dockerfile', UNSAFE);
    await box.run(['--offline', '--write']);
    expect(box.read('Dockerfile')).toBe(UNSAFE);
    await box.run(['--offline', '--write', '--unsafe']);
    expect(box.read('Dockerfile')).toContain('--no-install-recommends');
  });

  it('asks no registry with --offline, and says what was not looked up', async () => {
    const box = createSandbox();
    box.write('Dockerfile', UNPINNED);
    const { exit, stdout } = await box.run(['--offline']);
    expect(exit).toBe(0);
    expect(stdout).toBe('1 file: nothing to change, 1 image reference not looked up (offline).\n');
    const { report } = await box.run(['--offline', '--json']);
    expect(report.files[0]!.findings[0]).toMatchObject({ status: 'withheld', code: 'offline' });
  });
});

describe('formats', () => {
  it('prints JSON with --json and with --format json', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const first = await box.run(['--offline', '--json']);
    const second = await box.run(['--offline', '--format', 'json']);
    expect(first.report.files[0]!.status).toBe('changed');
    expect(second.report).toEqual(first.report);
    expect(await box.run(['--offline', '--json', '--format', 'json'])).toMatchObject({ exit: 0 });
    expect(await box.run(['--offline', '--json', '--format', 'text'])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: --json and --format say two different things\n',
    });
  });

  it('prints nothing but diffs with --format patch', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    box.write('b/Dockerfile', CLEAN);
    const { exit, stdout } = await box.run(['--offline', '--format', 'patch']);
    expect(exit).toBe(0);
    expect(stdout).toBe(
      '--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1,2 +1,2 @@\n FROM scratch\n' +
        '-MAINTAINER Jane <jane@example.com>\n' +
        '+LABEL org.opencontainers.image.authors="Jane <jane@example.com>"\n',
    );
  });

  it('refuses an unknown format, with a suggestion where one is near', async () => {
    const box = createSandbox();
    expect(await box.run(['--format', 'jsn'])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: --format jsn does not exist, did you mean json?\n',
    });
    expect(await box.run(['--format', 'klingon'])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: --format klingon does not exist; there are text, json, patch\n',
    });
  });

  it('writes the report to a file with --output', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const shown = await box.run(['--offline', '--json']);
    const { exit, stdout } = await box.run(['--offline', '--json', '--output', 'report.json']);
    expect(exit).toBe(0);
    expect(stdout).toBe('');
    expect(box.read('report.json')).toBe(shown.stdout);
  });

  it('says where a report could not be written, with exit code 3', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { exit, stderr } = await box.run(['--offline', '-o', 'nowhere/report.txt']);
    expect(exit).toBe(3);
    expect(stderr).toBe('nowhere/report.txt: the report could not be written there\n');
  });

  it('names neither files nor fixes with --quiet, only problems and the summary', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    box.write('b/Dockerfile', 'FORM x\n');
    const { exit, stdout, stderr } = await box.run(['--offline', '--quiet']);
    expect(exit).toBe(3);
    expect(stdout).toBe('2 files: 1 would change (1 fix). 1 problem (see above). Add --write to apply.\n');
    expect(stderr).toMatch(/^b\/Dockerfile:1: .*\n$/);
  });

  it('also names what needs nothing, what was not looked up and what is ignored with --verbose', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', CLEAN);
    box.write('b/Dockerfile', UNPINNED);
    box.write(
      'c/Dockerfile',
      `FROM scratch\n# dockfix: ignore replace-maintainer -- history\nMAINTAINER J\n`,
    );
    const { stdout } = await box.run(['--offline', '--verbose']);
    expect(stdout).toContain('a/Dockerfile: nothing to do\n');
    expect(stdout).toContain('because this run is offline, so no registry was asked');
    expect(stdout).toContain('line 3: replace-maintainer is ignored by a comment');
  });
});

describe('--jobs', () => {
  it('wants a whole number from 1 to 64', async () => {
    const box = createSandbox();
    box.write('Dockerfile', CLEAN);
    for (const jobs of ['0', '65', '1.5', 'many', '-1', '']) {
      const { exit, stderr } = await box.run(['--offline', `--jobs=${jobs}`]);
      expect(exit, jobs).toBe(2);
      expect(stderr, jobs).toContain('--jobs wants a whole number from 1 to 64');
    }
    expect(await box.run(['--offline', '--jobs', '1'])).toMatchObject({ exit: 0 });
  });

  it('gives the same report whatever it is', async () => {
    const box = createSandbox();
    for (let i = 0; i < 30; i++) box.write(`s${i}/Dockerfile`, i % 3 === 0 ? 'FORM\n' : FIXABLE);
    const one = await box.run(['--offline', '--json', '--jobs', '1']);
    const many = await box.run(['--offline', '--json', '--jobs', '64']);
    expect(many).toMatchObject({ exit: one.exit, stdout: one.stdout, stderr: one.stderr });
  });
});

describe('commands and paths', () => {
  it('lists every transform with its safety', async () => {
    const box = createSandbox();
    const { exit, stdout } = await box.run(['list']);
    expect(exit).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/\s/)[0])).toEqual(transforms.map(({ meta }) => meta.id));
    for (const { meta } of transforms) expect(stdout).toContain(meta.summary);
  });

  it('lists them as JSON', async () => {
    const box = createSandbox();
    const { exit, stdout } = await box.run(['list', '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      transforms.map(({ meta }) => ({ id: meta.id, safety: meta.safety, summary: meta.summary })),
    );
  });

  it.each(transforms.map(({ meta, options }) => [meta.id, meta, options ?? {}] as const))(
    'explains %s with its reason, its settings, its references and a real diff',
    async (id, meta, options) => {
      const { exit, stdout, stderr } = await createSandbox().run(['explain', id]);
      expect(exit).toBe(0);
      expect(stderr).toBe('');
      expect(stdout.replace(/\s+/g, ' ')).toContain(meta.why);
      expect(stdout).toContain(`# dockfix: ignore ${id} -- the reason`);
      for (const url of meta.references) expect(stdout).toContain(url);
      for (const name of Object.keys(options)) expect(stdout).toContain(`  ${name} (`);
      expect(stdout).toMatch(/^@@ -\d/m);
    },
  );

  it('explains the settings of the proof', async () => {
    const { exit, stdout } = await createSandbox().run(['explain', 'verify']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ {2}paths +Paths to ask with GET/m);
    expect(stdout).toContain('skip takes: build-time, size, layers,');
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(121);
  });

  it('refuses to explain what does not exist, with a suggestion', async () => {
    const box = createSandbox();
    expect(await box.run(['explain', 'replace-maintaner'])).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: 'dockfix: there is no transform replace-maintaner, did you mean replace-maintainer?\n',
    });
    expect(await box.run(['explain', 'x'])).toMatchObject({
      exit: 2,
      stderr: 'dockfix: there is no transform x; see: dockfix list\n',
    });
    expect(await box.run(['explain'])).toMatchObject({ exit: 2 });
  });

  it('shows the demo: digests, no port but those that the samples serve, nothing left behind', async () => {
    // A folder of its own: another process may show the demo at the same time.
    const box = createSandbox();
    const folder = box.path('temporary');
    mkdirSync(folder);
    vi.stubEnv('TMPDIR', folder);
    const { exit, stdout, stderr } = await box.run(['demo']).finally(() => vi.unstubAllEnvs());
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\+FROM python:3\.12-slim-bookworm@sha256:[0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^\+ARG NODE_IMAGE=node:22-alpine@sha256:[0-9a-f]{64}$/m);
    // Health checks ask 127.0.0.1 for the ports of the samples; nothing names the demo's registry, whose port is another.
    const asked = [...stdout.matchAll(/(?:127\.0\.0\.1|localhost|\[::1\])(?:'?[:,](\d+))?/g)];
    expect(asked.map(([, port]) => port ?? 'that of http')).toEqual(['8000', 'that of http']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('prints its version', async () => {
    const box = createSandbox();
    const { exit, stdout } = await box.run(['--version']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
    expect(await box.run(['-V'])).toMatchObject({ exit: 0, stdout });
  });

  it('helps with examples, every flag and the exit codes', async () => {
    const box = createSandbox();
    const { exit, stdout, stderr } = await box.run(['--help']);
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('Examples:\n  dockfix ');
    expect(stdout).toContain('dockfix --format patch | git apply');
    for (const flag of ['--write', '--check', '--only <ids>', '--changed [ref]', '--stdin-filename <path>'])
      expect(stdout).toContain(flag);
    expect(stdout).toContain('Exit codes: 0 nothing to do or done');
    expect(await box.run(['explain', '--help'])).toMatchObject({ exit: 0 });
  });

  it('prefers a command to a path of the same name', async () => {
    const box = createSandbox();
    box.write('list', FIXABLE);
    expect((await box.run(['list'])).stdout).toContain('pin-image-digest');
  });

  it('takes ./list and -- list for the path', async () => {
    const box = createSandbox();
    box.write('list', FIXABLE);
    for (const argv of [
      ['--offline', './list'],
      ['--offline', '--', 'list'],
      ['--offline', '--write', '--', 'list'],
    ]) {
      const { exit, stdout } = await box.run(argv);
      expect(exit).toBe(0);
      expect(stdout, argv.join(' ')).toContain('--- a/list\n');
    }
    expect(box.read('list')).toBe(FIXED);
  });

  it('takes what comes after -- for a path even when it starts with a hyphen', async () => {
    const box = createSandbox();
    box.write('--check', FIXABLE);
    const { exit, stdout } = await box.run(['--offline', '--', '--check']);
    expect(exit).toBe(0);
    expect(stdout).toContain('--- a/--check\n');
  });

  it('refuses an unknown flag, with a suggestion', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { exit, stdout, stderr } = await box.run(['--offline', '--wriet']);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^dockfix: unknown option '--wriet'/);
    expect(stderr).toContain('Did you mean --write?');
    expect(box.read('Dockerfile')).toBe(FIXABLE);
    expect(await box.run(['list', '--jsn'])).toMatchObject({ exit: 2 });
  });

  it('suggests the command when a word is no path', async () => {
    const box = createSandbox();
    expect(await box.run(['--offline', 'lits'])).toMatchObject({
      exit: 3,
      stderr: 'lits: does not exist (did you mean the command: dockfix list?)\n',
    });
    expect(await box.run(['--offline', 'demo'])).toMatchObject({
      exit: 3,
      stderr: 'demo: does not exist (did you mean the command: dockfix demo?)\n',
    });
  });

  it('makes control characters of an argument visible', async () => {
    const { exit, stderr } = await createSandbox().run(['--only', '\x1b]0;title\x07']);
    expect(exit).toBe(2);
    expect(stderr).not.toContain('\x1b');
    expect(stderr).toContain('\\u{1b}]0;title\\u{7}');
    const flag = await createSandbox().run(['--\x1b[31m']);
    expect(flag.stderr).not.toContain('\x1b');
  });
});

it('never makes files of its own beside the Dockerfiles', async () => {
  const box = createSandbox();
  box.write('Dockerfile', FIXABLE);
  await box.run(['--offline', '--write']);
  expect(readdirSync(box.folder)).toEqual(['Dockerfile']);
  expect(existsSync(box.path('no-configuration'))).toBe(false);
});
