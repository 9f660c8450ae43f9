/** Names that stay the same from run to run: of what a pull request proposes, of its branch, of its text. */
import { createHash } from 'node:crypto';

/** What a pull request does to one place of a file. */
export interface Change {
  /** `docker.io/library/node:22`. */
  readonly key: string;
  readonly path: string;
  /** The digest that is pinned in the base; null for a first pin. */
  readonly from: string | null;
  readonly to: string;
}

/**
 * Of all changes that a pull request makes, whatever else its files hold: a base branch that moves on does not make
 * another proposal of it.
 */
export function fingerprint(changes: readonly Change[]): string {
  const rows = changes.map(({ key, path, from, to }) => JSON.stringify([path, key, from, to]));
  return sha256([...new Set(rows)].sort().join('\n')).slice(0, 32);
}

/** Prefixes of our branches; the second is for repositories where a branch `dockfix` stands in the way. */
export const BRANCH_PREFIXES = ['dockfix/', 'dockfix-'] as const;

const MAX_SLUG = 60;

/**
 * `dockfix/<slug>-<hash8>`: the same for a group for ever, whatever digest it proposes. The slug is over `[a-z0-9._-]`,
 * because people's workflows put branch names into shell commands.
 */
export function branchName(
  scope: BranchScope,
  prefix: (typeof BRANCH_PREFIXES)[number] = 'dockfix/',
): string {
  return `${prefix}${slug(scope.group)}-${branchHash(scope)}`;
}

export interface BranchScope {
  readonly repositoryId: string;
  readonly baseBranch: string;
  readonly group: string;
}

export function branchHash({ repositoryId, baseBranch, group }: BranchScope): string {
  return sha256(JSON.stringify([repositoryId, baseBranch, group])).slice(0, 8);
}

/** The eight characters that tell one of our branches from the others; null for a branch that is none of ours. */
export function hashOfBranch(branch: string): string | null {
  return /^dockfix[/-][a-z0-9._-]{0,100}?-?([0-9a-f]{8})$/.exec(branch)?.[1] ?? null;
}

/** Over `[a-z0-9._-]`, without `..`, without a dot or dash at its ends, without `.lock`; perhaps short, never empty. */
export function slug(text: string): string {
  const plain = text
    .slice(0, 500)
    .toLowerCase()
    .replace(/^(?:docker\.io\/)?(?:library\/)?/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, MAX_SLUG)
    .replace(/^[.-]+|[.-]+$/g, '')
    // A name that ends so, or has a part that does, is refused by git.
    .replace(/\.lock$/, '-lock');
  return plain === '' ? 'images' : plain;
}

/** Forges change white space and turn emoji into pictures or names; a text that differs in nothing else is the same. */
export function sameText(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(text: string): string {
  return text
    .replace(/\p{Extended_Pictographic}|[\u200d\ufe0e\ufe0f]|:[a-z0-9_+-]{1,50}:/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
