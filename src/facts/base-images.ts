/**
 * What is known of well-known base images by their names: a hint layer below what the registry says of the image
 * itself. Two views of one table: how an image is run, and which programs it has. Every row says where it is from and
 * how far it was checked. A row that was not checked hands over its programs under another name, so that no code can
 * rest a fix on them by mistake, and its accounts with a mark that keeps fixes from being written.
 */
import { effectiveTag, matchesWildcard, repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Account, BaseAccounts, Family } from '../core/runtime/base.ts';
import type { Evidence, Safety } from '../core/types.ts';
import { LANGUAGE_IMAGES } from './base-images/languages.data.ts';
import { PLATFORM_IMAGES } from './base-images/platforms.data.ts';
import { systemOf } from './base-images/row.ts';
import type { BaseImageRow, System, Tool } from './base-images/row.ts';
import { SERVER_IMAGES } from './base-images/servers.data.ts';
import { STORE_IMAGES } from './base-images/stores.data.ts';
import { SYSTEM_IMAGES } from './base-images/systems.data.ts';

export type { BaseImageRow, Tool } from './base-images/row.ts';

/** The first row that fits wins, so a variant stands above its kind. */
export const BASE_IMAGES: readonly BaseImageRow[] = [
  ...SYSTEM_IMAGES,
  ...LANGUAGE_IMAGES,
  ...PLATFORM_IMAGES,
  ...SERVER_IMAGES,
  ...STORE_IMAGES,
];

/** Which programs an image has, where it listens and how it is stopped. */
export interface BaseImageFacts {
  readonly family: Family;
  /** Tools that a probe can use. What is not listed is not known to be there. */
  readonly tools: readonly Tool[];
  /** Tools that are known to be missing, where people expect them. */
  readonly missing: readonly Tool[];
  readonly ports: readonly number[];
  readonly stopSignal: string | null;
}

/**
 * What the table says of an image. `facts` of a checked row may carry an unsafe fix; what was not checked is a
 * `guess` and may carry nothing but advice. Neither ever makes a fix safe: {@link atMost} keeps to that.
 */
export type BaseImageHint =
  | {
      readonly mark: 'V' | 'S';
      readonly ceiling: 'unsafe';
      readonly facts: BaseImageFacts;
      readonly row: string;
      readonly evidence: Evidence;
    }
  | {
      readonly mark: 'K';
      readonly ceiling: 'display';
      readonly guess: BaseImageFacts;
      readonly row: string;
      readonly evidence: Evidence;
    };

/** Both views of an image. The objects stay the same for the same name, so that what is drawn from them can be kept. */
interface Known {
  readonly accounts: BaseAccounts | null;
  readonly hint: BaseImageHint | null;
  readonly workdir: string | null;
}

const NOTHING: Known = { accounts: null, hint: null, workdir: null };

/** Programs, ports and stop signal; null for what nobody has looked at. `FROM scratch` is asked for by {@link scratchHint}. */
export function baseImageHint(image: ImageRef): BaseImageHint | null {
  return knownOf(image).hint;
}

/** How the image is run: its user, its accounts, what it starts; null for what nobody has looked at. */
export function baseAccounts(image: ImageRef): BaseAccounts | null {
  return knownOf(image).accounts;
}

/** The folder in which the image starts; null for what nobody has checked. */
export function baseWorkdir(image: ImageRef): string | null {
  return knownOf(image).workdir;
}

export function scratchHint(): BaseImageHint {
  return hintOf(
    BASE_IMAGES.find(({ repositories }) => repositories.includes('scratch'))!,
    '',
  )!;
}

/** The weaker of two claims: `atMost('safe', hint.ceiling)`. */
export function atMost(claim: Safety, ceiling: Safety): Safety {
  const order: readonly Safety[] = ['safe', 'unsafe', 'display'];
  return order.indexOf(claim) >= order.indexOf(ceiling) ? claim : ceiling;
}

/** Several transforms ask for the same image, in every pass. */
const known = new Map<string, Known>();
/** The rows by repository: there are far fewer names than tags. */
const byName = new Map<string, readonly BaseImageRow[]>();
const MAX_KNOWN = 500;

function knownOf(image: ImageRef): Known {
  const name = officialName(repositoryName(image));
  const tag = effectiveTag(image) ?? '';
  return remember(known, `${name}:${tag}`, () => {
    const row = remember(byName, name, () => rowsOf(name)).find(
      ({ tag: wanted, notTag }) => (wanted?.test(tag) ?? true) && !(notTag?.test(tag) ?? false),
    );
    return row
      ? { accounts: accountsOf(row, name, tag), hint: hintOf(row, tag), workdir: workdirOf(row, tag) }
      : NOTHING;
  });
}

function rowsOf(name: string): readonly BaseImageRow[] {
  return BASE_IMAGES.filter(({ repositories }) =>
    repositories.some(
      (pattern) => pattern === name || (pattern.includes('*') && matchesWildcard(pattern, name)),
    ),
  );
}

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    if (map.size >= MAX_KNOWN) map.clear();
    map.set(key, (value = make()));
  }
  return value;
}

/** Copies of Docker Hub's official images under other hosts. */
function officialName(name: string): string {
  return name
    .replace(
      /^(?:public\.ecr\.aws\/docker|mirror\.gcr\.io|registry\.docker\.com)\/library\//,
      'docker.io/library/',
    )
    .replace(/^docker\.io\/(?:amd64|arm64v8|arm32v7|i386)\//, 'docker.io/library/');
}

function systemFor({ system = systemOf }: BaseImageRow, tag: string): System {
  return typeof system === 'function' ? system(tag) : system;
}

function accountsOf(row: BaseImageRow, id: string, tag: string): BaseAccounts | null {
  const { mark, source, role, ready = null } = row;
  if (role === undefined) return null;
  const { family, tool, accounts } = systemFor(row, tag);
  return {
    id,
    mark,
    source,
    family,
    role,
    user: row.user ?? '',
    accounts: uniqueAccounts([...accounts, ...(row.accounts ?? []), ...(ready ? [ready] : [])]),
    ready,
    readyText: row.readyText ?? null,
    tool,
    hasShell: row.hasShell ?? true,
    workdir: row.workdir ?? '/',
    entrypoint: row.entrypoint ?? null,
    cmd: row.cmd ?? null,
    guard: row.guard ?? null,
  };
}

/** By name: the account for applications is often one of the system's. */
function uniqueAccounts(accounts: readonly Account[]): readonly Account[] {
  return accounts.filter(({ name }, index) => accounts.findIndex((one) => one.name === name) === index);
}

/** Images of systems and languages start in the root, where their row says nothing else. */
function workdirOf({ mark, role, workdir }: BaseImageRow, tag: string): string | null {
  if (mark === 'K' || /onbuild/.test(tag)) return null;
  return workdir ?? (role === 'system' || role === 'language' ? '/' : null);
}

function hintOf(row: BaseImageRow, tag: string): BaseImageHint | null {
  const { id, source, mark, tools, missing = [], ports = [], stopSignal = null } = row;
  if (tools === undefined) return null;
  const facts: BaseImageFacts = { family: systemFor(row, tag).family, tools, missing, ports, stopSignal };
  const evidence: Evidence = { kind: 'knowledge', entry: `base image ${id}`, source };
  return mark === 'K'
    ? { mark, ceiling: 'display', guess: facts, row: id, evidence }
    : { mark, ceiling: 'unsafe', facts, row: id, evidence };
}
