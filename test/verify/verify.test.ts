/** The use case, over an engine in memory: what is measured, what is compared, what is said. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVerifier } from '../../src/app/verify/verify.ts';
import type { VerifierOptions } from '../../src/app/verify/verify.ts';
import type { Subject } from '../../src/app/verify/subject.ts';
import type { CheckId, Verification } from '../../src/core/verification.ts';
import type { BuildRequest } from '../../src/engine/engine.ts';
import { createFakeEngine, failure, subject } from './fake-engine.ts';
import type { Behaviour, FakeEngine } from './fake-engine.ts';
import { elf, tar } from './images.ts';

const PORT = [{ port: 8080, loopback: false }];

function setUp(fake: FakeEngine, changes: Partial<VerifierOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dockfix-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return createVerifier({
    engine: fake.engine,
    clock: fake.clock,
    keepImages: false,
    writeFile(path, text) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return Promise.resolve(file);
    },
    hide: (text) => text.replaceAll('hunter2', '***'),
    progress: () => {},
    ...changes,
  });
}

async function judge(
  before: Behaviour | ReturnType<typeof failure>,
  after: Behaviour | ReturnType<typeof failure>,
  changes: Partial<VerifierOptions> = {},
  one: Subject = subject(),
): Promise<Verification & { readonly fake: FakeEngine }> {
  const fake = createFakeEngine({ image: (text) => (text === 'before' ? before : after) });
  const verifier = setUp(fake, changes);
  const baseline = await verifier.baseline(one, 'before');
  const row = await verifier.compare(one, baseline, 'after');
  await verifier.forget(baseline);
  expect([...fake.alive], 'nothing is left').toEqual([]);
  return { ...row, fake };
}

function verdicts(row: Verification): Record<string, string> {
  return Object.fromEntries(row.checks.map(({ id, verdict }) => [id, verdict]));
}

describe('a rewrite that does the same', () => {
  it('passes every check', async () => {
    const same: Behaviour = { ports: PORT };
    const row = await judge(same, same);
    expect(row.status).toBe('passed');
    expect(new Set(Object.values(verdicts(row)))).toEqual(new Set(['same']));
    expect(row.checks.map(({ id }) => id)).toEqual([
      ...['build', 'build-time', 'size', 'layers', 'files', 'libraries'],
      ...['start', 'user', 'ports', 'http', 'health', 'stop', 'hardened'],
    ]);
  });

  it('passes when it is better: no root, healthy, ends by its signal', async () => {
    const row = await judge(
      { ports: PORT, stop: { elapsedMs: 10_200, exitCode: 137, killed: true } },
      { ports: PORT, uid: 1000, config: { healthcheck: ['CMD', 'true'] } },
    );
    expect(row.status).toBe('passed');
    expect(verdicts(row)).toMatchObject({ user: 'better', health: 'better', stop: 'better' });
  });
});

describe('a rewrite that breaks something is a regression', () => {
  const up: Behaviour = { ports: PORT };
  const cases: readonly (readonly [string, Behaviour, Behaviour, string])[] = [
    ['it ends', up, { ends: { afterMs: 500, code: 1, says: 'EACCES' } }, 'start'],
    ['it ends a little later', up, { ports: PORT, ends: { afterMs: 4000, code: 1, says: '' } }, 'start'],
    ['it does not listen', up, { ports: [] }, 'ports'],
    ['it listens for itself only', up, { ports: [{ port: 8080, loopback: true }] }, 'ports'],
    ['it answers otherwise', up, { ports: PORT, answer: () => ({ kind: 'status', status: 500 }) }, 'http'],
    [
      'its new check fails',
      up,
      { ports: PORT, health: 'unhealthy', config: { healthcheck: ['CMD', 'false'] } },
      'health',
    ],
    [
      'it does not heed the signal any more',
      up,
      { ports: PORT, stop: { elapsedMs: 10_100, exitCode: 137, killed: true } },
      'stop',
    ],
    ['it becomes root', { ...up, uid: 1000 }, { ...up, uid: 0 }, 'user'],
    [
      'the hardened run ends',
      up,
      { ...up, hardened: { ends: { afterMs: 100, code: 1, says: '' } } },
      'hardened',
    ],
  ];
  it.each(cases)('when %s', async (_, before, after, check) => {
    const row = await judge(before, after);
    expect(row.status).toBe('regression');
    expect(verdicts(row)[check]).toBe('worse');
    expect(row.reason).not.toBe('');
  });

  it('and shows the last lines of the container, without secrets and control characters', async () => {
    const says = 'starting\n\x1b[31mpassword hunter2\x1b[0m\u202e\nEACCES: /app/data\n';
    const row = await judge(up, { ends: { afterMs: 500, code: 1, says } });
    expect(row.output).toEqual(['starting', 'password ***', 'EACCES: /app/data']);
  });
});

describe('what differs and is no reason to fail', () => {
  const config = (sizeBytes: number, layers: number): Behaviour => ({ config: { sizeBytes, layers } });

  it('is the size, told with its part, and the layers', async () => {
    const smaller = await judge(config(400_000_000, 9), config(40_000_000, 3));
    expect(smaller.status).toBe('passed');
    expect(smaller.checks).toContainEqual({
      ...{ id: 'size', verdict: 'better', notes: [] },
      ...{ before: '400 MB', after: '40 MB (−90%)' },
    });
    expect(verdicts(smaller)).toMatchObject({ layers: 'changed' });
    expect(verdicts(await judge(config(40_000_000, 3), config(60_000_000, 3)))).toMatchObject({
      ...{ size: 'changed', layers: 'same' },
    });
    expect(verdicts(await judge(config(40_000_000, 3), config(40_010_000, 3)))['size']).toBe('same');
    // Not every engine tells.
    expect(verdicts(await judge(config(0, 3), config(40_000_000, 3)))['size']).toBe('unknown');
  });

  it('is a file that is gone or has another mode', async () => {
    const before = tar([{ path: 'app/a' }, { path: 'app/b', mode: 0o644 }, { path: 'etc/c' }]);
    const gone = tar([{ path: 'app/b', mode: 0o600 }, { path: 'etc/c' }]);
    const row = await judge({ files: before }, { files: gone });
    expect(row.status).toBe('passed');
    expect(row.checks).toContainEqual({
      ...{ id: 'files', verdict: 'changed', before: '3', after: '1 gone, 1 with another mode' },
      notes: ['gone: /app/a', 'mode: /app/b 0644 → 0600'],
    });
    const one = await judge({ files: before }, { files: tar([{ path: 'app/b' }, { path: 'etc/c' }]) });
    expect(one.checks.find(({ id }) => id === 'files')).toMatchObject({ after: '1 gone' });
  });
});

describe('a shared library that is gone', () => {
  it('is a regression that names who needs it', async () => {
    const app = { path: 'app/server', mode: 0o755, content: elf({ needed: ['libpq.so.5'] }) };
    const library = { path: 'usr/lib/libpq.so.5', mode: 0o644, content: elf({ needed: [] }) };
    const row = await judge({ files: tar([app, library]) }, { files: tar([app]) });
    expect(row.status).toBe('regression');
    expect(row.reason).toBe('shared libraries: all found before, 1 missing after');
    expect(row.checks.find(({ id }) => id === 'libraries')!.notes).toEqual([
      '/app/server needs libpq.so.5, which is not there any more',
    ]);
  });

  it('is none where the archive cannot be read', async () => {
    const row = await judge({ files: new Uint8Array(700).fill(65) }, {});
    expect(verdicts(row)).toMatchObject({ files: 'unknown', libraries: 'unknown' });
  });
});

describe('an original that does not work', () => {
  it('and does not build was broken before; nothing else is built', async () => {
    const row = await judge(failure('failed', 'npm ERR! boom'), {});
    expect(row).toMatchObject({ status: 'broken-before', output: ['npm ERR! boom'] });
    expect(row.fake.calls.filter((call) => call.startsWith('build'))).toHaveLength(1);
  });

  it.each(['network', 'login', 'disk', 'timeout', 'unreachable', 'interrupted'] as const)(
    'for a reason around it (%s) is not judged',
    async (kind) => {
      expect((await judge(failure(kind), {})).status).toBe('not-judged');
    },
  );

  it('and ends by itself is compared honestly', async () => {
    const ends = { afterMs: 500, code: 3, says: 'no DATABASE_URL' };
    const row = await judge({ ends }, { ends });
    expect(row).toMatchObject({ status: 'not-judged', output: ['no DATABASE_URL'] });
    expect(row.reason).toContain('the original ends with 3 here, so only the builds could be compared');
    expect((await judge({ ends }, { ends: { afterMs: 500, code: 1, says: '' } })).status).toBe('not-judged');
    expect((await judge({ ends }, failure('failed'))).status).toBe('regression');
    expect((await judge({ ends }, { ports: PORT })).checks).toContainEqual(
      expect.objectContaining({ id: 'start', verdict: 'better' }),
    );
  });

  it('and is not even started by the engine is not judged, with the words of the engine', async () => {
    const fake = createFakeEngine({ image: () => ({ ports: PORT }) });
    const start = () => Promise.resolve(failure('failed', 'crun: setrlimit: Operation not permitted'));
    const verifier = setUp({ ...fake, engine: { ...fake.engine, start } });
    const row = await verifier.compare(subject(), await verifier.baseline(subject(), 'before'), 'after');
    expect(row).toMatchObject({
      status: 'not-judged',
      output: ['crun: setrlimit: Operation not permitted'],
    });
    expect(row.reason).toContain('the engine does not start the original here');
  });

  it('a job that ends with 0 has to end with 0', async () => {
    const done = { ends: { afterMs: 500, code: 0, says: 'done' } };
    expect((await judge(done, done)).status).toBe('passed');
    expect((await judge(done, { ends: { afterMs: 500, code: 1, says: '' } })).status).toBe('regression');
  });
});

describe('a rewritten file that does not build', () => {
  it('is shown without what the engine says of its own doings', async () => {
    const output = [
      '#3 sha256:36da5bc7b73124ef6710e57f9100e61f3154e997e5ea98de7d437dd51e9cb44a',
      '#3 DONE 0.0s',
      '#4 CACHED',
      '#5 [internal] load build context',
      '#7 [3/3] RUN make site',
      '#7 0.466 /bin/sh: 1: make: not found',
      '------',
    ].join('\n');
    expect((await judge({}, failure('failed', output))).output).toEqual([
      '#7 [3/3] RUN make site',
      '#7 0.466 /bin/sh: 1: make: not found',
    ]);
  });

  it('is a regression with what the build said last', async () => {
    const row = await judge({ ports: PORT }, failure('failed', 'COPY failed: no such file'));
    expect(row).toMatchObject({ status: 'regression', output: ['COPY failed: no such file'] });
  });

  it('in time, where the original did, is a regression', async () => {
    expect((await judge({}, failure('timeout'))).status).toBe('regression');
  });

  it.each(['network', 'login', 'disk', 'unreachable'] as const)(
    'for a reason around it (%s) is not judged',
    async (kind) => {
      expect((await judge({}, failure(kind))).status).toBe('not-judged');
    },
  );
});

describe('the engine', () => {
  it('that dies in the middle makes nothing of the file', async () => {
    const fake = createFakeEngine({ image: () => ({ ports: PORT }) });
    const verifier = setUp(fake);
    const baseline = await verifier.baseline(subject(), 'before');
    fake.break(failure('unreachable', 'Cannot connect'));
    const row = await verifier.compare(subject(), baseline, 'after');
    expect(row).toMatchObject({ status: 'not-judged', output: ['Cannot connect'] });
  });

  it('is asked nothing for a row that cannot be judged', async () => {
    const fake = createFakeEngine({ image: () => ({}) });
    const baseline = await setUp(fake).baseline(subject({ blocked: 'needs db' }), 'before');
    expect(baseline).toMatchObject({ ok: false, verification: { status: 'not-judged', reason: 'needs db' } });
    expect(fake.calls).toEqual([]);
  });

  it('starts nothing with onlyBuild', async () => {
    const row = await judge({}, {}, {}, subject({ onlyBuild: true }));
    expect(row.checks.map(({ id }) => id)).toEqual(['build', 'build-time', 'size', 'layers']);
    expect(row.fake.calls.filter((call) => /^(?:create|start)/.test(call))).toEqual([]);
  });

  it('gets what the row says, and runs without a network when it can make none', async () => {
    const fake = createFakeEngine({ image: () => ({ ports: PORT }) });
    const engine = { ...fake.engine, createNetwork: () => Promise.resolve(failure('failed')) };
    const one = subject({
      service: 'web',
      env: new Map([['A', 'b']]),
      command: ['serve'],
      volumes: [{ source: null, target: '/data', readOnly: false }],
    });
    await setUp({ ...fake, engine }).baseline(one, 'before');
    const started = fake.requests.filter(({ command }) => command?.[0] === 'serve');
    expect(started.map(({ hardened }) => hardened)).toEqual([false, true]);
    expect(started[0]).toMatchObject({
      network: null,
      aliases: ['web'],
      volumes: [{ source: expect.stringMatching(/^volume-/) as string, target: '/data' }],
    });
    expect(started[0]!.env.get('A')).toBe('b');
  });

  it('is asked for the paths that the row names, beside / and those of the health check', async () => {
    const asked: string[] = [];
    const fake = createFakeEngine({
      image: () => ({
        ports: PORT,
        config: { healthcheck: ['CMD', 'wget', 'http://127.0.0.1:8080/live'] },
        answer(path) {
          asked.push(path);
          return { kind: 'status', status: 200 };
        },
      }),
    });
    const one = subject({ paths: ['/api/items?page=1', '/'] });
    await setUp(fake).baseline(one, 'before');
    expect([...new Set(asked)]).toEqual(['/', '/api/items?page=1', '/live']);
  });

  it('is not asked for what does not count, and what does not count fails nothing', async () => {
    const worse: Behaviour = {
      ports: PORT,
      uid: 0,
      stop: { elapsedMs: 10_100, exitCode: 137, killed: true },
    };
    const skip = new Set<CheckId>(['user', 'stop', 'hardened', 'files', 'libraries']);
    const row = await judge({ ports: PORT, uid: 1000 }, worse, {}, subject({ skip }));
    expect(row.status).toBe('passed');
    expect(row.checks.map(({ id }) => id)).toEqual([
      ...['build', 'build-time', 'size', 'layers', 'start', 'ports', 'http', 'health'],
    ]);
    expect(row.fake.requests.map(({ hardened }) => hardened)).toEqual([false, false]);
    expect(row.fake.calls).not.toContain('export');
    expect((await judge({ ports: PORT, uid: 1000 }, worse)).status).toBe('regression');
  });

  it('builds, lists and runs for the platform of the row', async () => {
    const platforms = new Set<string | null>();
    const fake = createFakeEngine({ image: () => ({ ports: PORT }) });
    const engine = {
      ...fake.engine,
      build: (request: BuildRequest) => {
        platforms.add(request.platform);
        return fake.engine.build(request);
      },
    };
    await setUp({ ...fake, engine }).baseline(subject({ platform: 'linux/arm64' }), 'before');
    for (const request of fake.requests) platforms.add(request.platform);
    expect([...platforms]).toEqual(['linux/arm64']);
    expect(fake.requests).toHaveLength(3);
  });

  it('keeps both images when they are asked for', async () => {
    const row = await judge({}, {}, { keepImages: true });
    expect(row.kept).toEqual(['dockfix-kept:dockerfile-before', 'dockfix-kept:dockerfile-after']);
  });
});
