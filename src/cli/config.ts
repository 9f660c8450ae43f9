/** `dockfix config`: which files configure a place, whether they are valid, and what holds in the end. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { botDefaults, botSettings } from '../config/bot.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from '../config/config.ts';
import { effectiveValues, keyText } from '../config/effective.ts';
import type { EffectiveValue, Layer, Origin } from '../config/effective.ts';
import { createConfigFinder, loadOperatorConfig, repositoryRoot } from '../config/load.ts';
import { locate, remarkedYaml } from '../config/yaml-text.ts';
import type { Located } from '../config/yaml-text.ts';
import { InputError } from '../core/errors.ts';
import { defaultOptions } from '../core/options.ts';
import { createRedactor } from '../net/redact.ts';
import { visible, visibleLine } from '../report/visible.ts';
import { transforms } from '../../transforms/index.ts';
import { proxyVariables, registerUrlSecrets } from './credentials.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { outermost } from './inputs.ts';
import type { GuardedIo } from './io.ts';
import { checkIds } from './options.ts';
import type { CommonFlags } from './options.ts';
import { version } from './version.ts';

export interface ConfigFlags extends Pick<
  CommonFlags,
  'config' | 'only' | 'skip' | 'unsafe' | 'offline' | 'jobs' | 'json'
> {
  print?: boolean;
}

/** Of the values that say nothing by themselves. */
const MEANING: Readonly<Record<string, string>> = {
  only: 'all transforms',
  'bot.schedule': 'at any time',
  'bot.maxHold': 'twice minAge',
  jobs: '16 files, or 4 repositories of the bot',
};

/** Throws {@link UsageError} for a configuration that is not valid, {@link InputError} for a path that is not there. */
export async function config(path: string | undefined, flags: ConfigFlags, io: GuardedIo): Promise<ExitCode> {
  checkIds(flags.only, transforms, '--only');
  checkIds(flags.skip, transforms, '--skip');
  const found = await findConfigs(await folderAt(path ?? '.', io), flags, io);
  hideSecrets(found.operator?.config ?? {}, io);
  await checkBot(found, flags, io);
  const show = (file: string): string => shown(file, io.cwd);
  if (!flags.print && !flags.json) {
    const lines = found.files.map(({ path: file, says }) => `${visibleLine(show(file))}: valid (${says})`);
    io.stdout.write(`${lines.length > 0 ? lines.join('\n') : 'nothing is configured: the defaults hold'}\n`);
    return EXIT.done;
  }
  const values = effectiveValues(await layersOf(found, flags));
  if (flags.json) io.stdout.write(jsonText(document(found, values, show)));
  else {
    const rows = values.map((one) => ({ ...one, remark: visibleLine(remarkOf(one, show)) }));
    const head = `What holds for ${visibleLine(show(found.folder))}, and who says so. dockfix ${version}`;
    io.stdout.write(visible(await remarkedYaml(head, rows)));
  }
  return EXIT.done;
}

// ---- the files --------------------------------------------------------------------------------------------------------

interface Found {
  readonly folder: string;
  readonly operator: Loaded<OperatorConfig> | null;
  /** For the Dockerfiles of the folder. */
  readonly nearest: Loaded<RepositoryConfig> | null;
  /** For the bot. */
  readonly root: Loaded<RepositoryConfig> | null;
  readonly files: readonly { readonly path: string; readonly says: string }[];
}

async function folderAt(path: string, { cwd }: GuardedIo): Promise<string> {
  const at = resolve(cwd, path);
  const stats = await stat(at).catch(() => null);
  if (!stats) throw new InputError('missing', `${path}: there is no such file or folder`);
  return stats.isDirectory() ? at : dirname(at);
}

async function findConfigs(folder: string, flags: ConfigFlags, io: GuardedIo): Promise<Found> {
  const operator = await loadOperatorConfig(flags.config ?? null, io, transforms);
  const finder = createConfigFinder(transforms);
  const last = repositoryRoot(folder) ?? outermost(folder, folder, io);
  const nearest = await finder.forFolder(folder, last);
  const root = last === folder ? nearest : await finder.forFolder(last, last);
  const files = new Map<string, string>();
  if (operator) files.set(operator.path, 'yours');
  if (root) files.set(root.path, root === nearest ? 'the repository' : 'the bot');
  if (nearest && !files.has(nearest.path)) files.set(nearest.path, 'this folder');
  if (nearest && root?.path === nearest.path) files.set(nearest.path, 'the repository');
  return { folder, operator, nearest, root, files: [...files].map(([path, says]) => ({ path, says })) };
}

/** What the bot would refuse. A preset is the operator's, who need not be the person at this terminal. */
async function checkBot({ operator, root }: Found, flags: ConfigFlags, io: GuardedIo): Promise<void> {
  const presets = operator?.config.bot?.presets ?? {};
  await botSettings(operator?.path ?? '', operator?.config.bot ?? {}, presets);
  if (!root) return;
  const { extends: names = [], ...own } = root.config.bot ?? {};
  const unknown = flags.config === undefined ? names.filter((name) => !Object.hasOwn(presets, name)) : [];
  const known = names.filter((name) => !unknown.includes(name));
  await botSettings(shown(root.path, io.cwd), { ...own, extends: known }, presets);
  for (const name of unknown)
    io.stderr.write(
      `dockfix: ${visibleLine(shown(root.path, io.cwd))}: the preset "${visibleLine(name)}" is the operator's; ` +
        'what it says is not known here (--config FILE)\n',
    );
}

function hideSecrets({ proxy }: OperatorConfig, io: GuardedIo): void {
  const redactor = createRedactor();
  io.guard.use(redactor);
  const addresses = typeof proxy === 'string' ? [proxy] : [proxy?.http ?? '', proxy?.https ?? ''];
  registerUrlSecrets([...addresses, ...proxyVariables(io.env)], redactor);
}

// ---- the layers, the weakest first --------------------------------------------------------------------------------------

async function layersOf(found: Found, flags: ConfigFlags): Promise<readonly Layer[]> {
  const { operator, nearest, root } = found;
  const files = new Map<string, Located>();
  for (const { path } of found.files) files.set(path, await locate(path, await readFile(path, 'utf8')));
  const presets = operator?.config.bot?.presets ?? {};

  const fileLayer = (path: string, data: unknown, at: readonly string[] = [], preset?: string): Layer => ({
    data,
    origin: (key) => ({
      kind: 'file',
      path,
      line: files.get(path)!.line([...at, ...key.slice(at.length > 0 ? 1 : 0)]),
      ...(preset === undefined ? {} : { preset }),
    }),
  });
  const presetLayers = (names: readonly string[] = []): readonly Layer[] =>
    names
      .filter((name) => operator !== null && Object.hasOwn(presets, name))
      .map((name) => {
        const at = ['bot', 'presets', name];
        const said = at.reduce((data, key) => record(data)[key], files.get(operator!.path)!.data);
        return fileLayer(operator!.path, { bot: said }, at, name);
      });

  const layers: Layer[] = [{ data: defaults(), origin: () => ({ kind: 'default' }) }];
  if (operator) {
    const data = record(files.get(operator.path)!.data);
    const { presets: _, ...bot } = record(data['bot']);
    layers.push(...presetLayers(operator.config.bot?.extends));
    layers.push(fileLayer(operator.path, { ...data, ...(data['bot'] === undefined ? {} : { bot }) }));
  }
  if (nearest) {
    const { bot: _, ...data } = record(files.get(nearest.path)!.data);
    layers.push(fileLayer(nearest.path, data));
  }
  if (root) {
    const { bot } = record(files.get(root.path)!.data);
    layers.push(...presetLayers(root.config.bot?.extends));
    if (bot !== undefined) layers.push(fileLayer(root.path, { bot }));
  }
  const { only, skip, unsafe, offline, jobs } = flags;
  const data = { only, skip, unsafe, offline, jobs };
  layers.push({ data, origin: ([name]) => ({ kind: 'flag', flag: `--${name}` }) });
  return layers;
}

function defaults(): object {
  return {
    only: null,
    skip: [],
    unsafe: false,
    exclude: [],
    offline: false,
    jobs: null,
    transforms: Object.fromEntries(
      transforms.map((transform) => [transform.meta.id, defaultOptions(transform)]),
    ),
    bot: botDefaults(),
  };
}

/** What was found valid is a table where one is wanted, or nothing. */
function record(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>;
}

// ---- how it is shown ----------------------------------------------------------------------------------------------------

function shown(path: string, cwd: string): string {
  const local = relative(cwd, path).split(sep).join('/');
  return local === '' ? '.' : local.startsWith('../') ? path : local;
}

function remarkOf({ key, value, origins }: EffectiveValue, show: (path: string) => string): string {
  const meaning = value === null ? MEANING[keyText(key)] : undefined;
  const said = origins.map((origin) => originText(origin, show)).join(', ');
  return meaning === undefined ? said : `${said}: ${meaning}`;
}

function originText(origin: Origin, show: (path: string) => string): string {
  if (origin.kind === 'default') return 'default';
  if (origin.kind === 'flag') return origin.flag;
  const place = `${show(origin.path)}${origin.line === null ? '' : `:${origin.line}`}`;
  return origin.preset === undefined ? place : `${place} (preset ${origin.preset})`;
}

/** Characters that nobody sees are written as what they are, which JSON lets stand for themselves. */
function jsonText(data: object): string {
  const unit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = JSON.stringify(data, null, 2).replace(/[^\P{C}\n]/gu, (char) =>
    char.split('').map(unit).join(''),
  );
  return `${escaped}\n`;
}

function document(
  { folder, files }: Found,
  values: readonly EffectiveValue[],
  show: (path: string) => string,
): object {
  return {
    schemaVersion: 1,
    tool: { name: 'dockfix', version },
    path: show(folder),
    files: files.map(({ path, says }) => ({ path: show(path), says })),
    values: values.map(({ key, value, origins }) => ({
      key: keyText(key),
      value,
      origins: origins.map((origin) =>
        origin.kind === 'file' ? { ...origin, path: show(origin.path) } : origin,
      ),
    })),
  };
}
