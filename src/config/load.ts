/**
 * Finds and reads configuration files. They are data: JSON or YAML, never code, at most 1 MiB, and the nearest one
 * above a file counts. Nothing above the repository (the folder with `.git`) is looked at.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { lilconfig } from 'lilconfig';
import { UsageError } from '../core/errors.ts';
import type { Transform } from '../core/types.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from './config.ts';

const MAX_BYTES = 1024 * 1024;

export interface ConfigFinder {
  /** The configuration that holds for files in `folder` (absolute), or null. */
  forFolder(folder: string): Promise<Loaded<RepositoryConfig> | null>;
}

export function createConfigFinder(transforms: readonly Transform[]): ConfigFinder {
  const searchers = new Map<string, ReturnType<typeof lilconfig>>();
  const validated = new Map<string, Promise<Loaded<RepositoryConfig>>>();
  const folders = new Map<string, Promise<Loaded<RepositoryConfig> | null>>();

  async function search(folder: string): Promise<Loaded<RepositoryConfig> | null> {
    const stopDir = repositoryRoot(folder) ?? folder;
    let searcher = searchers.get(stopDir);
    if (!searcher) {
      searcher = lilconfig('dockfix', {
        stopDir,
        searchPlaces: ['.dockfixrc', '.dockfixrc.json', '.dockfixrc.yaml', '.dockfixrc.yml', 'package.json'],
        loaders: { '.json': parseData, '.yaml': parseData, '.yml': parseData, noExt: parseData },
      });
      searchers.set(stopDir, searcher);
    }
    const found = await searcher.search(folder);
    if (!found) return null;
    const path = found.filepath;
    let result = validated.get(path);
    if (!result) {
      result = validate(found.config, 'repository', path, transforms).then((config) => ({ path, config }));
      validated.set(path, result);
    }
    return result;
  }

  return {
    forFolder(folder) {
      let result = folders.get(folder);
      if (!result) {
        result = search(folder);
        folders.set(folder, result);
      }
      return result;
    },
  };
}

/** The operator's configuration: `--config FILE`, else the person's own file when there is one. */
export async function loadOperatorConfig(
  explicit: string | null,
  env: Readonly<Record<string, string | undefined>>,
  transforms: readonly Transform[],
): Promise<Loaded<OperatorConfig> | null> {
  const home = env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const path = explicit ? resolve(explicit) : join(home, 'dockfix', 'config.yaml');
  if (!explicit && !existsSync(path)) return null;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UsageError('config', `${path}: the configuration file cannot be read`);
  }
  const config = await validate(await parseData(path, text), 'operator', path, transforms);
  return { path, config };
}

async function validate(
  data: unknown,
  kind: 'repository' | 'operator',
  path: string,
  transforms: readonly Transform[],
): Promise<RepositoryConfig & OperatorConfig> {
  const { validateConfig } = await import('./validate.ts');
  return validateConfig(data, kind, path, transforms);
}

/** JSON is YAML, except that package.json is read by the stricter and faster parser. */
async function parseData(path: string, text: string): Promise<unknown> {
  if (text.length > MAX_BYTES) throw new UsageError('config', `${path}: is larger than 1 MiB`);
  if (path.endsWith('package.json')) {
    try {
      return JSON.parse(text);
    } catch {
      throw new UsageError('config', `${path}: is not valid JSON`);
    }
  }
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const problem = document.errors[0];
  if (problem) {
    const line = text.slice(0, problem.pos[0]).split('\n').length;
    throw new UsageError('config', `${path}:${line}: is not valid YAML (${problem.code})`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new UsageError('config', `${path}: holds too many aliases`);
  }
}

/** The nearest folder above, or `folder` itself, that holds a `.git`; null outside a repository. */
export function repositoryRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}
