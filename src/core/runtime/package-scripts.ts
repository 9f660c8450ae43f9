/** Which script of which package.json a package manager runs. */
import { absolutePath } from './final-image.ts';
import type { ImageTexts } from './start-trace.ts';

/** `npm run start`, `yarn workspace web serve`: what a package manager is told to run. */
export interface PackageCall {
  readonly script: string | null;
  readonly file: string | null;
  /** `--prefix dir`, `--cwd dir`. */
  readonly folder: string | null;
  /** `--workspace name`, `--filter name`. */
  readonly workspace: string | null;
  readonly mayBeProgram: boolean;
  readonly rest: readonly (string | null)[];
}

/** What people call their scripts; no program has such a name. */
export const SCRIPT_NAMES = /^(?:start|dev|serve|test|stop|prod|production|worker|preview)(?:$|[:-])/;

/** Subcommands that are no scripts. */
const OWN_COMMANDS = new Set([
  'install',
  'i',
  'ci',
  'add',
  'update',
  'upgrade',
  'config',
  'cache',
  'link',
  'rebuild',
  'exec',
  'dlx',
  'x',
  'create',
  'init',
  'publish',
  'prune',
  'set',
  'global',
]);

/** Reads the words behind npm, yarn, pnpm or bun. */
export function readCall(manager: string, words: readonly (string | null)[]): PackageCall {
  const plain: string[] = [];
  let folder: string | null = null;
  let workspace: string | null = null;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === null || word === undefined || word === '--') break;
    const flag = /^(-[-\w]*)(?:=(.*))?$/.exec(word);
    if (flag) {
      const isFolder = /^(?:--prefix|--cwd|-C|--dir)$/.test(flag[1]!);
      const isWorkspace = /^(?:--workspace|-w|--filter|-F)$/.test(flag[1]!);
      if (!isFolder && !isWorkspace) continue;
      // For pnpm `-w` means the root and takes no value.
      if (flag[1] === '-w' && manager === 'pnpm') continue;
      const value = flag[2] ?? words[++at] ?? null;
      if (isFolder) folder = value;
      else workspace = value;
    } else if (manager === 'yarn' && word === 'workspace' && plain.length === 0) {
      workspace = words[++at] ?? null;
    } else {
      plain.push(word);
      if (plain.length === 2 || (plain[0] !== 'run' && plain[0] !== 'run-script')) break;
    }
  }
  const rest = words.slice(at + 1);
  const [first = null, second = null] = plain;
  const shared = { folder, workspace, rest };
  if (first === 'run' || first === 'run-script') {
    // `bun run index.ts` runs a file.
    const isFile = manager === 'bun' && second !== null && /\.[cm]?[jt]sx?$/.test(second);
    return {
      ...shared,
      script: isFile ? null : second,
      file: isFile ? second : null,
      mayBeProgram: manager !== 'npm',
    };
  }
  if (first === null)
    return { ...shared, script: manager === 'yarn' ? null : null, file: null, mayBeProgram: false };
  if (OWN_COMMANDS.has(first)) return { ...shared, script: null, file: null, mayBeProgram: false };
  if (manager === 'bun' && /[./]/.test(first))
    return { ...shared, script: null, file: first, mayBeProgram: false };
  if (manager === 'npm' && !['start', 'test', 'stop', 'restart'].includes(first)) {
    return { ...shared, script: null, file: null, mayBeProgram: false };
  }
  return { ...shared, script: first, file: null, mayBeProgram: manager !== 'npm' };
}

/** A package.json with its scripts. */
export interface FoundPackage {
  readonly scripts: Readonly<Record<string, string>>;
  readonly file: { readonly text: string; readonly path: string };
  readonly folder: string;
}

/** The package.json that a call means; null when it is not at hand. */
export function findPackage(
  texts: ImageTexts,
  call: PackageCall,
  workdir: string | null,
): FoundPackage | null {
  if (call.workspace !== null)
    return findWorkspace(texts, call.workspace.replace(/^\^|\.\.\.$|^\.\.\./g, ''));
  const folder = call.folder === null ? workdir : absolutePath(workdir, call.folder);
  return folder === null ? null : readPackage(texts, folder);
}

function readPackage(
  texts: ImageTexts,
  folder: string,
): (FoundPackage & { readonly name: string | null }) | null {
  const file = texts.text(folder === '/' ? '/package.json' : `${folder}/package.json`);
  if (!file) return null;
  try {
    const json = JSON.parse(file.text) as { readonly name?: unknown; readonly scripts?: unknown };
    const scripts: Record<string, string> = {};
    if (typeof json.scripts === 'object' && json.scripts !== null) {
      for (const [name, script] of Object.entries(json.scripts))
        if (typeof script === 'string') scripts[name] = script;
    }
    return { scripts, file, folder, name: typeof json.name === 'string' ? json.name : null };
  } catch {
    return null;
  }
}

function findWorkspace(texts: ImageTexts, name: string): FoundPackage | null {
  for (const path of texts.paths) {
    if (!path.endsWith('/package.json') || path.includes('/node_modules/')) continue;
    const folder = path.slice(0, -'/package.json'.length) || '/';
    const found = readPackage(texts, folder);
    if (found && (found.name === name || folder.endsWith(`/${name.replace(/^\.\//, '')}`))) return found;
  }
  return null;
}
