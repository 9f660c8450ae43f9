/** The build context as the command sees it: also offline, for standard input, and only where somebody asks. */
import { describe, expect, it } from 'vitest';
import { fixFiles } from '../../src/app/fix-files.ts';
import { createOfflineGatherer } from '../../src/app/gather.ts';
import type { Transform } from '../../src/core/types.ts';
import { createSandbox } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';

const ONLY = ['--offline', '--only', 'add-oci-labels'];

function project(): Sandbox {
  const box = createSandbox();
  box.write('.git/config', '[remote "origin"]\n\turl = https://me:pw@git.acme.dev/shop/orders.git\n');
  box.write('package.json', '{"name":"orders"}');
  box.write('Dockerfile', 'FROM node:22\nCOPY package.json .\n');
  return box;
}

describe('the build context on the command line', () => {
  it('is there offline, and its credentials are in no output', async () => {
    const box = project();
    const { exit, stdout, stderr } = await box.run([...ONLY, '--write', '.']);
    expect(exit).toBe(0);
    expect(box.read('Dockerfile')).toContain(
      'image.title="orders" \\\n      org.opencontainers.image.source="https://git.acme.dev/shop/orders"',
    );
    expect(stdout + stderr + box.read('Dockerfile')).not.toContain('pw@');
    const again = await box.run([...ONLY, '--check', '.']);
    expect(again.exit).toBe(0);
  });

  it('comes for standard input from --context alone', async () => {
    const box = project();
    const stdin = 'FROM node:22\nCOPY package.json .\n';
    const without = await box.run([...ONLY, '-'], { stdin });
    expect(without.stdout).toBe(stdin);
    expect(without.stderr).toContain('say which one is built with --context');
    const given = await box.run([...ONLY, '--context', '.', '-'], { stdin });
    expect(given.stdout).toContain('image.title="orders"');
  });

  it('is named in the evidence of the report', async () => {
    const { report } = await project().run([...ONLY, '--json', '.']);
    const evidence = report.files[0]!.findings[0]!.evidence;
    expect(evidence).toContainEqual({ kind: 'context', path: 'package.json', note: 'name in package.json' });
  });
});

describe('a run that needs no context', () => {
  const transform = (needs: boolean): Transform => ({
    meta: {
      id: 'avoid-nothing',
      summary: '',
      why: '',
      safety: [],
      footprint: [],
      example: '',
      references: [],
    },
    ...(needs ? { needs: () => [{ kind: 'context' }] as const } : {}),
    inspect: () => [],
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('reads none (a transform asks: %s)', async (needs, expected) => {
    let asked = 0;
    const files = [
      {
        path: 'Dockerfile',
        settings: { transforms: [{ transform: transform(needs), options: {} }], level: 'safe' as const },
        read: () => Promise.resolve({ text: 'FROM a\n', sha256: '' }),
        context: () => {
          asked++;
          return Promise.resolve({ ok: false, code: 'no-context', reason: 'there is none' } as const);
        },
      },
    ];
    const options = {
      knownIds: new Set<string>(),
      preview: true,
      gatherer: createOfflineGatherer(),
      jobs: 1,
    };
    for await (const fixed of fixFiles(files, options)) expect('error' in fixed).toBe(false);
    expect(asked).toBe(expected);
  });
});
