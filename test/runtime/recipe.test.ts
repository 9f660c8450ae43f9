/**
 * The recipe of our own image, built for real on a look-alike of its base, and run as people run it. Only when it is
 * asked for: DOCKFIX_RUNTIME=1 npm test.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BASES, startBed } from './bases.ts';
import type { Bed } from './bases.ts';
import { asRoot, mustRun } from './commands.ts';
import type { Ran } from './commands.ts';
import { HARDENED } from './container.ts';
import { build, whyNoEngine } from './engine.ts';

const MINUTE = 60_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEBIAN = 'debian:bookworm-slim';
/** What `clean` of the engine takes away after a run that was killed. */
const IMAGE = 'dockfix-sample:recipe';
const why = process.env['DOCKFIX_RUNTIME'] === '1' ? whyNoEngine() : 'set DOCKFIX_RUNTIME=1';
const title = why === null ? 'our own image' : `our own image (skipped: ${why})`;

describe.skipIf(why !== null)(title, { timeout: 2 * MINUTE }, () => {
  let bed: Bed;
  /** Mounted where the image works. */
  let work: string;

  beforeAll(async () => {
    const recipe = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const [name] = /(?<=^FROM )\S+/m.exec(recipe)!;
    const bases = [
      ...BASES.filter((base) => base.name === DEBIAN),
      { name, from: { folder: 'node', seed: ROOT }, on: [DEBIAN] },
    ];
    bed = await startBed((line) => process.stderr.write(`${line}\n`), bases);
    const args = { folder: ROOT, tag: IMAGE, network: 'host', timeoutMs: 10 * MINUTE } as const;
    const built = await build(bed.engine, args);
    expect(built.code, built.stderr.slice(-4000)).toBe(0);
  }, 90 * MINUTE);
  afterAll(async () => {
    await bed?.engine.docker(['rmi', IMAGE]);
    await bed?.stop();
  }, 2 * MINUTE);

  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'dockfix-recipe-'));
    work = join(folder, 'work');
    mkdirSync(work);
    chmodSync(folder, 0o755);
    return async () => {
      // The container may have written into it.
      await mustRun(...asRoot('chown', ['-R', String(process.getuid!()), folder]));
      rmSync(folder, { recursive: true, force: true });
    };
  });

  const DOCKERFILE = `FROM ${DEBIAN}\nMAINTAINER Jane Roe <jane@example.com>\nCMD ["bash"]\n`;
  const write = (): void => writeFileSync(join(work, 'Dockerfile'), DOCKERFILE);
  const read = (): string => readFileSync(join(work, 'Dockerfile'), 'utf8');
  const start = (words: readonly string[], args: readonly string[], network = 'none'): Promise<Ran> =>
    bed.engine.docker(['run', '--rm', `--network=${network}`, ...HARDENED, ...words, IMAGE, ...args]);

  // Mutation: the Dockerfile has no USER.
  it('says its version, as nobody in particular, with nothing to write on', async () => {
    // Our own package.json.
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await start([], ['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const id = await start(['--entrypoint=id'], []);
    expect(id.stdout).toMatch(/^uid=1000\S* gid=1000\S*(?: groups=1000\S*)?\n$/);
  });

  it('shows what it would change in a folder that belongs to somebody else, and changes nothing', async () => {
    write();
    const ran = await start([`--volume=${work}:/work:ro`], ['--offline', '.']);
    expect(ran.stdout).toContain('-MAINTAINER Jane Roe <jane@example.com>');
    expect(ran.code, ran.stderr).toBe(0);
    expect(read()).toBe(DOCKERFILE);
    expect((await start([`--volume=${work}:/work:ro`], ['--check', '--offline'])).code).toBe(1);
  });

  it('writes as whoever runs it', async () => {
    write();
    await mustRun(...asRoot('chown', ['-R', '1234:1234', work]));
    const ran = await start(
      [`--volume=${work}:/work`, '--user=1234:1234'],
      ['--offline', '--write', '--yes'],
    );
    expect(ran.code, ran.stderr).toBe(0);
    expect(read()).toContain('org.opencontainers.image.authors="Jane Roe <jane@example.com>"');
    expect(statSync(join(work, 'Dockerfile')).uid).toBe(1234);
  });

  // Mutation: /state belongs to root in the Dockerfile.
  it('runs the bot on a clone with its own git, and keeps its state in a volume', async () => {
    write();
    writeFileSync(join(work, '..', 'operator.yaml'), bed.config);
    const git = (...words: string[]): Promise<unknown> =>
      mustRun('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: work });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'Start');
    await mustRun(...asRoot('chown', ['-R', '1000:1000', work]));
    const ran = await start(
      [
        `--volume=${work}:/work`,
        '--volume=/state',
        `--volume=${join(work, '..', 'operator.yaml')}:/etc/operator.yaml:ro`,
      ],
      [
        'bot',
        '--repo',
        '/work',
        '--state',
        '/state/state.json',
        '--config',
        '/etc/operator.yaml',
        '--no-packages',
      ],
      // The registry listens on the loopback of this machine.
      'host',
    );
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const branches = await mustRun(
      ...asRoot('git', ['-c', 'safe.directory=*', '-C', work, 'log', '--all', '--format=%s']),
    );
    expect(branches.stdout).toContain(`build(docker): pin ${DEBIAN} to its digest`);
  });
});
