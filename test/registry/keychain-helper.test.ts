/** Helpers as real processes (CRED-4, SEC-16): what is run, what never is, and how it is ended. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHelperProcess } from '../../src/registry/keychain/helper-process.ts';
import type { HelperProcessOptions } from '../../src/registry/keychain/helper-process.ts';
import type { HelperOutcome } from '../../src/registry/keychain/helper.ts';

let folder: string;
let bin: string;
let repository: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-helper-')));
  bin = join(folder, 'bin');
  repository = join(folder, 'repository');
  for (const path of [bin, repository]) mkdirSync(path);
  return () => rmSync(folder, { recursive: true, force: true });
});

function script(path: string, body: string, mode = 0o755): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, mode);
  return path;
}

const SYSTEM = ['/usr/bin', '/bin'];

function run(
  folders: readonly string[],
  options: Partial<HelperProcessOptions> = {},
  program = 'docker-credential-x',
): Promise<HelperOutcome> {
  const path = [...folders, ...SYSTEM].join(delimiter);
  return createHelperProcess({
    env: { PATH: path, HELPER_TEST: 'kept' },
    cwd: '/',
    excluded: [repository],
    ...options,
  })(program, 'https://index.docker.io/v1/');
}

const said = (stdout: string): HelperOutcome => ({ kind: 'ended', code: 0, stdout });

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      // A process that has ended but that nobody has waited for is gone for our purpose.
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return true;
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

describe('a helper', () => {
  it('CRED-4: gets "get" as its only argument and the server as its input, without a line end', async () => {
    script(join(bin, 'docker-credential-x'), 'echo "$#:$1"; cat; echo .; pwd; echo "$HELPER_TEST"');
    expect(await run([bin])).toEqual(said('1:get\nhttps://index.docker.io/v1/.\n/\nkept\n'));
  });

  it('CRED-4: is run without a shell: what looks like a command is a name', async () => {
    // Red when spawn is given shell: true.
    const odd = join(folder, 'a b;touch touched $(exit)');
    script(join(odd, 'docker-credential-x'), 'cat; touch ../touched-by-helper');
    expect(await run([odd], { cwd: odd })).toEqual(said('https://index.docker.io/v1/'));
    expect(readFileSync(join(folder, 'touched-by-helper'), 'utf8')).toBe('');
    expect(await run([odd], {}, `docker-credential-x; touch ${join(folder, 'touched')}`)).toEqual({
      kind: 'missing',
    });
    expect(() => readFileSync(join(folder, 'touched'))).toThrow();
  });

  it('says its exit code with what it wrote', async () => {
    script(join(bin, 'docker-credential-x'), 'echo "credentials not found in native keychain"; exit 1');
    expect(await run([bin])).toEqual({
      kind: 'ended',
      code: 1,
      stdout: 'credentials not found in native keychain\n',
    });
  });

  it('may end without reading its input', async () => {
    script(join(bin, 'docker-credential-x'), 'exec <&-; exit 3');
    expect(await run([bin])).toMatchObject({ kind: 'ended', code: 3 });
  });

  it('CRED-4: that writes a secret to standard error writes it to nobody', async () => {
    // Red when the third stdio is "inherit" or is read.
    script(join(bin, 'docker-credential-x'), 'echo CANARY >&2; readlink /proc/$$/fd/2');
    expect(await run([bin])).toEqual(said('/dev/null\n'));
  });

  it('CRED-4: that hangs is ended, with everything that it has started', { timeout: 20_000 }, async () => {
    // Red when only the process itself is killed, not its group.
    script(
      join(bin, 'docker-credential-x'),
      `sleep 60 & echo $! > ${join(folder, 'pid')}; echo $$ >> ${join(folder, 'pid')}; wait`,
    );
    const outcome = await run([bin], { timeoutMs: 2000 });
    expect(outcome).toEqual({ kind: 'timeout', afterMs: 2000 });
    const pids = readFileSync(join(folder, 'pid'), 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(await isGone(pid), String(pid)).toBe(true);
  });

  it('CRED-4: that writes a megabyte is ended at 64 KiB', async () => {
    script(
      join(bin, 'docker-credential-x'),
      `echo $$ > ${join(folder, 'pid')}; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done`,
    );
    expect(await run([bin])).toEqual({ kind: 'too-large', maxBytes: 65_536 });
    expect(await isGone(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(true);
  });

  it(
    'that leaves a process behind which holds its output is not waited for',
    { timeout: 20_000 },
    async () => {
      script(join(bin, 'docker-credential-x'), `sleep 60 & echo $! > ${join(folder, 'pid')}; echo done`);
      expect(await run([bin])).toEqual(said('done\n'));
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    },
  );

  it('that cannot be started is no exception', async () => {
    writeFileSync(join(bin, 'docker-credential-x'), '#!/no/such/interpreter\n', { mode: 0o755 });
    expect(await run([bin])).toEqual({ kind: 'unusable', code: 'ENOENT' });
    expect(await run([bin], {}, 'docker-credential-nobody')).toEqual({ kind: 'missing' });
  });
});

describe('which program is run', () => {
  it('is the first in PATH that is a file and executable', async () => {
    const later = join(folder, 'later');
    mkdirSync(join(bin, 'docker-credential-x'));
    mkdirSync(join(folder, 'between'));
    writeFileSync(join(folder, 'between', 'docker-credential-x'), 'not executable', { mode: 0o644 });
    script(join(later, 'docker-credential-x'), 'echo later');
    expect(await run([bin, join(folder, 'between'), later])).toEqual(said('later\n'));
  });

  it.each<[string, () => readonly string[]]>([
    [
      'in a folder of the repository that is in PATH',
      () => [
        join(script(join(repository, 'node_modules', '.bin', 'docker-credential-x'), 'echo evil'), '..'),
      ],
    ],
    [
      'in the repository itself',
      () => [join(script(join(repository, 'docker-credential-x'), 'echo evil'), '..')],
    ],
    [
      'behind a link to a folder of the repository',
      () => {
        script(join(repository, 'tools', 'docker-credential-x'), 'echo evil');
        symlinkSync(join(repository, 'tools'), join(folder, 'linked'));
        return [join(folder, 'linked')];
      },
    ],
    [
      'behind a link to a file of the repository',
      () => {
        script(join(repository, 'docker-credential-x'), 'echo evil');
        mkdirSync(join(folder, 'links'));
        symlinkSync(join(repository, 'docker-credential-x'), join(folder, 'links', 'docker-credential-x'));
        return [join(folder, 'links')];
      },
    ],
    [
      'on a way through the repository and out again',
      () => {
        script(join(folder, 'outside', 'docker-credential-x'), 'echo evil');
        symlinkSync(join(folder, 'outside'), join(repository, 'out'));
        return [join(repository, 'out')];
      },
    ],
  ])('SEC-16: is never one %s', async (_, arrange) => {
    // Red when isOutside says true for everything.
    const folders = arrange();
    expect(await run(folders)).toEqual({ kind: 'missing' });
    script(join(bin, 'docker-credential-x'), 'echo good');
    expect(await run([...folders, bin])).toEqual(said('good\n'));
  });

  // Red when realPlaces() gives the paths as they are.
  it('SEC-16: is none of a repository that is itself reached by a link', async () => {
    script(join(repository, 'docker-credential-x'), 'echo evil');
    symlinkSync(repository, join(folder, 'link-to-repository'));
    expect(await run([repository], { excluded: [join(folder, 'link-to-repository')] })).toEqual({
      kind: 'missing',
    });
  });

  it('SEC-16: relative and empty entries of PATH, which mean the current folder, do not count', async () => {
    // Red when safeFolders keeps what is not absolute.
    script(join(process.cwd(), 'node_modules', '.dockfix-test', 'docker-credential-x'), 'echo evil');
    try {
      for (const entry of ['', '.', 'node_modules/.dockfix-test', './node_modules/.dockfix-test']) {
        expect(await run([entry], { excluded: [] }), entry).toEqual({ kind: 'missing' });
      }
    } finally {
      rmSync(join(process.cwd(), 'node_modules', '.dockfix-test'), { recursive: true });
    }
  });

  it('SEC-16: a helper finds no program of the repository either', async () => {
    // Red when the child gets the PATH as it was.
    script(join(repository, 'bin', 'gpg'), 'echo evil');
    script(join(bin, 'docker-credential-x'), 'echo "$PATH"; command -v gpg | grep repository; exit 0');
    expect(await run([join(repository, 'bin'), '.', bin])).toEqual(
      said(`${[bin, ...SYSTEM].join(delimiter)}\n`),
    );
  });
});
