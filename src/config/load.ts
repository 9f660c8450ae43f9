/**
 * Finds and reads configuration files. They are data: JSON or YAML, never code, at most 1 MiB, and the nearest one
 * above a file counts; two in one folder are a mistake. Nothing above the repository (the folder with `.git`) is looked
 * at; without one, nothing above the working folder or the folder that was asked for.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Transform } from '../core/types.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from './config.ts';
import { ROOT_CONFIG_NAMES, namesIn } from './places.ts';

const MAX_BYTES = 1024 * 1024;

export interface ConfigFinder {
  /**
   * The configuration that holds for files in `folder`, or null. `outermost` is the last folder that is looked at
   * where there is no repository. Both are absolute.
   */
  forFolder(folder: string, outermost: string): Promise<Loaded<RepositoryConfig> | null>;
}

export function createConfigFinder(transforms: readonly Transform[]): ConfigFinder {
  const folders = new Map<string, Promise<Loaded<RepositoryConfig> | null>>();
  const answers = new Map<string, Promise<Loaded<RepositoryConfig> | null>>();

  async function read(folder: string, isRoot: boolean): Promise<Loaded<RepositoryConfig> | null> {
    const texts = await Promise.all(
      namesIn(isRoot).map(async (name) => {
        const path = join(folder, name);
        const text = await textIfThere(path);
        return text === null ? [] : [{ path, text }];
      }),
    );
    const chosen = await chooseConfig(texts.flat());
    if (!chosen) return null;
    const { path, data } = chosen;
    return { path, folder, config: await validate(data, 'repository', chosen, transforms) };
  }

  function inFolder(folder: string, isRoot: boolean): Promise<Loaded<RepositoryConfig> | null> {
    const key = `${isRoot} ${folder}`;
    let result = folders.get(key);
    if (!result) {
      result = read(folder, isRoot);
      folders.set(key, result);
    }
    return result;
  }

  async function search(folder: string, last: string): Promise<Loaded<RepositoryConfig> | null> {
    for (let at = folder; ; at = dirname(at)) {
      const isLast = at === last || dirname(at) === at;
      const found = await inFolder(at, isLast);
      if (found || isLast) return found;
    }
  }

  return {
    forFolder(folder, outermost) {
      let result = answers.get(folder);
      if (!result) {
        result = search(folder, repositoryRoot(folder) ?? outermost);
        answers.set(folder, result);
      }
      return result;
    },
  };
}

async function textIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const problem =
      code === 'EISDIR'
        ? 'is a folder and no configuration file; rename it'
        : `cannot be read (${code ?? 'unknown'})`;
    throw new UsageError('config', `${path}: ${problem}`);
  }
}

/** A file that may configure dockfix. */
export interface ConfigText {
  readonly path: string;
  readonly text: string;
}

export interface ChosenConfig extends ConfigText {
  readonly data: unknown;
}

/**
 * Of the files of one folder the one that counts, null when none does. Two of them would be a guess: throws
 * {@link UsageError}, as for a text that is no data.
 */
export async function chooseConfig(files: readonly ConfigText[]): Promise<ChosenConfig | null> {
  const own: ConfigText[] = [];
  let inPackage: ChosenConfig | null = null;
  for (const file of files) {
    if (basename(file.path) !== 'package.json') own.push(file);
    else {
      const data = parsePackage(file.path, file.text);
      const said = isObject(data) ? data['dockfix'] : undefined;
      if (said !== undefined) inPackage = { ...file, data: said };
    }
  }
  const [first, second] = [...own, ...(inPackage ? [inPackage] : [])];
  if (first && second)
    throw new UsageError(
      'config',
      `${first.path}: ${nameOf(second.path)} configures dockfix as well; keep one of the two`,
    );
  if (inPackage || !own[0]) return inPackage;
  return { ...own[0], data: await parseData(own[0].path, own[0].text) };
}

function nameOf(path: string): string {
  return ROOT_CONFIG_NAMES.find((name) => path === name || path.endsWith(`/${name}`)) ?? basename(path);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a run takes place. */
interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The operator's configuration: `--config FILE`, else the person's own file when there is one. */
export async function loadOperatorConfig(
  explicit: string | null,
  { cwd, env }: Surroundings,
  transforms: readonly Transform[],
): Promise<Loaded<OperatorConfig> | null> {
  const path = explicit ? resolve(cwd, explicit) : join(configHome(env), 'dockfix', 'config.yaml');
  if (!explicit && !existsSync(path)) return null;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UsageError('config', `${path}: the configuration file cannot be read`);
  }
  const config = await validate(await parseData(path, text), 'operator', { path, text }, transforms);
  return { path, folder: dirname(path), config };
}

/** A relative path does not count, says the XDG specification: it would lead into the repository. */
function configHome(env: Surroundings['env']): string {
  const home = env['XDG_CONFIG_HOME'] ?? '';
  return isAbsolute(home) ? home : join(homedir(), '.config');
}

/** Throws {@link UsageError} that names file, line and key; its message starts with the path. */
export async function validate(
  data: unknown,
  kind: 'repository' | 'operator',
  file: ConfigText,
  transforms: readonly Transform[],
): Promise<RepositoryConfig & OperatorConfig> {
  const { validateConfig } = await import('./validate.ts');
  const result = validateConfig(data, kind, transforms);
  if (result.ok) return result.config;
  throw new UsageError('config', `${await placeOf(file, result.at)}: ${result.message}`);
}

/** The file, with the line of a key where that can be told. */
async function placeOf({ path, text }: ConfigText, at: readonly PropertyKey[]): Promise<string> {
  const { default: yaml } = await import('yaml');
  // JSON is YAML.
  const document = yaml.parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of basename(path) === 'package.json' ? ['dockfix', ...at] : at) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const pair = yaml.isMap(node)
      ? node.items.find((item) => String(yaml.isScalar(item.key) ? item.key.value : item.key) === String(key))
      : undefined;
    const place: unknown = pair ? pair.key : yaml.isSeq(node) ? node.items[Number(key)] : undefined;
    if (!yaml.isNode(place) || !place.range) break;
    offset = place.range[0];
    node = pair ? pair.value : place;
  }
  return `${path}:${text.slice(0, offset).split('\n').length}`;
}

/** JSON is YAML. */
async function parseData(path: string, text: string): Promise<unknown> {
  checkSize(path, text);
  // CommonJS: once it is bundled, its names are found on the default export only.
  const { default: yaml } = await import('yaml');
  const invalid = (where: string, message: string): UsageError => {
    const language = path.endsWith('.json') ? 'JSON' : 'YAML';
    // The parser ends some messages with a piece of the text; somebody may have put a secret there.
    const what = message.replace(/: (?:"[^]*|\S*)$/, '');
    return new UsageError('config', `${where}: is not valid ${language} (${what})`);
  };
  try {
    // At a lower level, a second document would be passed over in silence.
    const document = yaml.parseDocument(text, { prettyErrors: false, logLevel: 'error' });
    const problem = document.errors[0];
    if (!problem) return document.toJS({ maxAliasCount: 100 });
    const line = text.slice(0, problem.pos[0]).split('\n').length;
    throw invalid(`${path}:${line}`, problem.message);
  } catch (error) {
    // Too many aliases, or one of what is not there.
    if (error instanceof ReferenceError) throw invalid(path, error.message);
    if (error instanceof RangeError) throw invalid(path, 'nested too deeply');
    throw error;
  }
}

/** By the stricter and faster parser. Most say nothing about dockfix; they are none of its business, valid or not. */
function parsePackage(path: string, text: string): unknown {
  if (!text.includes('"dockfix"')) return {};
  checkSize(path, text);
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new UsageError('config', `${path}: is not valid JSON`);
  }
}

function checkSize(path: string, text: string): void {
  if (text.length > MAX_BYTES) throw new UsageError('config', `${path}: is larger than 1 MiB`);
}

/** The nearest folder above, or `folder` itself, that holds a `.git`; null outside a repository. */
export function repositoryRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}
