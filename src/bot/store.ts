/**
 * What the bot remembers between runs: when it first saw digests, and what it has done to each repository. One JSON
 * file by default; whatever keeps the same promises (a table of a database) can take its place.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '../core/errors.ts';
import type { Change } from './fingerprint.ts';
import type { History, Sighting } from './history.ts';
import type { Observations } from './look-ups.ts';

/** What the bot knows of one pull request that it made. */
export interface PullMemory {
  readonly number: number;
  /** The commit that we set the branch to last. */
  readonly head: string;
  readonly changes: readonly Change[];
  /** Labels, reviewers and auto-merge have been seen to; what people take away afterwards stays away. */
  readonly isDecorated: boolean;
}

/** Of one repository, by {@link RepositoryMemory} fields that all may be forgotten without harm. */
export interface RepositoryMemory {
  readonly defaultBranch: string;
  /** Commit, activity and settings at the end of the last run that had nothing left to do. */
  readonly settled: {
    readonly head: string;
    readonly activity: string | null;
    readonly settings: string;
    /** What each tag had: `key` to digest. */
    readonly tips: Readonly<Record<string, string>>;
    /** References `name:tag@digest` whose tags have moved away from them. */
    readonly watched: readonly string[];
    /** When something that waits has to be looked at again; null when nothing waits. */
    readonly wakeAtMs: number | null;
    /** Open, or held by a person: it is looked for people's answers where the forge does not tell of them. */
    readonly hasOpenPulls: boolean;
  } | null;
  /** By branch. */
  readonly pulls: Readonly<Record<string, PullMemory>>;
  /** Numbers of pull requests that we closed. */
  readonly closed: readonly number[];
  /** When we opened pull requests, milliseconds since 1970; those of the last hour. */
  readonly createdAtMs: readonly number[];
  /** We have opened the dashboard here. */
  readonly hasIssue: boolean;
}

export const NO_MEMORY: RepositoryMemory = {
  defaultBranch: '',
  settled: null,
  pulls: {},
  closed: [],
  createdAtMs: [],
  hasIssue: false,
};

export interface BotStore extends Observations {
  /** By {@link Repository.id}. */
  repository(id: string): RepositoryMemory | null;
  /** Kept once the promise resolves, also when the process is killed right after it. */
  saveRepository(id: string, memory: RepositoryMemory): Promise<void>;
  /** The path of a repository as it was given, to its id and default branch: so that one request can do. */
  alias(path: string): { readonly id: string; readonly path: string } | null;
  setAlias(path: string, repository: { readonly id: string; readonly path: string }): void;
  /** Keeps everything that was told since the last time. */
  flush(): Promise<void>;
}

interface State {
  version: 1;
  observations: Record<string, History>;
  repositories: Record<string, RepositoryMemory>;
  aliases: Record<string, { readonly id: string; readonly path: string }>;
}

/** For `--dry-run`, and where there is nothing to keep it in. */
export function createMemoryStore(
  state: State = emptyState(),
  write: () => Promise<void> = async () => {},
): BotStore {
  return {
    history: (key) => own(state.observations, key) ?? [],
    setHistory: (key, history) => void (state.observations[key] = history),
    repository: (id) => own(state.repositories, id) ?? null,
    async saveRepository(id, memory) {
      state.repositories[id] = memory;
      await write();
    },
    alias: (path) => own(state.aliases, path) ?? null,
    setAlias: (path, repository) => void (state.aliases[path] = repository),
    flush: write,
  };
}

/** Names come from repositories: `__proto__` is one like any other. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function emptyState(): State {
  const empty = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;
  return { version: 1, observations: empty(), repositories: empty(), aliases: empty() };
}

/**
 * The state in one file. Throws {@link EnvironmentError} for a file that is damaged or of a newer version: it holds
 * first sights that would be lost by writing over it.
 */
export async function openFileStore(path: string, isReadOnly: boolean): Promise<BotStore> {
  const state = await readState(path);
  let written = state === null ? '' : JSON.stringify(state);
  const current = state ?? emptyState();
  let queue: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const text = JSON.stringify(current);
    if (text === written || isReadOnly) return;
    await replaceFile(path, text);
    written = text;
  };
  return createMemoryStore(current, () => (queue = queue.then(write, write)));
}

const MAX_STATE_BYTES = 256 * 1024 * 1024;

async function readState(path: string): Promise<State | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new EnvironmentError('state', `${path}: the state file cannot be read`);
  }
  const data = text.length > MAX_STATE_BYTES ? null : parse(text);
  if (!isRecord(data) || typeof data['version'] !== 'number')
    throw new EnvironmentError(
      'state',
      `${path}: this is no state file of dockfix, or it is damaged; move it away`,
    );
  if (data['version'] !== 1)
    throw new EnvironmentError(
      'state',
      `${path}: the state file was written by a newer dockfix; update dockfix`,
    );
  const { observations, repositories, aliases } = data;
  const state = emptyState();
  for (const [key, history] of entries(observations))
    if (Array.isArray(history)) state.observations[key] = history.filter(isSighting);
  for (const [id, memory] of entries(repositories)) {
    const read = readMemory(memory);
    if (read) state.repositories[id] = read;
  }
  for (const [name, alias] of entries(aliases)) {
    if (isRecord(alias) && typeof alias['id'] === 'string' && typeof alias['path'] === 'string')
      state.aliases[name] = { id: alias['id'], path: alias['path'] };
  }
  return state;
}

function readMemory(value: unknown): RepositoryMemory | null {
  if (!isRecord(value)) return null;
  const { pulls, closed, createdAtMs, defaultBranch, settled } = value;
  if (!isRecord(pulls) || !Array.isArray(closed) || !Array.isArray(createdAtMs)) return null;
  if (typeof defaultBranch !== 'string' || (settled !== null && !isRecord(settled))) return null;
  const isPull = (pull: unknown): boolean =>
    isRecord(pull) &&
    typeof pull['number'] === 'number' &&
    typeof pull['head'] === 'string' &&
    Array.isArray(pull['changes']);
  if (!Object.values(pulls).every(isPull)) return null;
  // Written by this program; the outlines are checked, and nothing in it decides what is written to a repository.
  return value as unknown as RepositoryMemory;
}

function isSighting(value: unknown): value is Sighting {
  if (!isRecord(value)) return false;
  const { digest, firstSeenMs, lastSeenMs, replacedAtMs, pushedAtMs } = value;
  const isTime = (time: unknown): boolean => typeof time === 'number' && Number.isFinite(time);
  return (
    typeof digest === 'string' &&
    isTime(firstSeenMs) &&
    isTime(lastSeenMs) &&
    (replacedAtMs === null || isTime(replacedAtMs)) &&
    (pushedAtMs === null || isTime(pushedAtMs))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whoever reads it sees the old file or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.dockfix-state.${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new EnvironmentError('state', `${path}: the state file cannot be written (${code})`, {
      cause: error,
    });
  }
}
