/** What a run judges: standard input, or the files that paths, git and the configuration leave; each with its settings. */
import { dirname, relative, resolve, sep } from 'node:path';
import type { FileSettings, FileToFix } from '../app/fix-files.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from '../config/config.ts';
import { createConfigFinder } from '../config/load.ts';
import { decodeText, MAX_FILE_BYTES } from '../core/text.ts';
import type { OptionValues, Transform } from '../core/types.ts';
import { discover } from '../io/discover.ts';
import type { FoundFile } from '../io/discover.ts';
import { readDockerfile, sha256 } from '../io/files.ts';
import { transforms } from '../../transforms/index.ts';
import type { Io } from './io.ts';
import type { CommonFlags } from './options.ts';
import type { Problems } from './problems.ts';

export interface Input extends FileToFix {
  /** Null for standard input, which cannot be written. */
  readonly found: FoundFile | null;
}

export async function stdinInput(
  flags: CommonFlags,
  io: Io,
  operator: OperatorConfig,
): Promise<readonly Input[]> {
  const folder = resolve(io.cwd, flags.context ?? dirname(flags.stdinFilename ?? '.'));
  const loaded = await createConfigFinder(transforms).forFolder(folder);
  return [
    {
      path: flags.stdinFilename ?? '<stdin>',
      found: null,
      settings: settingsFrom(loaded?.config ?? {}, operator, flags),
      async read() {
        const bytes = await io.readStdin(MAX_FILE_BYTES);
        return { text: decodeText(bytes), sha256: sha256(bytes) };
      },
    },
  ];
}

export async function fileInputs(
  paths: readonly string[],
  flags: CommonFlags,
  io: Io,
  operator: OperatorConfig,
  problems: Problems,
): Promise<readonly Input[]> {
  const discovery = await discover(paths, io.cwd);
  for (const { path, error } of discovery.problems) problems.addFailure(path, error);
  const finder = createConfigFinder(transforms);
  const settings = new Map<string, FileSettings>();
  const inputs: Input[] = [];
  for (const found of await onlyChanged(discovery.files, flags, io)) {
    const loaded = await finder.forFolder(dirname(found.absolutePath));
    if (loaded && (await isExcluded(loaded, found))) continue;
    const key = loaded?.path ?? '';
    if (!settings.has(key)) settings.set(key, settingsFrom(loaded?.config ?? {}, operator, flags));
    inputs.push({
      path: found.path,
      found,
      settings: settings.get(key)!,
      read: () => readDockerfile(found.absolutePath, found.root),
    });
  }
  return inputs;
}

async function onlyChanged(
  files: readonly FoundFile[],
  flags: CommonFlags,
  io: Io,
): Promise<readonly FoundFile[]> {
  if (flags.changed === undefined) return files;
  const { changedFiles } = await import('../io/git-changed.ts');
  const changed = await changedFiles(io.cwd, flags.changed === true ? null : flags.changed);
  return files.filter((file) => changed.has(file.absolutePath));
}

/** A file that is named is judged whatever the configuration excludes. */
async function isExcluded({ path, config }: Loaded<RepositoryConfig>, file: FoundFile): Promise<boolean> {
  if (!config.exclude || file.named) return false;
  const { default: ignore } = await import('ignore');
  const local = relative(dirname(path), file.absolutePath).split(sep).join('/');
  return (
    !local.startsWith('..') &&
    ignore()
      .add([...config.exclude])
      .ignores(local)
  );
}

/** Flags win over the repository's configuration, and that over the person's own. */
function settingsFrom(config: RepositoryConfig, operator: OperatorConfig, flags: CommonFlags): FileSettings {
  const only = flags.only ?? config.only ?? operator.only;
  const skip = [...(flags.skip ?? []), ...(config.skip ?? operator.skip ?? [])];
  const enabled = transforms.filter(
    ({ meta }) => (only?.includes(meta.id) ?? true) && !skip.includes(meta.id),
  );
  return {
    level: (flags.unsafe ?? config.unsafe ?? operator.unsafe) ? 'unsafe' : 'safe',
    transforms: enabled.map((transform) => ({
      transform,
      options: {
        ...defaultOptions(transform),
        ...operator.transforms?.[transform.meta.id],
        ...config.transforms?.[transform.meta.id],
      },
    })),
  };
}

/** The settings that hold when nothing is configured. */
export function defaultOptions(transform: Transform): OptionValues {
  return Object.fromEntries(
    Object.entries(transform.options ?? {}).map(([name, spec]) => [name, spec.default]),
  );
}
