/**
 * Finds and reads configuration files. They are data: JSON or YAML, never code, at most 1 MiB, and the nearest one
 * above a file counts. Nothing above the repository (the folder with `.git`) is looked at; without one, nothing above
 * the working folder or the folder that was asked for.
 */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { lilconfig } from 'lilconfig';
import { UsageError } from '../core/errors.ts';
import type { Transform } from '../core/types.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from './config.ts';

const MAX_BYTES = 1024 * 1024;

export interface ConfigFinder {
  /**
   * The configuration that holds for files in `folder`, or null. `outermost` is the last folder that is looked at
   * where there is no repository. Both are absolute.
   */
  forFolder(folder: string, outermost: string): Promise<Loaded<RepositoryConfig> | null>;
}

export function createConfigFinder(transforms: readonly Transform[]): ConfigFinder {
  const searchers = new Map<string, ReturnType<typeof lilconfig>>();
  const validated = new Map<string, Promise<Loaded<RepositoryConfig>>>();
  const folders = new Map<string, Promise<Loaded<RepositoryConfig> | null>>();
  const texts = new Map<string, string>();
  const load = (path: string, text: string): Promise<unknown> => {
    texts.set(path, text);
    return parseData(path, text);
  };

  async function search(folder: string, outermost: string): Promise<Loaded<RepositoryConfig> | null> {
    const stopDir = repositoryRoot(folder) ?? outermost;
    let searcher = searchers.get(stopDir);
    if (!searcher) {
      searcher = lilconfig('dockfix', {
        stopDir,
        // An empty file is the nearest one, too: it says that nothing is set here.
        ignoreEmptySearchPlaces: false,
        searchPlaces: [...CONFIG_NAMES],
        loaders: { '.json': load, '.yaml': load, '.yml': load, noExt: load },
      });
      searchers.set(stopDir, searcher);
    }
    const found = await searcher.search(folder).catch((error: unknown) => {
      throw error instanceof UsageError ? error : unreadable(error, folder, stopDir);
    });
    if (!found) return null;
    const path = found.filepath;
    let result = validated.get(path);
    if (!result) {
      const file = { path, text: texts.get(path) ?? '' };
      result = validate(found.config, 'repository', file, transforms).then((config) => ({ path, config }));
      validated.set(path, result);
    }
    return result;
  }

  return {
    forFolder(folder, outermost) {
      let result = folders.get(folder);
      if (!result) {
        result = search(folder, outermost);
        folders.set(folder, result);
      }
      return result;
    },
  };
}

/** Names of a repository's configuration files, the first that is there counts; `package.json` where it has the key. */
export const CONFIG_NAMES = [
  '.dockfixrc',
  '.dockfixrc.json',
  '.dockfixrc.yaml',
  '.dockfixrc.yml',
  'package.json',
] as const;

/** The configuration in a text that was read elsewhere; null for a package.json that says nothing of dockfix. */
export async function readRepositoryConfig(
  path: string,
  text: string,
  transforms: readonly Transform[],
): Promise<RepositoryConfig | null> {
  const data = await parseData(path, text);
  if (basename(path) !== 'package.json') return validate(data, 'repository', { path, text }, transforms);
  const own = isObject(data) ? data['dockfix'] : undefined;
  return own === undefined ? null : validate(own, 'repository', { path, text }, transforms);
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
  return { path, config };
}

/** A relative path does not count, says the XDG specification: it would lead into the repository. */
function configHome(env: Surroundings['env']): string {
  const home = env['XDG_CONFIG_HOME'] ?? '';
  return isAbsolute(home) ? home : join(homedir(), '.config');
}

interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Throws {@link UsageError} that names file, line and key. */
async function validate(
  data: unknown,
  kind: 'repository' | 'operator',
  file: ConfigFile,
  transforms: readonly Transform[],
): Promise<RepositoryConfig & OperatorConfig> {
  const { validateConfig } = await import('./validate.ts');
  const result = validateConfig(data, kind, transforms);
  if (result.ok) return result.config;
  throw new UsageError('config', `${await placeOf(file, result.at)}: ${result.message}`);
}

/** The file, with the line of a key where that can be told. */
async function placeOf({ path, text }: ConfigFile, at: readonly PropertyKey[]): Promise<string> {
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

/** JSON is YAML, except that package.json is read by the stricter and faster parser. */
async function parseData(path: string, text: string): Promise<unknown> {
  if (basename(path) === 'package.json') return parsePackage(path, text);
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

/** Most of these say nothing about dockfix; they are none of its business, valid or not. */
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

/** A folder of that name, of which the error does not say where it is; or no right to read it. */
function unreadable(error: unknown, folder: string, stopDir: string): UsageError {
  const { path, code } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') {
    const at = folderNamedLikeConfig(folder, stopDir);
    return new UsageError('config', `${at ?? folder}: is a folder and no configuration file; rename it`);
  }
  return new UsageError('config', `${path ?? folder}: cannot be read (${code ?? 'unknown'})`);
}

function folderNamedLikeConfig(folder: string, stopDir: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of CONFIG_NAMES) {
      const path = join(at, name);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
    }
    if (at === stopDir || dirname(at) === at) return null;
  }
}

/** The nearest folder above, or `folder` itself, that holds a `.git`; null outside a repository. */
export function repositoryRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}
