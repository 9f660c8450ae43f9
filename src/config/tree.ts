/** The configuration of a repository that is at hand as texts by path: of a commit, where nothing lies on a disk. */
import { folderOf } from '../core/context/build-context.ts';
import type { Transform } from '../core/types.ts';
import type { Loaded, RepositoryConfig } from './config.ts';
import { chooseConfig, validate } from './load.ts';
import type { ConfigText } from './load.ts';
import { ROOT_CONFIG_NAMES, foldersAbove } from './places.ts';

export interface TreeConfig {
  /** Of the root, which alone speaks for pull requests; null when it says nothing. */
  readonly root: Loaded<RepositoryConfig> | null;
  /** The nearest one above a Dockerfile that was asked for; null when there is none. */
  forFile(path: string): Loaded<RepositoryConfig> | null;
}

/**
 * Reads what counts for these Dockerfiles, and nothing else: a broken file that nobody would look at on a disk is not
 * looked at here. Paths have `/`, from the root. Throws {@link UsageError}, its message starting with the path.
 */
export async function readTreeConfig(
  files: readonly ConfigText[],
  dockerfiles: readonly string[],
  transforms: readonly Transform[],
): Promise<TreeConfig> {
  const byFolder = new Map<string, ConfigText[]>();
  for (const file of files) {
    const folder = ROOT_CONFIG_NAMES.some((name) => name === file.path) ? '' : folderOf(file.path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  const read = new Map<string, Loaded<RepositoryConfig> | null>();

  async function inFolder(folder: string): Promise<Loaded<RepositoryConfig> | null> {
    const known = read.get(folder);
    if (known !== undefined) return known;
    const chosen = await chooseConfig(byFolder.get(folder) ?? []);
    const loaded = chosen && {
      path: chosen.path,
      folder,
      config: await validate(chosen.data, 'repository', chosen, transforms),
    };
    read.set(folder, loaded);
    return loaded;
  }

  const root = await inFolder('');
  const nearest = new Map<string, Loaded<RepositoryConfig> | null>();
  for (const folder of new Set(dockerfiles.map(folderOf))) {
    let found: Loaded<RepositoryConfig> | null = null;
    for (const above of foldersAbove(folder)) {
      found = await inFolder(above);
      if (found) break;
    }
    nearest.set(folder, found);
  }
  return { root, forFile: (path) => nearest.get(folderOf(path)) ?? null };
}
