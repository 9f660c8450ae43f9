/** What the documents tell people to write: each option, input, variable and key exists. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { botSettings } from '../../src/config/bot.ts';
import type { OperatorConfig, RepositoryConfig } from '../../src/config/config.ts';
import { validateConfig } from '../../src/config/validate.ts';
import { transforms } from '../../transforms/index.ts';
import { runDockfix } from '../support/run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOC = read('docs/bot.md');
const ACTION = read('action.yml');

/** The texts of the fenced blocks of a language. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code!);

const flagsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([flag]) => flag);

async function optionsOf(...command: readonly string[]): Promise<ReadonlySet<string>> {
  const { exit, stdout } = await runDockfix([...command, '--help'], ROOT);
  expect(exit).toBe(0);
  return new Set(flagsIn(stdout));
}

/** Every string in data, however deep. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  readonly steps?: readonly Step[];
}
interface Step {
  readonly uses: string;
  readonly with?: Readonly<Record<string, string>>;
}

describe('the documents of the bot', () => {
  it('name only options that the command has', async () => {
    const bot = await optionsOf('bot');
    expect(bot.size).toBeGreaterThan(15);
    const yaml = blocks(DOC, 'yaml').flatMap((code) => strings(parse(code)));
    const texts = [...yaml, ...blocks(DOC, 'sh'), ...DOC.split('\n'), ACTION];
    const commands = texts.flatMap((text) => [
      ...text.matchAll(/(?:dockfix(?:@[\w.]+)? |\()bot (--[^`\n)]*)/g),
    ]);
    expect(commands.length).toBeGreaterThan(4);
    for (const [line, flags] of commands)
      for (const flag of flagsIn(flags!)) expect(bot, line).toContain(flag);
    // The action puts its inputs behind options of its own choice.
    for (const [, flag] of ACTION.matchAll(/arguments\+=\((--[a-z-]+)/g)) expect(bot).toContain(flag);
    // In sentences: options of any command, and of the programs of others that are shown.
    const others = ['--global', '--add', '--rm', '--user', '--yes', '--package', '--key'];
    const known = new Set([...bot, ...(await optionsOf('config')), ...(await optionsOf()), ...others]);
    for (const flag of flagsIn(DOC)) expect(known, flag).toContain(flag);
  });

  it('name only variables that are read', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join('src', path)))
      .join('\n');
    const names = new Set([...DOC.matchAll(/\b(?:DOCKFIX_[A-Z_]+|[A-Z]+_TOKEN)\b/g)].map(([name]) => name));
    names.delete('CI_JOB_TOKEN');
    expect(names.size).toBeGreaterThan(6);
    for (const name of names) expect(sources.includes(`'${name}'`), name).toBe(true);
  });

  it('show a workflow of ten lines with the permissions that it needs, and inputs that the action has', () => {
    const inputs = Object.keys((parse(ACTION) as { inputs: object }).inputs);
    const shown = blocks(DOC, 'yaml');
    const workflows = shown.map((code) => ({ code, data: parse(code) as Workflow }));
    const whole = workflows.find(({ data }) => data.on !== undefined && data.jobs !== undefined)!;
    expect(whole.code.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(Object.keys(whole.data.on!).sort()).toEqual(['push', 'schedule', 'workflow_dispatch']);
    expect(whole.data.permissions).toEqual({
      contents: 'write',
      'pull-requests': 'write',
      issues: 'write',
    });
    const steps = workflows.flatMap(({ data }) => [
      ...(data.steps ?? []),
      ...Object.values(data.jobs ?? {}).flatMap((job) => job.steps ?? []),
    ]);
    const ours = steps.filter(({ uses }) => uses.startsWith('dockfix/dockfix@'));
    expect(ours.length).toBeGreaterThan(1);
    for (const step of ours)
      for (const input of Object.keys(step.with ?? {})) expect(inputs).toContain(input);
  });

  it('show configurations that are valid, with the defaults that they claim', async () => {
    const [repository, operator] = ['# .dockfixrc.yaml', "# operator's configuration"].map((head) =>
      blocks(DOC, 'yaml').find((code) => code.startsWith(head))!,
    );
    const valid = (code: string, kind: 'repository' | 'operator'): RepositoryConfig & OperatorConfig => {
      const result = validateConfig(parse(code), kind, transforms);
      if (!result.ok) throw new Error(`${result.at.join('.')}: ${result.message}`);
      return result.config;
    };
    const settings = await botSettings('docs/bot.md', valid(repository!, 'repository').bot!, {});
    expect(settings).toMatchObject({ minAgeMs: 259_200_000, snoozeMs: 1_209_600_000, maxNewPerHour: 2 });
    const { presets } = valid(operator!, 'operator').bot!;
    expect(await botSettings('docs/bot.md', { extends: ['calm'] }, presets!)).toMatchObject({ group: 'all' });
    for (const code of blocks(DOC, 'yaml').filter((each) => /^bot:/m.test(each) && each !== repository))
      valid(code, 'operator');
    for (const code of blocks(read('README.md'), 'yaml').filter((each) => each.startsWith('skip:')))
      valid(code, 'repository');
  });
});
