/** `dockfix config`: which files count, what holds in the end, and who says so. */
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { operatorBot } from '../../src/config/bot.ts';
import { transforms } from '../../transforms/index.ts';
import { FIXABLE, createSandbox } from './fake-io.ts';
import type { Sandbox } from './fake-io.ts';

/** Nobody's own configuration. */
const NOBODY = { XDG_CONFIG_HOME: '/nonexistent' };

interface Shown {
  readonly values: readonly {
    readonly key: string;
    readonly value: unknown;
    readonly origins: readonly Record<string, unknown>[];
  }[];
  readonly files: readonly { readonly path: string; readonly says: string }[];
}

const config = (box: Sandbox, ...argv: readonly string[]) => box.run(['config', ...argv], { env: NOBODY });

async function shownBy(box: Sandbox, ...argv: readonly string[]): Promise<Shown> {
  const { exit, stdout, stderr } = await config(box, '--json', ...argv);
  expect(stderr).toBe('');
  expect(exit).toBe(0);
  // Looked at field by field below.
  return JSON.parse(stdout) as Shown;
}

async function valueOf(box: Sandbox, key: string, ...argv: readonly string[]): Promise<unknown> {
  const { values } = await shownBy(box, ...argv);
  const found = values.find((one) => one.key === key);
  if (!found) throw new Error(`there is no ${key}`);
  const origins = found.origins.map(({ kind, path, line, flag, preset }) =>
    kind === 'file'
      ? `${String(path)}:${String(line)}${preset === undefined ? '' : ` ${String(preset)}`}`
      : (flag ?? kind),
  );
  return [found.value, origins.join(' + ')];
}

/** A repository with a service that has its own file, and an operator's file. */
function sandbox(): Sandbox {
  const box = createSandbox();
  mkdirSync(box.path('.git'));
  box.write(
    '.github/dockfix.yml',
    [
      '# ours',
      'skip: [add-user]',
      'exclude:',
      '  - old/',
      'transforms:',
      '  pin-image-digest: { exclude: ["docker.io/library/*"] }',
      'bot:',
      '  extends: [calm]',
      '  minAge: 2d',
      '  limits:',
      '    open: 3',
      '',
    ].join('\n'),
  );
  box.write('service/package.json', '{\n  "name": "x",\n  "dockfix": {\n    "unsafe": true\n  }\n}\n');
  box.write('service/Dockerfile', FIXABLE);
  box.write(
    'operator.yaml',
    'bot:\n  snooze: 3d\n  presets:\n    calm:\n      minAge: 9d\n      draft: true\nunsafe: false\nskip: [add-healthcheck]\n',
  );
  return box;
}

describe('dockfix config', () => {
  it('BOT-13 says of each value where it is from: file and line, preset, flag or default', async () => {
    const box = sandbox();
    const at = (key: string, ...argv: string[]) => valueOf(box, key, '--config', 'operator.yaml', ...argv);
    expect(await at('bot.minAge')).toEqual(['2d', '.github/dockfix.yml:9']);
    expect(await at('bot.draft')).toEqual([true, 'operator.yaml:6 calm']);
    expect(await at('bot.snooze')).toEqual(['3d', 'operator.yaml:2']);
    expect(await at('bot.limits.open')).toEqual([3, '.github/dockfix.yml:11']);
    expect(await at('bot.limits.perRun')).toEqual([5, 'default']);
    expect(await at('bot.presets.calm').catch((error: Error) => error.message)).toContain('there is no');
    expect(await at('transforms.pin-image-digest.exclude')).toEqual([
      ['docker.io/library/*'],
      '.github/dockfix.yml:6',
    ]);
    expect(await at('transforms.pin-image-digest.volatile')).toEqual([['quay.io/*'], 'default']);
    expect(await at('skip', '--skip', 'add-oci-labels')).toEqual([
      ['add-oci-labels', 'add-user'],
      '--skip + .github/dockfix.yml:2',
    ]);
    expect(await at('only', '--only', 'add-user')).toEqual([['add-user'], '--only']);
    expect(await at('unsafe')).toEqual([false, 'operator.yaml:7']);
  });

  it('looks from a folder or a Dockerfile, where the nearest file counts, and for the bot the one of the root', async () => {
    const box = sandbox();
    for (const path of ['service', 'service/Dockerfile']) {
      const at = (key: string) => valueOf(box, key, path, '--config', 'operator.yaml');
      expect(await at('unsafe')).toEqual([true, 'service/package.json:4']);
      expect(await at('skip')).toEqual([['add-healthcheck'], 'operator.yaml:8']);
      expect(await at('exclude')).toEqual([[], 'default']);
      expect(await at('bot.minAge')).toEqual(['2d', '.github/dockfix.yml:9']);
    }
    expect((await config(box, 'service', '--config', 'operator.yaml')).stdout).toBe(
      'operator.yaml: valid (yours)\n.github/dockfix.yml: valid (the bot)\nservice/package.json: valid (this folder)\n',
    );
  });

  it('prints YAML that says the same as its JSON, remarks behind the values, and that is valid itself', async () => {
    const box = sandbox();
    const { stdout } = await config(box, '--print', '--config', 'operator.yaml');
    expect(stdout).toMatch(/^ {2}minAge: 2d # \.github\/dockfix\.yml:9$/m);
    expect(stdout).toMatch(/^ {2}draft: true # operator\.yaml:6 \(preset calm\)$/m);
    expect(stdout).toMatch(/^only: null # default: all transforms$/m);
    const { values } = await shownBy(box, '--config', 'operator.yaml');
    const data = parse(stdout) as Record<string, Record<string, unknown>>;
    for (const { key, value } of values)
      expect(
        key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], data),
        key,
      ).toEqual(value);
    // Without what says nothing, and in the place of an operator's configuration.
    const said = JSON.stringify(data, (_, value: unknown) => (value === null ? undefined : value));
    const { exclude: _, ...valid } = JSON.parse(said) as Record<string, unknown>;
    (valid['bot'] as Record<string, unknown>)['extends'] = [];
    box.write('all.yaml', JSON.stringify(valid));
    expect(await config(createSandbox(), '--config', box.path('all.yaml'))).toMatchObject({ exit: 0 });
  });

  it('leaves no setting out: of the bot and of every transform', async () => {
    const { values } = await shownBy(createSandbox());
    const keys = values.map(({ key }) => key);
    if (!(operatorBot instanceof z.ZodObject)) throw new Error('the settings of the bot are no table');
    for (const name of Object.keys(operatorBot.shape).filter((each) => each !== 'presets'))
      expect(
        keys.some((key) => key === `bot.${name}` || key.startsWith(`bot.${name}.`)),
        name,
      ).toBe(true);
    for (const { meta, options } of transforms)
      for (const name of Object.keys(options ?? {})) expect(keys).toContain(`transforms.${meta.id}.${name}`);
    for (const { origins } of values) expect(origins).toEqual([{ kind: 'default' }]);
  });

  it('says that nothing is configured, or which files are', async () => {
    const box = createSandbox();
    expect(await config(box)).toMatchObject({
      exit: 0,
      stdout: 'nothing is configured: the defaults hold\n',
    });
    box.write('.dockfix.yml', 'skip: []');
    expect((await config(box)).stdout).toBe('.dockfix.yml: valid (the repository)\n');
  });

  it('BOT-13 refuses what a run or the bot would refuse', async () => {
    const box = createSandbox();
    box.write('.dockfixrc', 'skip: []');
    box.write('.dockfix.yml', 'skip: []');
    expect(await config(box)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('keep one of the two') as string,
    });
    for (const [text, message] of [
      ['bot: { schedule: { cron: "0 0 30 2 *" } }', 'never comes'],
      ['bot: { minage: 3d }', 'did you mean "minAge"'],
      ['bot: { ignoredAuthors: ["*"] }', 'is no address'],
    ] as const) {
      const other = createSandbox();
      other.write('.dockfix.yml', text);
      const { exit, stderr } = await config(other);
      expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it('says that a preset is not known here, and refuses it beside the configuration that should have it', async () => {
    const box = sandbox();
    const { exit, stderr } = await config(box);
    expect(exit).toBe(0);
    expect(stderr).toBe(
      'dockfix: .github/dockfix.yml: the preset "calm" is the operator\'s; what it says is not known here (--config FILE)\n',
    );
    box.write('other.yaml', 'bot: { presets: { wild: {} } }');
    expect(await config(box, '--config', 'other.yaml')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('there is no preset "calm"') as string,
    });
  });

  it('wins over a path of its name, and says which path is not there', async () => {
    const box = createSandbox();
    box.write('config/Dockerfile', FIXABLE);
    expect((await config(box)).stdout).toContain('nothing is configured');
    expect((await box.run(['--offline', '--json', './config'])).report.files).toHaveLength(1);
    expect(await config(box, 'gone')).toMatchObject({
      exit: 3,
      stderr: 'dockfix: gone: there is no such file or folder\n',
    });
  });

  // Mutation: `hideSecrets` in cli/config.ts is not called.
  it('SEC-6 masks the password of a proxy, and makes control characters visible', async () => {
    const box = createSandbox();
    box.write('c.yaml', 'proxy: "http://jane:CaNaRy-pw@proxy.example:3128"\n');
    box.write('.dockfix.yml', 'exclude: ["a\u202eb\u200bc"]\n');
    for (const form of ['--print', '--json']) {
      const { exit, stdout } = await config(box, form, '--config', 'c.yaml');
      expect(exit).toBe(0);
      expect(stdout).toContain('***@proxy.example');
      expect(stdout).not.toContain('CaNaRy');
      expect(stdout).not.toMatch(/[\u202e\u200b]/);
      expect(stdout).toMatch(/a\\u\{?202e\}?b\\u\{?200b\}?c/);
    }
  });
});
