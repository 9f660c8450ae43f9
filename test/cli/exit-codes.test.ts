/** Exit codes, one by one and against each other: 4 > 2 > 3 > 1 > 0. */
import { expect, it } from 'vitest';
import { createProblems } from '../../src/cli/problems.ts';
import { EXIT, worse } from '../../src/cli/exit-codes.ts';
import type { Transform } from '../../src/core/types.ts';
import { transforms } from '../../transforms/index.ts';
import { startDemoRegistry } from '../../src/cli/demo-registry.ts';
import { CLEAN, FIXABLE, FIXED, createSandbox } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';

const BROKEN = 'FORM scratch\n';

/** Runs with one transform more, which does its work badly. */
async function withTransform<T>(
  inspect: Transform['inspect'],
  work: () => Promise<T>,
  footprint: Transform['meta']['footprint'] = [],
): Promise<T> {
  const bad: Transform = {
    meta: {
      id: 'avoid-quality',
      summary: 'does its work badly',
      why: '',
      safety: ['safe'],
      footprint,
      example: '',
      references: [],
    },
    inspect,
  };
  // The list is closed to everybody but this test.
  const list = transforms as Transform[];
  list.push(bad);
  try {
    return await work();
  } finally {
    list.pop();
  }
}

function writeConfig(box: Sandbox, endpoint: string): string {
  return box.write('operator.yaml', `registries: { registry.example.com: { endpoint: "${endpoint}" } }\n`);
}

it('orders them 4 > 2 > 3 > 1 > 0, and an interruption says more than all of them', () => {
  const rising = [EXIT.done, EXIT.changesWanted, EXIT.notJudged, EXIT.usage, EXIT.bug, EXIT.interrupted];
  rising.forEach((low, i) => {
    for (const high of rising.slice(i)) {
      expect(worse(low, high)).toBe(high);
      expect(worse(high, low)).toBe(high);
    }
  });
});

it('is 3 when one file cannot be judged and another would change under --check', async () => {
  const box = createSandbox();
  box.write('a/Dockerfile', FIXABLE);
  box.write('b/Dockerfile', BROKEN);
  expect(await box.run(['--offline', '--check'])).toMatchObject({ exit: 3 });
});

it('is 2 for a mistake on the command line, whatever the files are like', async () => {
  const box = createSandbox();
  box.write('a/Dockerfile', FIXABLE);
  box.write('b/Dockerfile', BROKEN);
  expect(await box.run(['--offline', '--check', '--only', 'nothing'])).toMatchObject({ exit: 2, stdout: '' });
});

it('is 2 for a broken configuration, although something else could not be judged either', async () => {
  const box = createSandbox();
  box.write('Dockerfile', FIXABLE);
  box.write('.dockfixrc', 'skp: []');
  expect(await box.run(['--offline', '--write', 'gone', '.'])).toMatchObject({ exit: 2, stdout: '' });
  expect(box.read('Dockerfile')).toBe(FIXABLE);
});

/** The one that is put in among them, and few others. */
const LEFT_OUT = [
  ...['add-oci-labels', 'use-stop-signal', 'add-user', 'use-numeric-user', 'set-copy-owner'],
  ...['add-healthcheck', 'fix-healthcheck'],
];
const FEW = ['--skip', LEFT_OUT.join(',')];
const ALL = { env: { XDG_CONFIG_HOME: '/nonexistent' } };

it('is 4 when a transform breaks what it did not declare: the file is left alone, the others go on', async () => {
  const box = createSandbox();
  box.write('a/Dockerfile', 'FROM scratch\nUSER nobody\n');
  box.write('b/Dockerfile', BROKEN);
  box.write('c/Dockerfile', FIXABLE);
  const { exit, stderr, stdout } = await withTransform(
    (document) =>
      document.instructions
        .filter(({ keyword }) => keyword === 'USER')
        .map(({ span }) => ({
          span,
          message: 'a user',
          evidence: [],
          fix: {
            title: 'remove it',
            safety: 'safe',
            reason: 'none',
            edits: [{ ...span, before: document.text.slice(span.start, span.end), text: '' }],
          },
        })),
    () => box.run([...FEW, '--offline', '--write'], ALL),
  );
  expect(exit).toBe(4);
  expect(stderr).toMatch(/^a\/Dockerfile: a defect of dockfix in avoid-quality \(pass 1\): .*\n/);
  expect(stderr).toContain('b/Dockerfile:1: ');
  expect(stdout).toContain('3 files: 1 written. 2 problems (see above).');
  expect(box.read('a/Dockerfile')).toBe('FROM scratch\nUSER nobody\n');
  expect(box.read('c/Dockerfile')).toBe(FIXED);
});

it('is 4 when a transform throws, and the other transforms still do their work', async () => {
  const box = createSandbox();
  box.write('Dockerfile', FIXABLE);
  const { exit, stderr, report } = await withTransform(
    () => {
      throw new Error('boom\n\x1b[31m');
    },
    () => box.run([...FEW, '--offline', '--json', '--write'], ALL),
  );
  expect(exit).toBe(4);
  expect(stderr).toMatch(
    /^Dockerfile: a defect of dockfix in avoid-quality \(pass 1\): failed: boom\\u\{a\}\\u\{1b\}\[31m; its fix was not made\n/,
  );
  expect(report.errors[0]).toMatchObject({ code: 'bug-failed', path: 'Dockerfile' });
  expect(box.read('Dockerfile')).toBe(FIXED);
});

it('is 4 and not 1 when a transform throws under --check', async () => {
  const box = createSandbox();
  box.write('Dockerfile', FIXABLE);
  const fail = (): never => {
    throw new Error('boom');
  };
  expect(await withTransform(fail, () => box.run([...FEW, '--offline', '--check'], ALL))).toMatchObject({
    exit: 4,
  });
});

it('counts a failure of no known kind as a defect, on one line and without a stack trace', () => {
  let said = '';
  const problems = createProblems({ write: (text) => void (said += text), isTerminal: false });
  problems.addFailure('Dockerfile', new TypeError('x is not\niterable'));
  expect(problems.list).toMatchObject([{ code: 'bug-crash', path: 'Dockerfile', line: null }]);
  expect(said).toBe('Dockerfile: a defect of dockfix stopped it here: TypeError: x is not\\u{a}iterable\n');
});

it('is 130 after an interruption, with a whole report of what was done until then', async () => {
  const box = createSandbox();
  for (const name of ['a', 'b', 'c', 'd']) box.write(`${name}/Dockerfile`, FIXABLE);
  const { exit, report } = await box.run(['--offline', '--write', '--json'], { interruptAfter: 2 });
  expect(exit).toBe(130);
  expect(report.files.map(({ path, status }) => `${path} ${status}`)).toEqual([
    'a/Dockerfile written',
    'b/Dockerfile written',
  ]);
  expect(box.read('c/Dockerfile')).toBe(FIXABLE);
});

it('is 3 when a registry does not answer, said once for the host, and offline fixes are still made', async () => {
  const box = createSandbox();
  const registry = await startDemoRegistry([]);
  await registry.close();
  const config = writeConfig(box, registry.endpoint);
  box.write('a/Dockerfile', `FROM registry.example.com/base:1\nMAINTAINER Jane\n`);
  box.write('b/Dockerfile', `FROM registry.example.com/base:2\n`);
  const { exit, stderr } = await box.run(['--config', config, '--write']);
  expect(exit).toBe(3);
  expect(stderr).toBe(
    'dockfix: 2 images were not looked up (registry.example.com/base:1, registry.example.com/base:2): ' +
      'registry.example.com: the connection was refused\n',
  );
  expect(box.read('a/Dockerfile')).toContain('LABEL org.opencontainers.image.authors="Jane"');
});

it('is 0 when a registry says that there is no such image, because that is an answer', async () => {
  const box = createSandbox();
  const registry = await startDemoRegistry(['base:1']);
  try {
    const config = writeConfig(box, registry.endpoint);
    box.write('Dockerfile', `FROM registry.example.com/base:9\n`);
    const { exit, stdout } = await box.run(['--config', config]);
    expect(exit).toBe(0);
    expect(stdout).toContain('because registry.example.com has no base with the tag 9');
    box.write('Dockerfile', `FROM registry.example.com/base:1\n`);
    expect(await box.run(['--config', config, '--check'])).toMatchObject({ exit: 1 });
  } finally {
    await registry.close();
  }
});

it('is 0 for a clean folder', async () => {
  const box = createSandbox();
  box.write('Dockerfile', CLEAN);
  expect(await box.run(['--offline', '--check'])).toMatchObject({
    exit: 0,
    stdout: '1 file: nothing to change.\n',
  });
});
