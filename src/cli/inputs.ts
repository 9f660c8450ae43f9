/** What a run judges: standard input, or the files that paths, git and the configuration leave; each with its settings. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { FileSettings, FileToFix } from '../app/fix-files.ts';
import type { Loaded, OperatorConfig, RepositoryConfig } from '../config/config.ts';
import { createConfigFinder } from '../config/load.ts';
import type { BuildContext } from '../core/context/build-context.ts';
import type { Document } from '../core/document.ts';
import { InputError, nearest } from '../core/errors.ts';
import { decodeText, MAX_FILE_BYTES } from '../core/text.ts';
import { defaultOptions } from '../core/options.ts';
import type { Fact } from '../core/types.ts';
import type { ContextSource } from '../facts/context/context.ts';
import { discover } from '../io/discover.ts';
import type { FoundFile } from '../io/discover.ts';
import { readDockerfile, sha256 } from '../io/files.ts';
import { transforms } from '../../transforms/index.ts';
import type { Io } from './io.ts';
import { COMMANDS } from './options.ts';
import type { CommonFlags } from './options.ts';
import type { Problems } from './problems.ts';
import type { RepositoryVerify } from './verify-flags.ts';

export interface Input extends FileToFix {
  /** Null for standard input, which cannot be written. */
  readonly found: FoundFile | null;
  /** What its repository says of the proof, null where it says nothing. */
  readonly verify: RepositoryVerify | null;
}

/** Asks for build contexts on the real disk; the reader is loaded when the first one is asked for. */
function contextAsker(
  flags: CommonFlags,
  io: Io,
): (dockerfile: string | null) => (document: Document) => Promise<Fact<BuildContext>> {
  const slashes = (path: string): string => path.split(sep).join('/');
  let source: Promise<ContextSource> | null = null;
  return (dockerfile) => async (document) => {
    source ??= Promise.all([import('../facts/context/context.ts'), import('../facts/context/disk.ts')]).then(
      ([{ createContextSource }, { diskFiles }]) => createContextSource(diskFiles()),
    );
    const question = {
      dockerfile: dockerfile === null ? null : slashes(dockerfile),
      folder: flags.context === undefined ? null : slashes(resolve(io.cwd, flags.context)),
      cwd: slashes(io.cwd),
    };
    return (await source).contextOf(question, document);
  };
}

export async function stdinInput(
  flags: CommonFlags,
  io: Io,
  operator: OperatorConfig,
): Promise<readonly Input[]> {
  const folder = resolve(io.cwd, flags.stdinFilename ? dirname(flags.stdinFilename) : (flags.context ?? '.'));
  const loaded = await createConfigFinder(transforms).forFolder(folder, outermost(folder, folder, io));
  return [
    {
      path: flags.stdinFilename ?? '<stdin>',
      found: null,
      verify: null,
      settings: settingsFrom(loaded?.config ?? {}, operator, flags),
      context: contextAsker(flags, io)(null),
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
  for (const { path, error } of discovery.problems) problems.addFailure(path, withCommand(path, error));
  const finder = createConfigFinder(transforms);
  const settings = new Map<string, FileSettings>();
  const inputs: Input[] = [];
  const contextFor = contextAsker(flags, io);
  for (const found of await onlyChanged(discovery.files, flags, io)) {
    const folder = dirname(found.absolutePath);
    const loaded = await finder.forFolder(folder, outermost(folder, found.root, io));
    if (loaded && (await isExcluded(loaded, found))) continue;
    const key = loaded?.path ?? '';
    if (!settings.has(key)) settings.set(key, settingsFrom(loaded?.config ?? {}, operator, flags));
    inputs.push({
      path: found.path,
      found,
      verify: loaded?.config.verify
        ? { path: relative(io.cwd, loaded.path), config: loaded.config.verify }
        : null,
      settings: settings.get(key)!,
      read: () => readDockerfile(found.absolutePath, found.root),
      context: contextFor(found.absolutePath),
    });
  }
  return inputs;
}

/** The last folder above `folder` whose configuration counts where there is no repository. */
export function outermost(folder: string, root: string, { cwd }: Io): string {
  const isBelow = folder === cwd || folder.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep);
  return isBelow ? cwd : root;
}

/** A command with a typing error, or behind a flag, is taken for a path. */
function withCommand(path: string, error: Error): Error {
  const command = error instanceof InputError && error.code === 'missing' ? nearest(path, COMMANDS) : null;
  return command === null
    ? error
    : new InputError('missing', `${error.message} (did you mean the command: dockfix ${command}?)`);
}

async function onlyChanged(
  files: readonly FoundFile[],
  flags: CommonFlags,
  io: Io,
): Promise<readonly FoundFile[]> {
  if (flags.changed === undefined) return files;
  const { changedFiles } = await import('../io/git-changed.ts');
  const changed = await changedFiles(io.cwd, flags.changed === true ? null : flags.changed);
  const kept = await Promise.all(files.map(async (file) => changed.has(await realPlace(file.absolutePath))));
  return files.filter((_, index) => kept[index]);
}

/** git knows folders by their real names; the file itself may be a link. */
async function realPlace(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** A file that is named is judged whatever the configuration excludes. */
async function isExcluded({ folder, config }: Loaded<RepositoryConfig>, file: FoundFile): Promise<boolean> {
  if (!config.exclude || file.named) return false;
  const { default: ignore } = await import('ignore');
  const local = relative(folder, file.absolutePath).split(sep).join('/');
  return ignore({ ignorecase: false })
    .add([...config.exclude])
    .ignores(local);
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
