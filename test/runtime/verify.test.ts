/**
 * `dockfix verify` and `--write --verify` with a real engine: what is seen is what is there, and nothing stays. Only when
 * it is asked for: DOCKFIX_RUNTIME=1 npm test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVerifier } from '../../src/app/verify/verify.ts';
import type { Check, Verification } from '../../src/core/verification.ts';
import { openEngine } from '../../src/engine/open.ts';
import { DOCKFIX, ensureBuilt } from '../cli/built.ts';
import { parseVerification } from '../report/verify-schema.ts';
import { runDockfix } from '../support/run.ts';
import { subject } from '../verify/fake-engine.ts';
import { startBed } from './bases.ts';
import type { Bed } from './bases.ts';
import { pause } from './commands.ts';
import { whyNoEngine } from './engine.ts';
import { copySample, readSamples } from './samples.ts';

const MINUTE = 60_000;
const why = process.env['DOCKFIX_RUNTIME'] === '1' ? whyNoEngine() : 'set DOCKFIX_RUNTIME=1';
const title =
  why === null ? 'the proof with a real engine' : `the proof with a real engine (skipped: ${why})`;

/** Samples whose rewrite is to pass, one a stack; the engine finds pinned images of Docker Hub only. */
const SAMPLES = ['go-scratch', 'java-jar', 'nginx-static', 'node-express', 'python-volume', 'ruby-webrick'];

describe.skipIf(why !== null)(title, () => {
  let bed: Bed;
  let folder: string;
  let before: string;
  const children: number[] = [];

  beforeAll(async () => {
    ensureBuilt();
    bed = await startBed((line) => process.stderr.write(`${line}\n`));
    before = await inventory();
  }, 60 * MINUTE);
  afterAll(() => bed?.stop(), 2 * MINUTE);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockfix-runtime-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    expect(await inventory(), 'nothing is left in the engine').toBe(before);
    // Other test files have runs of their own under way.
    const own = [process.pid, ...children].map((pid) => `-${pid}-`);
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('dockfix-verify-'));
    expect(left.filter((name) => own.some((mark) => name.includes(mark)))).toEqual([]);
  }, MINUTE);

  const inventory = async (): Promise<string> => {
    const lists = [
      ['ps', '--all', '--quiet'],
      ['network', 'ls', '--quiet'],
      ['volume', 'ls', '--quiet'],
    ];
    const said = await Promise.all(lists.map((words) => bed.engine.mustDocker(words)));
    const images = await bed.engine.mustDocker(['images', '--format', '{{.Repository}}:{{.Tag}}']);
    return [...said, ...images.split('\n').sort()].join('\n');
  };

  const words = (): string[] => {
    const config = join(folder, '..', `${folder.split('/').at(-1)}.yaml`);
    writeFileSync(config, bed.config);
    return ['--config', config, '--no-cache', '--build-network', 'none'];
  };
  const env = (): Record<string, string> => ({ ...bed.engine.env, PATH: process.env['PATH'] ?? '' });
  const dockfix = async (argv: readonly string[]) => {
    const flags = words();
    try {
      return await runDockfix([...argv, ...flags], folder, env());
    } finally {
      rmSync(flags[1]!, { force: true });
    }
  };
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };

  it.each(SAMPLES)(
    '%s passes, and what is seen of it is right',
    async (name) => {
      const sample = readSamples().find((one) => one.name === name)!;
      copySample(sample, folder);
      const ran = await dockfix(['verify', '--json', 'Dockerfile']);
      const [row] = parseVerification(ran.stdout).rows as [Verification];
      expect(row, JSON.stringify(row, null, 1)).toMatchObject({ status: 'passed' });
      expect(ran.exit).toBe(0);
      expect(cell(row, 'start').before).toBe('stays up');
      expect(cell(row, 'user').before).toBe(sample.uid === 0 ? 'root' : String(sample.uid));
      expect(cell(row, 'user').after).not.toBe('root');
      if ('port' in sample.probe) expect(cell(row, 'ports').before).toContain(String(sample.probe.port));
      expect(cell(row, 'http').after).toMatch(/\d{3}/);
      if (sample.stops === true) expect(cell(row, 'stop').before).toMatch(/ in \d\.\d s$/);
      if (sample.stops === false) expect(cell(row, 'stop').before).toBe('has to be killed');
      expect(cell(row, 'libraries').verdict).toBe('same');
    },
    5 * MINUTE,
  );

  it(
    '--write --verify keeps what passes and takes back the fix that fails',
    async () => {
      write({
        Dockerfile:
          'FROM node:20-slim\nMAINTAINER Jane Roe <jane@example.com>\nWORKDIR /app\nCOPY server.js ./\nEXPOSE 3000\nCMD ["node", "server.js"]\n',
        // Where it writes cannot be read from the source.
        'server.js': `const fs = require('fs');
fs['write' + 'FileSync'](Buffer.from('L2V0Yy94', 'base64').toString(), 'x');
require('http').createServer((q, r) => r.end('hi')).listen(3000);
process.on('SIGTERM', () => process.exit(0));
`,
      });
      const ran = await dockfix(['--write', '--verify', '--yes', 'Dockerfile']);
      expect(ran.exit, ran.stderr).toBe(0);
      const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
      expect(text).toMatch(/^FROM node:20-slim@sha256:/);
      expect(text).toContain('HEALTHCHECK');
      expect(text).not.toContain('USER');
      expect(ran.stdout).toContain('add-user');
      expect(ran.stdout).toContain('ends with 1 after');
    },
    5 * MINUTE,
  );

  it(
    'a service finds what it depends on by its name, and one that needs an image that is not there is not judged',
    async () => {
      write({
        Dockerfile:
          'FROM node:20-slim\nCOPY server.js /\nUSER 1000:1000\nEXPOSE 3000\nCMD ["node", "/server.js"]\n',
        'server.js': `const s = require('net').connect(6379, process.env.CACHE);
s.on('connect', () => require('http').createServer((q, r) => r.end('hi')).listen(3000));
s.on('error', (error) => { console.error(String(error)); process.exit(3); });
process.on('SIGTERM', () => process.exit(0));
`,
        'compose.yaml': `services:
  web: { build: ., environment: { CACHE: cache }, depends_on: [cache] }
  alone: { build: ., environment: { CACHE: cache } }
  lost: { build: ., depends_on: [db] }
  cache: { image: "redis:7" }
  db: { image: "images.example.com/never:1" }
`,
      });
      const ran = await dockfix(['verify', '--json', 'Dockerfile']);
      const rows = parseVerification(ran.stdout).rows;
      expect(rows.map(({ service, status }) => [service, status])).toEqual([
        ['web', 'passed'],
        ['alone', 'not-judged'],
        ['lost', 'not-judged'],
      ]);
      expect(rows[1]!.reason).toContain('the original ends with 3');
      expect(rows[2]!.reason).toContain('needs db');
      expect(ran.exit).toBe(3);
    },
    5 * MINUTE,
  );

  it(
    'sees a shared library that is gone, a mode that changed, a server that is not to be reached, a check that fails',
    async () => {
      const server = (host: string): string =>
        `CMD ["node", "-e", "require('http').createServer((q, r) => r.end()).listen(3000, '${host}')"]\n`;
      const original = `FROM node:20-slim\nEXPOSE 3000\n${server('0.0.0.0')}`;
      const checks = async (text: string): Promise<readonly Check[]> =>
        (await compare(original, text)).checks;
      const library = await checks(
        `FROM node:20-slim\nRUN rm /usr/lib/*/libselinux.so.1\n${server('0.0.0.0')}`,
      );
      expect(find(library, 'libraries')).toMatchObject({ verdict: 'worse' });
      expect(find(library, 'libraries').notes.join()).toContain('libselinux.so.1');
      const mode = await checks(
        `FROM node:20-slim\nRUN chmod 700 /srv && rm /etc/issue\n${server('0.0.0.0')}`,
      );
      expect(find(mode, 'files').notes).toEqual(
        expect.arrayContaining(['gone: /etc/issue', 'mode: /srv 0755 → 0700']),
      );
      const inside = await checks(`FROM node:20-slim\n${server('127.0.0.1')}`);
      expect(find(inside, 'ports')).toMatchObject({
        verdict: 'worse',
        before: '3000',
        after: '3000 (inside)',
      });
      const check = await checks(`FROM node:20-slim\nHEALTHCHECK CMD false\n${server('0.0.0.0')}`);
      expect(find(check, 'health')).toMatchObject({ verdict: 'worse', after: 'unhealthy' });
    },
    8 * MINUTE,
  );

  it(
    'Ctrl-C in the middle of a build leaves nothing',
    async () => {
      write({ Dockerfile: 'FROM alpine:3.20\nMAINTAINER Jane\nRUN echo begun && sleep 120\nCMD ["true"]\n' });
      const flags = words();
      const child = spawn(process.execPath, [DOCKFIX, 'verify', 'Dockerfile', ...flags], {
        cwd: folder,
        env: { ...env(), XDG_CONFIG_HOME: '/nonexistent', HOME: folder },
        stdio: 'ignore',
      });
      children.push(child.pid!);
      const ended = once(child, 'exit');
      await pause(6000);
      child.kill('SIGINT');
      expect(await ended).toEqual([130, null]);
      rmSync(flags[1]!, { force: true });
    },
    MINUTE,
  );

  /** Two texts, without the fixes of dockfix. */
  const compare = async (original: string, text: string): Promise<Verification> => {
    const opened = await openEngine({
      name: 'docker',
      env: env(),
      excluded: [],
      signal: new AbortController().signal,
      mustRun: true,
    });
    let files = 0;
    try {
      const verifier = createVerifier({
        engine: opened.engine,
        clock: { nowMs: () => performance.now(), pause },
        keepImages: false,
        writeFile: (path, content) => {
          const file = join(opened.folder, `${++files}-${path.replaceAll('/', '-')}`);
          writeFileSync(file, content);
          return Promise.resolve(file);
        },
        hide: (shown) => shown,
        progress: () => {},
      });
      const one = subject({ context: folder, timeoutMs: 2 * MINUTE, buildNetwork: 'none' });
      return await verifier.compare(one, await verifier.baseline(one, original), text);
    } finally {
      expect(await opened.close()).toEqual([]);
    }
  };
});

function find(checks: readonly Check[], id: Check['id']): Check {
  return checks.find((check) => check.id === id)!;
}

function cell(row: Verification, id: Check['id']): Check {
  return find(row.checks, id);
}
