/** What a repository says of how it is to be worked on, read from the commit that is worked on. */
import { mapLimited } from '../app/fix-files.ts';
import type { Forge, ForgeFailure, ForgeResult, Tree, TreeEntry } from '../forge/forge.ts';
import { NO_RULES } from './settings.ts';
import type { BotSettings, FileRules } from './settings.ts';

/** What a repository says of the bot, and of its Dockerfiles. Paths are from its root. */
export interface ConfigReader {
  /** Another text whenever the operator says something else of files. */
  readonly operator: string;
  /** Of all paths those that have to be read, for the bot and for these Dockerfiles. */
  paths(all: readonly string[], dockerfiles: readonly string[]): readonly string[];
  read(
    files: readonly { readonly path: string; readonly text: string }[],
    dockerfiles: readonly string[],
  ): Promise<
    | {
        readonly ok: true;
        readonly settings: Partial<BotSettings>;
        /** For one of the Dockerfiles. */
        readonly rulesFor: (path: string) => FileRules;
      }
    | { readonly ok: false; readonly path: string; readonly reason: string }
  >;
}

const MAX_CONFIG_BYTES = 1024 * 1024;
const MAX_CONFIG_FILES = 1000;
const BLOBS_AT_ONCE = 8;

export interface RepositoryConfig {
  readonly settings: Partial<BotSettings>;
  readonly rulesFor: (path: string) => FileRules;
  readonly problem: { readonly path: string; readonly reason: string } | null;
}

/** Reads it from a commit. What is wrong with it is a value as well: it concerns people, not this run. */
export async function readRepositoryConfig(
  path: string,
  { entries }: Tree,
  dockerfiles: readonly string[],
  { forge, config }: { readonly forge: Forge; readonly config: ConfigReader },
): Promise<ForgeResult<RepositoryConfig>> {
  const problem = (file: string, reason: string): ForgeResult<RepositoryConfig> => ({
    ok: true,
    value: { settings: {}, rulesFor: () => NO_RULES, problem: { path: file, reason } },
  });
  const plain = new Map(entries.filter(isPlainFile).map((entry) => [entry.path, entry.id]));
  const there = config.paths([...plain.keys()], dockerfiles);
  if (there.length > MAX_CONFIG_FILES)
    return problem(there[0]!, `more than ${MAX_CONFIG_FILES} files could configure the Dockerfiles here`);
  let failure: ForgeFailure | null = null;
  const files = await mapLimited(there, BLOBS_AT_ONCE, async (file) => {
    if (failure) return [];
    const blob = await forge.getBlob(path, plain.get(file)!, MAX_CONFIG_BYTES);
    if (blob.ok) return [{ path: file, text: new TextDecoder().decode(blob.value) }];
    // A package.json of that size has something else in mind.
    if (blob.code === 'too-large') return file.endsWith('package.json') ? [] : [{ path: file, text: null }];
    failure = blob;
    return [];
  });
  if (failure) return failure;
  const texts: { path: string; text: string }[] = [];
  for (const { path: file, text } of files.flat()) {
    if (text === null) return problem(file, 'is larger than 1 MiB');
    texts.push({ path: file, text });
  }
  const read = await config.read(texts, dockerfiles);
  return read.ok ? { ok: true, value: { ...read, problem: null } } : problem(read.path, read.reason);
}

function isPlainFile({ mode }: TreeEntry): boolean {
  return mode === '100644' || mode === '100755';
}
