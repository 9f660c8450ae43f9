/** Configuration files: which one holds, what it may say, and what is said about mistakes. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDemoRegistry } from '../../src/cli/demo-registry.ts';
import { transforms } from '../../transforms/index.ts';
import { FIXABLE, createSandbox } from '../cli/fake-io.ts';
import type { RunResult, Sandbox } from '../cli/fake-io.ts';

const SKIP_JSON = '{ "skip": ["replace-maintainer"] }';
const SKIP_YAML = '# data only\nskip:\n  - replace-maintainer\n';

/** The paths that would change. */
async function changing(box: Sandbox, ...argv: readonly string[]): Promise<readonly string[]> {
  const { exit, report, stderr } = await box.run(['--offline', '--json', ...argv]);
  expect(stderr).toBe('');
  expect(exit).toBe(0);
  return report.files.filter(({ status }) => status === 'changed').map(({ path }) => path);
}

async function refusal(box: Sandbox, ...argv: readonly string[]): Promise<string> {
  const result: RunResult = await box.run(['--offline', ...argv]);
  expect(result.exit).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toMatch(/^dockfix: [^\n]*\n$/);
  return result.stderr.replace(`${box.folder}/`, '').trimEnd();
}

describe('a repository says how it wants to be treated in', () => {
  it.each([
    ['.dockfixrc', SKIP_YAML],
    ['.dockfixrc', SKIP_JSON],
    ['.dockfixrc.json', SKIP_JSON],
    ['.dockfixrc.yaml', SKIP_YAML],
    ['.dockfixrc.yml', SKIP_YAML],
    ['.dockfix.yaml', SKIP_YAML],
    ['.dockfix.yml', SKIP_YAML],
    ['.github/dockfix.yaml', SKIP_YAML],
    ['.github/dockfix.yml', SKIP_YAML],
    ['package.json', `{ "name": "x", "dockfix": ${SKIP_JSON} }`],
  ])('%s', async (name, content) => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('deep/er/Dockerfile', FIXABLE);
    expect(await changing(box)).toHaveLength(2);
    box.write(name, content);
    expect(await changing(box)).toEqual([]);
  });

  it('the nearest of these files, which is then the only one', async () => {
    const box = createSandbox();
    box.write('.dockfixrc', SKIP_YAML);
    box.write('a/.dockfixrc.yml', 'only: [replace-maintainer]');
    box.write('b/package.json', '{ "dockfix": {} }');
    box.write('c/package.json', '{ "name": "says nothing about it" }');
    box.write('d/.dockfixrc', '');
    box.write('e/.dockfixrc', '# nothing\n');
    for (const name of 'abcde') box.write(`${name}/x/Dockerfile`, FIXABLE);
    expect(await changing(box)).toEqual(['a', 'b', 'd', 'e'].map((name) => `${name}/x/Dockerfile`));
  });

  // Mutation: `first && second` in load.ts becomes `false`.
  it.each([
    ['.dockfixrc', '.dockfix.yml'],
    ['.dockfix.yaml', '.github/dockfix.yml'],
    ['.github/dockfix.yaml', '.github/dockfix.yml'],
    ['.dockfixrc.json', 'package.json'],
  ])('BOT-13 not one of two beside each other, which would be a guess: %s and %s', async (first, second) => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    for (const name of [first, second])
      box.write(name, name === 'package.json' ? '{ "dockfix": {} }' : '{ "skip": [] }');
    expect(await refusal(box)).toBe(
      `dockfix: ${first}: ${second} configures dockfix as well; keep one of the two`,
    );
    // Nearer ones are not two beside each other.
    box.write('a/.dockfixrc', SKIP_YAML);
    box.write('a/Dockerfile', FIXABLE);
    expect(await changing(box, 'a')).toEqual([]);
  });

  it('.github of the root, whose patterns are relative to the root, and of no other folder', async () => {
    const box = createSandbox();
    mkdirSync(box.path('.git'));
    box.write('.github/dockfix.yml', 'exclude: [/Dockerfile, old/]');
    for (const name of ['Dockerfile', 'old/Dockerfile', 'a/Dockerfile', 'b/Dockerfile'])
      box.write(name, FIXABLE);
    box.write('a/.github/dockfix.yml', SKIP_YAML);
    expect(await changing(box)).toEqual(['a/Dockerfile', 'b/Dockerfile']);
  });

  it('nothing above the root of the repository', async () => {
    const box = createSandbox();
    box.write('.dockfixrc', SKIP_YAML);
    mkdirSync(box.path('repository/.git'), { recursive: true });
    box.write('repository/a/Dockerfile', FIXABLE);
    // A work tree has a file of that name.
    box.write('worktree/.git', 'gitdir: ../repository/.git/worktrees/x\n');
    box.write('worktree/a/Dockerfile', FIXABLE);
    expect(await changing(box)).toEqual(['repository/a/Dockerfile', 'worktree/a/Dockerfile']);
  });

  it('nothing above the working folder, or the folder that was asked for, outside a repository', async () => {
    const box = createSandbox();
    box.write('.dockfixrc', SKIP_YAML);
    box.write('work/a/Dockerfile', FIXABLE);
    expect(await changing(box, 'work')).toEqual([]);
    const inside = await box.run(['--offline', '--json'], { cwd: 'work' });
    expect(inside.report.files[0]!.status).toBe('changed');
    const other = createSandbox();
    other.write('Dockerfile', 'FROM scratch\n');
    const { report } = await other.run(['--offline', '--json', box.folder]);
    expect(report.files[0]!.status).toBe('unchanged');
  });

  it('data, never code', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    for (const name of [
      '.dockfixrc.js',
      '.dockfixrc.cjs',
      '.dockfixrc.mjs',
      '.dockfixrc.ts',
      'dockfix.config.js',
    ])
      box.write(name, `throw new Error('executed'); export default ${SKIP_JSON};`);
    expect(await changing(box)).toEqual(['Dockerfile']);
  });

  it('a package.json only when that speaks of dockfix, valid or not', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    for (const content of [
      '{{ cookiecutter.name }}',
      '',
      'null',
      '[]',
      `{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`,
    ]) {
      box.write('package.json', content);
      expect(await changing(box)).toEqual(['Dockerfile']);
    }
    box.write('package.json', '{ "dockfix": ');
    expect(await refusal(box)).toBe('dockfix: package.json: is not valid JSON');
  });
});

describe('settings', () => {
  it('may exclude files, as .gitignore does, but not one that is named', async () => {
    const box = createSandbox();
    box.write('.dockfixrc', 'exclude: ["old/", "*.Dockerfile", "!kept.Dockerfile", "/a/Dockerfile"]');
    for (const name of [
      '..odd/old/Dockerfile',
      'old/Dockerfile',
      'x/old/Dockerfile',
      'web.Dockerfile',
      'kept.Dockerfile',
      'a/Dockerfile',
      'b/a/Dockerfile',
    ])
      box.write(name, FIXABLE);
    expect(await changing(box)).toEqual(['b/a/Dockerfile', 'kept.Dockerfile']);
    expect(await changing(box, 'old/Dockerfile')).toEqual(['old/Dockerfile']);
  });

  it('exclude relative to the file that says so', async () => {
    const box = createSandbox();
    box.write('app/.dockfixrc', 'exclude: [/Dockerfile]');
    box.write('app/Dockerfile', FIXABLE);
    box.write('app/web/Dockerfile', FIXABLE);
    box.write('Dockerfile', FIXABLE);
    expect(await changing(box)).toEqual(['Dockerfile', 'app/web/Dockerfile']);
  });

  it('choose transforms, and the command line chooses over them', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('.dockfixrc', 'only: [clean-apt-lists]');
    expect(await changing(box)).toEqual([]);
    expect(await changing(box, '--only', 'replace-maintainer')).toEqual(['Dockerfile']);
    box.write('.dockfixrc', 'skip: [clean-apt-lists]');
    expect(await changing(box, '--skip', 'replace-maintainer')).toEqual([]);
  });

  it('may ask for unsafe fixes', async () => {
    const box = createSandbox();
    box.write(
      'Dockerfile',
      'FROM debian:12\nRUN apt-get update && apt-get install -y unknown-to-us && rm -rf /var/lib/apt/lists/*\n',
    );
    expect(await changing(box)).toEqual([]);
    box.write('.dockfixrc', 'unsafe: true');
    expect(await changing(box)).toEqual(['Dockerfile']);
  });

  it('reach the transforms: repositories that are not to be pinned', async () => {
    const box = createSandbox();
    const registry = await startDemoRegistry(['library/node:22', 'team/base:1']);
    try {
      const endpoint = `{ endpoint: "${registry.endpoint}" }`;
      box.write('operator.yaml', `registries: { docker.io: ${endpoint}, registry.example.com: ${endpoint} }`);
      box.write('Dockerfile', 'FROM node:22\nCOPY --from=registry.example.com/team/base:1 /a /b\n');
      const argv = ['--config', 'operator.yaml', '--only', 'pin-image-digest', '--json'];
      const both = await box.run(argv);
      expect(both.report.files[0]!.findings).toHaveLength(2);
      box.write('.dockfixrc', 'transforms:\n  pin-image-digest:\n    exclude: [docker.io/library/*]\n');
      const { report } = await box.run(argv);
      expect(report.files[0]!.findings.map(({ line }) => line)).toEqual([2]);
      expect(report.files[0]!.diff).toMatch(/^\+COPY --from=registry\.example\.com\/team\/base:1@sha256:/m);
    } finally {
      await registry.close();
    }
  });
});

describe('the person or operator says', () => {
  it('how things are in $XDG_CONFIG_HOME/dockfix/config.yaml, and the repository says it over them', async () => {
    const box = createSandbox();
    box.write('home/dockfix/config.yaml', SKIP_YAML);
    box.write('work/Dockerfile', FIXABLE);
    const run = () =>
      box.run(['--offline', '--json'], { cwd: 'work', env: { XDG_CONFIG_HOME: box.path('home') } });
    expect((await run()).report.files[0]!.status).toBe('unchanged');
    box.write('work/.dockfixrc', 'skip: []');
    expect((await run()).report.files[0]!.status).toBe('changed');
  });

  it('nothing in a relative $XDG_CONFIG_HOME, which would lie in the repository', async () => {
    const box = createSandbox();
    box.write('home/dockfix/config.yaml', SKIP_YAML);
    box.write('Dockerfile', FIXABLE);
    // Relative to the folder of this process, which is not the one of the sandbox.
    const env = { XDG_CONFIG_HOME: relative(process.cwd(), box.path('home')) };
    const { report } = await box.run(['--offline', '--json', 'Dockerfile'], { env });
    expect(report.files[0]!.status).toBe('changed');
  });

  it('it in another file with --config, relative to the working folder, which must exist', async () => {
    const box = createSandbox();
    box.write('home/dockfix/config.yaml', 'nonsense: 1');
    box.write('work/mine.yaml', 'offline: true\njobs: 2\nskip: [replace-maintainer]\n');
    box.write('work/Dockerfile', FIXABLE);
    const env = { XDG_CONFIG_HOME: box.path('home') };
    const { exit, report } = await box.run(['--json', '--config', 'mine.yaml'], { cwd: 'work', env });
    expect(exit).toBe(0);
    expect(report.files[0]!.status).toBe('unchanged');
    expect(await refusal(box, '--config', 'gone.yaml')).toBe(
      'dockfix: gone.yaml: the configuration file cannot be read',
    );
  });

  it('where a registry is, while the file keeps its name', async () => {
    const box = createSandbox();
    const registry = await startDemoRegistry(['team/base:1']);
    try {
      box.write('c.yaml', `registries:\n  registry.example.com:\n    endpoint: ${registry.endpoint}\n`);
      box.write('Dockerfile', 'FROM registry.example.com/team/base:1\n');
      const argv = ['--config', 'c.yaml', '--only', 'pin-image-digest', '--json', '--write'];
      const { exit, report } = await box.run(argv);
      expect(exit).toBe(0);
      expect(box.read('Dockerfile')).toMatch(
        /^FROM registry\.example\.com\/team\/base:1@sha256:[0-9a-f]{64}\n$/,
      );
      expect(report.files[0]!.findings[0]!.evidence[0]).toMatchObject({
        kind: 'registry',
        reference: 'registry.example.com/team/base:1',
      });
    } finally {
      await registry.close();
    }
  });
});

describe('a mistake', () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ['.dockfixrc', 'skip:\n  - a\n bad: [\n', ':3: is not valid YAML'],
    ['.dockfixrc.json', '{\n  "skip": [\n', 'is not valid JSON'],
    ['.dockfixrc.json', '{ "skip": [] "only": [] }', ':1: is not valid JSON'],
    ['.dockfixrc', 'skip: []\nskip: []\n', ':2: is not valid YAML (Map keys must be unique)'],
    ['.dockfixrc', 'skip: *b\n', ': is not valid YAML (Unresolved alias'],
    ['.dockfixrc', 'a: 1\n---\nb: 2\n', 'is not valid YAML'],
  ];
  it.each(broken)('in the form of %s is said with its line (%j)', async (name, content, message) => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write(name, content);
    const said = await refusal(box);
    expect(said).toContain(`dockfix: ${name}`);
    expect(said).toContain(message);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['skp: []', 'unknown key "skp", did you mean "skip"?'],
    ['frobnicate: 1', 'unknown key "frobnicate"'],
    ['only: [pin-image-digst]', 'only: "pin-image-digst" is no transform, did you mean "pin-image-digest"?'],
    ['skip: [x]', 'skip: "x" is no transform; see: dockfix list'],
    [
      'transforms: { pin-image-digst: {} }',
      'unknown key "transforms.pin-image-digst", did you mean "pin-image-digest"?',
    ],
    [
      'transforms: { pin-image-digest: { exlude: [] } }',
      'unknown key "transforms.pin-image-digest.exlude", did you mean "exclude"?',
    ],
    ['only: [1]', 'only: "1" is no transform'],
    ['only: x', 'only: '],
    ['unsafe: "yes"', 'unsafe: expected boolean, received string'],
    ['exclude: Dockerfile', 'exclude: '],
    ['transforms: { pin-image-digest: { exclude: [1] } }', 'transforms.pin-image-digest.exclude.0: '],
    ['[]', 'the configuration: '],
    ['just words', 'the configuration: '],
    ['__proto__: { skip: [] }', 'unknown key "__proto__"'],
    ['constructor: { prototype: {} }', 'unknown key "constructor"'],
  ];
  it.each(wrong)('in what it says is said with its key (%j)', async (content, message) => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('.dockfixrc', content);
    expect(await refusal(box)).toContain(`dockfix: .dockfixrc:1: ${message}`);
    expect(box.read('Dockerfile')).toBe(FIXABLE);
  });

  it.each([
    'registries: { docker.io: { endpoint: "http://127.0.0.1:1" } }',
    'proxy: http://127.0.0.1:1',
    'ca: /etc/ca.pem',
    'tokenRealms: [evil.example.com]',
    'allowPrivate: true',
    'credentials: { docker.io: x }',
    'offline: true',
    'jobs: 1',
  ])('of a repository that reaches for what is not its own (%s)', async (content) => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('.dockfixrc', content);
    const key = content.split(':')[0]!;
    expect(await refusal(box)).toBe(
      `dockfix: .dockfixrc:1: "${key}" can be set only in your own configuration or with --config, not by a repository`,
    );
  });

  it.each([
    [
      'registries: { docker.io: { endpoit: "http://x" } }',
      'unknown key "registries.docker.io.endpoit", did you mean "endpoint"?',
    ],
    ['registries: { docker.io: { endpoint: "file:///etc/passwd" } }', 'registries.docker.io.endpoint: '],
    ['registries: { docker.io: { endpoint: "nonsense" } }', 'registries.docker.io.endpoint: '],
    ['registries: { "a b": {} }', 'registries.a b: is no registry host'],
    ['registries: { r.test: { endpoint: "https://u:p@x.test" } }', 'registries.r.test.endpoint: must hold'],
    ['registries: { r.test: { mirrors: [{ url: "https://x.test" }] } }', 'registries.r.test.mirrors.0.for: '],
    [
      'registries: { r.test: { mirrors: [{ url: "file:///x", for: both }] } }',
      'registries.r.test.mirrors.0.url: ',
    ],
    ['lookup: [{ prefix: "a b/", upstream: c.test/ }]', 'lookup.0.prefix: is no beginning of an image name'],
    ['proxy: "socks5://p.test"', 'proxy: '],
    ['ca: relative.pem', 'ca: '],
    ['tokenRealms: { r.test: "https://auth.test/token" }', 'tokenRealms.r.test: '],
    ['allowPrivate: [r.test]', 'allowPrivate.0: is no host with a port'],
    ['exclude: [x]', '"exclude" can be set only by a repository'],
    ['jobs: 0', 'jobs: '],
    ['jobs: 1.5', 'jobs: '],
    ['jbos: 1', 'unknown key "jbos", did you mean "jobs"?'],
  ])('of the operator (%s)', async (content, message) => {
    const box = createSandbox();
    box.write('c.yaml', content);
    expect(await refusal(box, '--config', 'c.yaml')).toContain(`dockfix: c.yaml:1: ${message}`);
  });

  it('cannot use the terminal: control characters are made visible', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('.dockfixrc', '"\\e]0;owned\\a": 1');
    const said = await refusal(box);
    expect(said).not.toMatch(/[\x07\x1b]/);
    expect(said).toContain('\\u{1b}]0;owned\\u{7}');
  });

  it('is one line for a file that is a folder', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    mkdirSync(box.path('.dockfixrc'));
    expect(await refusal(box)).toBe('dockfix: .dockfixrc: is a folder and no configuration file; rename it');
  });
});

describe('a configuration that wants to do harm', () => {
  // Red when maxAliasCount in load.ts is -1.
  it('SEC-18: with aliases of aliases is refused', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 12; i++)
      bomb += `a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]\n`;
    box.write('.dockfixrc', bomb);
    expect(await refusal(box)).toBe(
      'dockfix: .dockfixrc: is not valid YAML (Excessive alias count indicates a resource exhaustion attack)',
    );
  });

  it('with brackets in brackets is refused', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    box.write('.dockfixrc', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(await refusal(box)).toContain('dockfix: .dockfixrc');
  });

  it('of more than 1 MiB is refused', async () => {
    const box = createSandbox();
    box.write('Dockerfile', FIXABLE);
    for (const name of ['.dockfixrc', 'package.json']) {
      const sized = createSandbox();
      sized.write('Dockerfile', FIXABLE);
      sized.write(name, `{ "dockfix": {}, "x": "${'x'.repeat(1024 * 1024)}" }`);
      expect(await refusal(sized)).toBe(`dockfix: ${name}: is larger than 1 MiB`);
    }
    box.write('c.yaml', `# ${'x'.repeat(1024 * 1024)}`);
    expect(await refusal(box, '--config', 'c.yaml')).toBe('dockfix: c.yaml: is larger than 1 MiB');
  });

  it('does not show what it links to', async () => {
    const box = createSandbox();
    const outside = createSandbox();
    outside.write('secret', 'password hunter2\n');
    box.write('Dockerfile', FIXABLE);
    symlinkSync(outside.path('secret'), box.path('.dockfixrc'));
    expect(await refusal(box)).not.toContain('hunter2');
  });
});

it('knows the settings of every transform', async () => {
  for (const { meta, options } of transforms) {
    const box = createSandbox();
    box.write('Dockerfile', 'FROM scratch\n');
    const defaults = Object.fromEntries(
      Object.entries(options ?? {}).map(([name, spec]) => [name, spec.default]),
    );
    box.write('.dockfixrc.json', JSON.stringify({ transforms: { [meta.id]: defaults } }));
    expect(await changing(box), meta.id).toEqual([]);
  }
});
