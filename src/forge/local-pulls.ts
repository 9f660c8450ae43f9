/**
 * Pull requests where there is no forge: the texts in files that people read, and a list beside them. What becomes of
 * a branch says what has become of its pull request.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { forgeFailure } from './forge.ts';
import type { ForgeResult, PullRequest } from './forge.ts';

export interface LocalPull {
  readonly number: number;
  readonly branch: string;
  readonly baseBranch: string;
  readonly title: string;
  readonly state: PullRequest['state'];
  readonly closedBy: PullRequest['closedBy'];
  readonly createdAtMs: number;
  readonly closedAtMs: number | null;
  readonly labels: readonly string[];
}

export interface LocalPulls {
  list(): Promise<ForgeResult<readonly LocalPull[]>>;
  /** With the body where it is another one. Replaces the one with the same number. */
  save(pull: LocalPull, body: string | null): Promise<ForgeResult<null>>;
  body(pull: LocalPull): Promise<string>;
  /** Texts that are no pull requests: the dashboard. Null when there is none. */
  readText(name: string): Promise<string | null>;
  /** Another one whenever somebody has changed one of the texts. */
  stamp(): Promise<string>;
  writeText(name: string, text: string): Promise<ForgeResult<null>>;
}

const LIST = 'pulls.json';

/** `folder`: absolute; made when something is written. Nothing is, where it is only to be read. */
export function openLocalPulls(folder: string, isReadOnly = false): LocalPulls {
  const fileOf = ({ number, branch }: LocalPull): string =>
    `${String(number).padStart(4, '0')}-${branch.replace(/^dockfix[/-]/, '')}.md`;

  async function list(): Promise<ForgeResult<readonly LocalPull[]>> {
    const text = await read(join(folder, LIST));
    if (text === null) return { ok: true, value: [] };
    const pulls = parseList(text);
    return pulls
      ? { ok: true, value: pulls }
      : forgeFailure('forge-error', `${LIST} in the folder of pull requests is damaged; move it away`);
  }

  async function write(name: string, text: string): Promise<ForgeResult<null>> {
    if (isReadOnly) return { ok: true, value: null };
    try {
      await mkdir(folder, { recursive: true });
      await replace(folder, name, text);
      return { ok: true, value: null };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      return forgeFailure('denied', `the folder of pull requests cannot be written (${code})`);
    }
  }

  return {
    list,
    async save(pull, body) {
      const before = await list();
      if (!before.ok) return before;
      // The text first: a list that names a text which is not there would be read as a text without content.
      if (body !== null) {
        const written = await write(fileOf(pull), `# ${pull.title}\n\n${body}`);
        if (!written.ok) return written;
      }
      const pulls = [...before.value.filter(({ number }) => number !== pull.number), pull];
      return write(LIST, `${JSON.stringify({ version: 1, pulls }, null, 2)}\n`);
    },
    async body(pull) {
      return ((await read(join(folder, fileOf(pull)))) ?? '').replace(/^# [^\n]*\n\n/, '');
    },
    async stamp() {
      const names = await readdir(folder).catch(() => []);
      const rows = names.sort().map(async (name) => {
        const stats = name.endsWith('.md') ? await stat(join(folder, name)).catch(() => null) : null;
        return stats === null ? [] : [`${name} ${stats.size} ${stats.mtimeMs}`];
      });
      return (await Promise.all(rows)).flat().join('\n');
    },
    readText: (name) => read(join(folder, name)),
    writeText: write,
  };
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

async function replace(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

function parseList(text: string): readonly LocalPull[] | null {
  try {
    const data = JSON.parse(text) as { readonly version?: unknown; readonly pulls?: unknown };
    if (data.version !== 1 || !Array.isArray(data.pulls)) return null;
    return data.pulls.every(isPull) ? data.pulls : null;
  } catch {
    return null;
  }
}

function isPull(value: unknown): value is LocalPull {
  if (typeof value !== 'object' || value === null) return false;
  const { number, branch, baseBranch, title, state, createdAtMs, labels } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(number) &&
    typeof branch === 'string' &&
    // It becomes the name of a file.
    /^dockfix[/-][a-z0-9._-]{1,120}$/.test(branch) &&
    typeof baseBranch === 'string' &&
    typeof title === 'string' &&
    (state === 'open' || state === 'closed' || state === 'merged') &&
    typeof createdAtMs === 'number' &&
    Array.isArray(labels)
  );
}
