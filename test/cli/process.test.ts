/** The command as a process: killed, without rights, without room, with a reader that goes away. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DOCKFIX, ensureBuilt, runProcess, startProcess, works } from './built.ts';
import { CLEAN, FIXABLE, FIXED, createSandbox, temporaryFiles } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';
import { parseReport } from '../report/schema.ts';

beforeAll(ensureBuilt, 120_000);

const WRITE = ['--offline', '--write', '--yes'];

describe('Ctrl-C', () => {
  it('does not wait for a registry that says nothing', { timeout: 30_000 }, async () => {
    const asked = new EventEmitter();
    const server = createServer(() => asked.emit('request'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const box = createSandbox();
      box.write('Dockerfile', 'FROM debian:12\n');
      box.write('own.yaml', `registries: { docker.io: { endpoint: 'http://127.0.0.1:${port}' } }\n`);
      const child = startProcess(['--config', 'own.yaml', '--write', '--yes'], box.folder);
      const ended = once(child, 'exit');
      await once(asked, 'request');
      child.kill('SIGINT');
      expect(await ended).toEqual([130, null]);
      expect(box.read('Dockerfile')).toBe('FROM debian:12\n');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('a process that is killed', () => {
  // Large, so that writing it takes a while.
  const padding = '# comment comment comment comment comment\n'.repeat(60_000);
  const before = padding + FIXABLE;
  const after = padding + FIXED;

  async function killDuringWrite(box: Sandbox, when: () => Promise<void>): Promise<'old' | 'new'> {
    box.write('Dockerfile', before);
    const child = startProcess(WRITE, box.folder);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await Promise.race([when(), ended]);
    child.kill('SIGKILL');
    await ended;
    const text = box.read('Dockerfile');
    // Compared by hand: a difference of megabytes helps nobody.
    expect(text === before || text === after, `${text.length} characters`).toBe(true);
    return text === before ? 'old' : 'new';
  }

  it('after a random time leaves the old file or the new one', { timeout: 120_000 }, async () => {
    const box = createSandbox();
    for (let i = 0; i < 20; i++) await killDuringWrite(box, () => sleep(Math.random() * 800));
  });

  it('while it writes leaves the old file or the new one', { timeout: 120_000 }, async () => {
    const box = createSandbox();
    for (let i = 0; i < 20; i++) {
      const seen = temporaryFiles(box.folder).length;
      await killDuringWrite(box, async () => {
        while (temporaryFiles(box.folder).length === seen) await sleep(1);
        await sleep(Math.random() * 10);
      });
    }
    // What a killed process could not tidy up is no Dockerfile, and does not disturb the next run.
    box.write('Dockerfile', FIXABLE);
    expect(runProcess(WRITE, box.folder)).toMatchObject({ exit: 0, stderr: '' });
    expect(box.read('Dockerfile')).toBe(FIXED);
  });
});

/** Runs as nobody: root may do everything. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;
const canBeNobody = works(NOBODY[0], ...NOBODY.slice(1), process.execPath, DOCKFIX, '--version');
const asNobody = canBeNobody ? '' : ' (skipped: setpriv cannot become another user here)';

describe.skipIf(!canBeNobody)(`without the rights${asNobody}`, () => {
  function createForNobody(): Sandbox {
    const box = createSandbox();
    chmodSync(box.folder, 0o777);
    box.write('z/Dockerfile', FIXABLE);
    for (const name of ['z', 'z/Dockerfile']) chownSync(box.path(name), 65534, 65534);
    return box;
  }

  function expectLine(box: Sandbox, line: string, ...argv: readonly string[]): void {
    const { exit, stderr } = runProcess([...WRITE, ...argv], box.folder, NOBODY);
    expect(stderr).toBe(line);
    expect(exit).toBe(3);
    expect(box.read('z/Dockerfile')).toBe(FIXED);
  }

  it('to read a file, the others are written', () => {
    const box = createForNobody();
    box.write('Dockerfile', FIXABLE, 0o600);
    expectLine(box, 'Dockerfile: cannot be read: permission denied\n');
    expect(box.read('Dockerfile')).toBe(FIXABLE);
  });

  it('to read a folder, the others are searched', () => {
    const box = createForNobody();
    box.write('a/Dockerfile', FIXABLE);
    chmodSync(box.path('a'), 0o700);
    expectLine(box, 'a: cannot be read: permission denied\n');
    expectLine(box, 'a/Dockerfile: cannot be read: permission denied\n', 'a/Dockerfile', 'z');
  });

  it('to write to a file, it stays although its folder could be written', () => {
    const box = createForNobody();
    box.write('Dockerfile', FIXABLE, 0o444);
    expectLine(box, 'Dockerfile: could not be written: permission denied; the file is as it was\n');
    expect(box.read('Dockerfile')).toBe(FIXABLE);
    chownSync(box.path('Dockerfile'), 65534, 65534);
    expectLine(box, 'Dockerfile: could not be written: permission denied; the file is as it was\n');
    expect(box.read('Dockerfile')).toBe(FIXABLE);
    expect(temporaryFiles(box.folder)).toEqual([]);
  });

  it('to write to a folder, its file stays', () => {
    const box = createForNobody();
    box.write('a/Dockerfile', FIXABLE, 0o666);
    chmodSync(box.path('a'), 0o555);
    expectLine(box, 'a/Dockerfile: could not be written: permission denied; the file is as it was\n');
    expect(box.read('a/Dockerfile')).toBe(FIXABLE);
    expect(temporaryFiles(box.path('a'))).toEqual([]);
  });

  it('to give the file back to its owner, its text is written, and its group stays where it can', () => {
    const box = createForNobody();
    const path = box.write('Dockerfile', FIXABLE, 0o666);
    expect(runProcess(WRITE, box.folder, NOBODY)).toMatchObject({ exit: 0, stderr: '' });
    expect(readFileSync(path, 'utf8')).toBe(FIXED);
  });

  it('to read the configuration, nothing is judged', () => {
    const box = createForNobody();
    box.write('.dockfixrc', 'skip: []\n', 0o600);
    const { exit, stderr } = runProcess(['--offline'], box.folder, NOBODY);
    expect(exit).toBe(2);
    expect(stderr).toBe(`dockfix: ${box.path('.dockfixrc')}: cannot be read (EACCES)\n`);
  });
});

describe('a disk that is full', () => {
  const LARGE = `${'# comment\n'.repeat(20_000)}${FIXABLE}`;

  const canMount = works(
    'sh',
    '-c',
    'folder=$(mktemp -d) && mount -t tmpfs -o size=64k none "$folder" && umount "$folder" && rmdir "$folder"',
  );
  it.skipIf(!canMount)(
    `is one line, and the file is as it was${canMount ? '' : ' (skipped: no right to mount)'}`,
    () => {
      const box = createSandbox();
      const folder = box.path('small');
      mkdirSync(folder);
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'none', folder]).status).toBe(0);
      onTestFinished(() => void spawnSync('umount', [folder]));
      box.write('small/Dockerfile', LARGE);
      const { exit, stdout, stderr } = runProcess(WRITE, box.folder);
      expect(stderr).toBe(
        'small/Dockerfile: could not be written: the disk is full; the file is as it was\n',
      );
      expect(exit).toBe(3);
      expect(stdout).toContain('small/Dockerfile (not written)\n');
      expect(stdout).toContain('1 file: nothing written. 1 problem (see above).\n');
      expect(readdirSync(folder)).toEqual(['Dockerfile']);
      expect(box.read('small/Dockerfile') === LARGE).toBe(true);
    },
  );

  it('is the same for a limit on the size of files', () => {
    const box = createSandbox();
    box.write('Dockerfile', LARGE);
    box.write('z/Dockerfile', FIXABLE);
    // 100 blocks of 1024 bytes; Node ignores the signal that comes with the error.
    const { exit, stderr } = runProcess(WRITE, box.folder, ['bash', '-c', 'ulimit -f 100; exec "$@"', '-']);
    expect(stderr).toBe('Dockerfile: could not be written (EFBIG); the file is as it was\n');
    expect(exit).toBe(3);
    expect(box.read('Dockerfile') === LARGE).toBe(true);
    expect(temporaryFiles(box.folder)).toEqual([]);
    expect(box.read('z/Dockerfile')).toBe(FIXED);
  });
});

describe('the built command', () => {
  // Bundling changes what an import gives; what is loaded only when it is used has to be used to be seen.
  it('reads YAML and JSON configurations, and minds what they exclude', () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    box.write('b/Dockerfile', FIXABLE);
    box.write('c/Dockerfile', FIXABLE);
    box.write('.dockfixrc', 'exclude: [a/]\n');
    box.write(
      'b/package.json',
      '{ "dockfix": { "skip": ["replace-maintainer", "add-oci-labels", "add-healthcheck"] } }',
    );
    box.write('mine.yaml', 'offline: true\nskip: [add-oci-labels, add-healthcheck]\n');
    const { exit, stdout, stderr } = runProcess(['--config', 'mine.yaml'], box.folder);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(stdout).toContain('2 files: 1 would change (1 fix).');
    box.write('.dockfixrc', 'exlude: [a/]\n');
    expect(runProcess(['--offline'], box.folder).stderr).toContain('did you mean "exclude"?');
  });

  it('takes globs', () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    expect(runProcess(['--offline', '*/Docker*'], box.folder).stdout).toContain('1 file: 1 would change');
  });

  it('asks git what has changed', () => {
    const box = createSandbox();
    spawnSync('git', ['init', '-q'], { cwd: box.folder });
    box.write('a/Dockerfile', FIXABLE);
    expect(runProcess(['--offline', '--changed'], box.folder).stdout).toContain('1 file: 1 would change');
  });

  it('lists, explains, and asks the registry of the demo', () => {
    const box = createSandbox();
    expect(runProcess(['list'], box.folder).stdout).toContain('pin-image-digest');
    expect(runProcess(['explain', 'pin-image-digest'], box.folder).stdout).toMatch(/^\+FROM .*@sha256:/m);
    expect(runProcess(['demo'], box.folder).stdout).toMatch(/^\+FROM .*@sha256:/m);
    expect(runProcess(['--version'], box.folder).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('reports as JSON', () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { stdout } = runProcess(['--offline', '--json'], box.folder);
    expect(parseReport(stdout).files[0]!.status).toBe('changed');
  });
});

describe('the streams of a process', () => {
  it('may be closed early by the reader', () => {
    const box = createSandbox();
    for (let i = 0; i < 400; i++) box.write(`s${i}/Dockerfile`, FIXABLE);
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', '"$0" "$@" | head -n 1; echo "${PIPESTATUS[0]}"', process.execPath, DOCKFIX, '--offline'],
      { cwd: box.folder, encoding: 'utf8' },
    );
    expect(stdout).toBe('s0/Dockerfile\n0\n');
    expect(stderr).toBe('');
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that take nothing are said in one line, and nothing is left half done',
    () => {
      const box = createSandbox();
      box.write('a/Dockerfile', FIXABLE);
      box.write('b/Dockerfile', FIXABLE);
      const run = (...argv: readonly string[]): unknown => {
        const command = ['-c', 'exec "$0" "$@" >/dev/full', process.execPath, DOCKFIX, '--offline', ...argv];
        const { status, stderr } = spawnSync('bash', command, { cwd: box.folder, encoding: 'utf8' });
        return { status, stderr };
      };
      const stderr = 'dockfix: standard output could not be written: the disk is full\n';
      expect(run()).toEqual({ status: 3, stderr });
      expect(run('--check')).toEqual({ status: 3, stderr });
      expect(run('--json')).toEqual({ status: 3, stderr });
      expect(run('--write', '--yes')).toEqual({ status: 3, stderr });
      expect([box.read('a/Dockerfile'), box.read('b/Dockerfile')]).toEqual([FIXED, FIXED]);
    },
  );

  it('give standard input back fixed, byte for byte', () => {
    const box = createSandbox();
    const input = `\uFEFF${FIXABLE}`.replaceAll('\n', '\r\n');
    const { stdout, status } = spawnSync(process.execPath, [DOCKFIX, '--offline', '-'], {
      cwd: box.folder,
      input,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toBe(`\uFEFF${FIXED}`.replaceAll('\n', '\r\n'));
  });

  it('end with the exit code of the run', () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    expect(runProcess(['--offline', '--check'], box.folder)).toMatchObject({ exit: 1 });
    expect(runProcess(['--nonsense'], box.folder)).toMatchObject({ exit: 2 });
    expect(runProcess(['gone'], box.folder)).toMatchObject({ exit: 3 });
    box.write('Dockerfile', CLEAN);
    expect(runProcess(['--offline', '--check'], box.folder)).toMatchObject({ exit: 0 });
  });
});

/** A terminal of its own, from util-linux; answers come from a file. */
const hasScript = works('script', '--version');

describe.skipIf(!hasScript)(`on a real terminal${hasScript ? '' : ' (skipped: script is missing)'}`, () => {
  /** Types `typed` as soon as a question is asked. */
  async function onTerminal(
    box: Sandbox,
    argv: string,
    typed: string,
  ): Promise<{ screen: string; exit: number | null }> {
    const command = `"${process.execPath}" "${DOCKFIX}" ${argv}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: box.folder });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      if (screen.includes('[q]uit: ')) child.stdin.end(typed);
    });
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { screen, exit };
  }

  it('asks, in colours, and writes at y', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    const { screen, exit } = await onTerminal(box, '--offline --write', 'y\n');
    expect(exit).toBe(0);
    expect(screen).toContain('\x1b[32m+LABEL');
    expect(box.read('Dockerfile')).toBe(FIXED);
  });

  it('takes Ctrl-C at a question for an interruption', async () => {
    const box = createSandbox();
    box.write('a/Dockerfile', FIXABLE);
    box.write('b/Dockerfile', FIXABLE);
    const { exit } = await onTerminal(box, '--offline --write', '\x03');
    expect(exit).toBe(130);
    expect(box.read('a/Dockerfile')).toBe(FIXABLE);
    expect(box.read('b/Dockerfile')).toBe(FIXABLE);
  });
});
