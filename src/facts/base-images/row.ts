/** What a row of the table of base images says, and what the distributions below the images bring. */
import type { Account, Family, Role } from '../../core/runtime/base.ts';

/** A program that a health check can use. */
export type Tool =
  | 'sh'
  | 'bash'
  | 'curl'
  | 'wget'
  | 'busybox-wget'
  | 'nc'
  | 'python'
  | 'python3'
  | 'node'
  | 'bun'
  | 'deno'
  | 'php'
  | 'ruby'
  | 'perl'
  | 'java';

export interface System {
  readonly family: Family;
  /** The program that makes accounts. */
  readonly tool: 'useradd' | 'adduser' | null;
  readonly accounts: readonly Account[];
}

/**
 * One kind of image. What a row leaves out is as most images have it (no user, a shell, the folder `/`) or is not
 * known: without `role` nothing is said about how the image is run, without `tools` nothing about its programs.
 */
export interface BaseImageRow {
  /** Number of the kind, and a letter for a variant. */
  readonly id: string;
  /** Host and repository; `*` stands for any text. */
  readonly repositories: readonly string[];
  /** The tag must fit; without it any tag does. */
  readonly tag?: RegExp;
  /** The tag must not fit. */
  readonly notTag?: RegExp;
  /** V: run on a look-alike; S: read in the upstream's source; K: general knowledge, not checked. */
  readonly mark: 'V' | 'S' | 'K';
  /** Where it is from: never empty. */
  readonly source: string;
  /** Without it the tag tells, and Debian is what has no word for it. */
  readonly system?: System | ((tag: string) => System);
  readonly role?: Role;
  /** The user of the image's configuration; root when it is left out. */
  readonly user?: string;
  /** Accounts beside those of the system. */
  readonly accounts?: readonly Account[];
  /** The account that is there for applications to use, and how USER names it where the image has a variable. */
  readonly ready?: Account;
  readonly readyText?: string;
  readonly hasShell?: boolean;
  readonly workdir?: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** The first words that the entry point answers by dropping its privileges. */
  readonly guard?: RegExp;
  /** What is not listed is not known to be there. */
  readonly tools?: readonly Tool[];
  /** What is known to be missing, where people expect it. */
  readonly missing?: readonly Tool[];
  readonly ports?: readonly number[];
  readonly stopSignal?: string;
}

export const NOT_CHECKED = 'general knowledge, not checked';

export function hub(...names: readonly string[]): readonly string[] {
  return names.map((name) => `docker.io/library/${name}`);
}

const NOBODY = account('nobody', 65534);
const DEBIAN_ACCOUNTS = [account('www-data', 33), NOBODY];

export const NONROOT = account('nonroot', 65532);
export const DEBIAN: System = { family: 'debian', tool: 'useradd', accounts: DEBIAN_ACCOUNTS };
export const UBUNTU: System = { family: 'ubuntu', tool: 'useradd', accounts: DEBIAN_ACCOUNTS };
/** From 23.04 on Ubuntu has an account of its own. It is taken, and not there for applications. */
export const NOBLE: System = {
  family: 'ubuntu',
  tool: 'useradd',
  accounts: [...DEBIAN_ACCOUNTS, account('ubuntu', 1000)],
};
export const ALPINE: System = {
  family: 'alpine',
  tool: 'adduser',
  accounts: [account('www-data', 82), NOBODY],
};
export const BUSYBOX: System = { family: 'busybox', tool: 'adduser', accounts: [NOBODY] };
export const WOLFI: System = { family: 'wolfi', tool: 'adduser', accounts: [NONROOT] };
export const BARE_WOLFI: System = { ...WOLFI, tool: null };
export const DISTROLESS: System = { family: 'distroless', tool: null, accounts: [NONROOT, NOBODY] };
export const RHEL: System = { family: 'rhel', tool: 'useradd', accounts: [] };
/** useradd comes with shadow-utils, which is not in it. */
export const MINIMAL_RHEL: System = { ...RHEL, tool: null };
export const AMAZON: System = { family: 'amazon', tool: null, accounts: [] };
export const WINDOWS: System = { family: 'windows', tool: null, accounts: [] };
/** Another system, or one that nobody has looked at. */
export const OTHER: System = { family: 'other', tool: null, accounts: [] };

/** An account whose group has its number, unless another one is given. */
export function account(name: string, uid: number, gid: number = uid): Account {
  return { name, uid, gid };
}

/** The distribution that the tag of an image names; Debian is what most have without a word. */
export function systemOf(tag: string): System {
  if (/alpine/.test(tag)) return ALPINE;
  if (/(?:^|-)(?:noble|plucky|questing|resolute|ubuntu24|ubuntu-24|24\.04|26\.04)/.test(tag)) return NOBLE;
  if (/(?:^|-)(?:bionic|focal|jammy|xenial|trusty|ubuntu)/.test(tag)) return UBUNTU;
  if (/ubi\d*-minimal/.test(tag)) return MINIMAL_RHEL;
  if (/(?:^|-)(?:ubi|centos|oracle)/.test(tag)) return RHEL;
  return DEBIAN;
}
