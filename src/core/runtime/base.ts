/**
 * What is known of the image below a Dockerfile: a row of the knowledge table, and above it what the registry says
 * of the very image.
 */
import type { ImageRef } from '../image-ref.ts';
import type { Evidence, Fact, FactRequest, FactValues, Facts } from '../types.ts';
import type { FinalImage } from './final-image.ts';

export type Family =
  | 'debian'
  | 'ubuntu'
  | 'alpine'
  | 'wolfi'
  | 'busybox'
  | 'rhel'
  | 'amazon'
  | 'distroless'
  | 'scratch'
  | 'windows'
  | 'other';

/** What an image is made for; decides which recipe applies. */
export type Role =
  | 'system'
  | 'language'
  | 'nginx'
  | 'httpd'
  | 'php-apache'
  | 'php-fpm'
  | 'caddy'
  | 'tomcat'
  | 'drops-privileges'
  | 'site-in-volume'
  | 'lambda'
  | 'functions'
  | 'development'
  | 'host-access'
  | 'root-by-need'
  | 'tool'
  | 'windows'
  | 'non-root'
  | 'unknown';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A row of the knowledge table. */
export interface BaseAccounts {
  /** Names the row in evidence. */
  readonly id: string;
  /** V was run on look-alikes, S was read in the image's source, K is general knowledge. */
  readonly mark: 'V' | 'S' | 'K';
  readonly source: string;
  readonly family: Family;
  readonly role: Role;
  /** The user that the image sets; `''` is root. */
  readonly user: string;
  readonly accounts: readonly Account[];
  /** The account that is there for applications to use. */
  readonly ready: Account | null;
  /** How USER names it where the image has a variable for it. */
  readonly readyText: string | null;
  /** The program that makes accounts; null when the image has none, or none is known. */
  readonly tool: 'useradd' | 'adduser' | null;
  readonly hasShell: boolean;
  readonly workdir: string | null;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  /** The first words that the entry point answers by dropping its privileges. */
  readonly guard: RegExp | null;
}

export interface KnownBase extends Omit<BaseAccounts, 'id' | 'source'> {
  readonly evidence: readonly Evidence[];
  /** The registry was asked for its configuration and has answered. */
  readonly isInspected: boolean;
  /** Instructions that run in every build on top of it. */
  readonly onBuild: readonly string[];
  readonly volumes: readonly string[];
}

/** Paths that tell which tools an image has. */
const TOOL_PATHS = ['/usr/sbin/useradd', '/usr/sbin/adduser', '/bin/busybox', '/bin/sh'] as const;

/** The questions that {@link knownBase} asks: of an image without a row, also for its tools. */
export function baseRequests(
  { base, platform }: FinalImage,
  row: BaseAccounts | null,
): readonly FactRequest[] {
  if (base.kind !== 'image') return [];
  const { image } = base;
  const config: FactRequest = { kind: 'image-config', image, platform };
  if (row && row.mark !== 'K') return [config];
  return [config, osRequest(image, platform), filesRequest(image, platform)];
}

function osRequest(image: ImageRef, platform: string | null): FactRequest & { kind: 'os-release' } {
  return { kind: 'os-release', image, platform };
}

function filesRequest(image: ImageRef, platform: string | null): FactRequest & { kind: 'image-files' } {
  return { kind: 'image-files', image, platform, paths: TOOL_PATHS };
}

const SCRATCH: KnownBase = {
  mark: 'V',
  family: 'scratch',
  role: 'language',
  user: '',
  accounts: [],
  ready: { name: 'nonroot', uid: 65532, gid: 65532 },
  readyText: null,
  tool: null,
  hasShell: false,
  workdir: '/',
  entrypoint: null,
  cmd: null,
  guard: null,
  evidence: [],
  isInspected: true,
  onBuild: [],
  volumes: [],
};

const UNKNOWN: KnownBase = {
  ...SCRATCH,
  mark: 'K',
  family: 'other',
  role: 'unknown',
  ready: null,
  hasShell: false,
  workdir: null,
  isInspected: false,
};

const known = new WeakMap<FinalImage, { readonly facts: Facts; readonly base: KnownBase }>();

/** Everything known of the base image, once it has been asked for. What the registry says counts before the row. */
export function knownBase(image: FinalImage, row: BaseAccounts | null, facts: Facts): KnownBase {
  const found = known.get(image);
  if (found?.facts === facts) return found.base;
  const base = readBase(image, row, facts);
  known.set(image, { facts, base });
  return base;
}

function readBase({ base, platform }: FinalImage, row: BaseAccounts | null, facts: Facts): KnownBase {
  if (base.kind === 'scratch') return SCRATCH;
  if (base.kind === 'unknown') return UNKNOWN;
  const { image } = base;
  const fromRow = row ? baseOfRow(row) : UNKNOWN;
  const config = facts.get({ kind: 'image-config', image, platform });
  if (!config.ok) return fromRow;
  const { config: says } = config.value;
  const isWindows = says.os === 'windows';
  const tools = row && row.mark !== 'K' ? {} : toolsOf(facts, image, platform);
  return {
    ...fromRow,
    ...tools,
    ...(isWindows ? { family: 'windows' as const, role: 'windows' as const } : {}),
    ...(row === null && !isWindows
      ? { role: isNotRoot(says.user) ? ('non-root' as const) : ('system' as const) }
      : {}),
    user: says.user,
    workdir: says.workingDirectory === '' ? '/' : says.workingDirectory,
    entrypoint: says.entrypoint,
    cmd: says.cmd,
    onBuild: says.onBuild,
    volumes: says.volumes,
    isInspected: true,
    evidence: [...fromRow.evidence, config.evidence],
  };
}

const byRow = new WeakMap<BaseAccounts, KnownBase>();

function baseOfRow(row: BaseAccounts): KnownBase {
  let base = byRow.get(row);
  if (!base) {
    const entry = `${row.id} [${row.mark}]`;
    base = { ...UNKNOWN, ...row, evidence: [{ kind: 'knowledge', entry, source: row.source }] };
    byRow.set(row, base);
  }
  return base;
}

function isNotRoot(user: string): boolean {
  const name = user.split(':', 1)[0]!;
  return name !== '' && name !== 'root' && !/^0+$/.test(name);
}

/** What the files of the image itself tell. */
function toolsOf(facts: Facts, image: ImageRef, platform: string | null): Partial<KnownBase> {
  const files = facts.get(filesRequest(image, platform)) as Fact<FactValues['image-files']>;
  const os = facts.get(osRequest(image, platform)) as Fact<FactValues['os-release']>;
  const has = (path: string): boolean =>
    files.ok &&
    files.value.files.some((file) => file.path === path && file.present === 'yes' && file.verified);
  const found: { -readonly [K in keyof KnownBase]?: KnownBase[K] } = {};
  if (has('/bin/sh')) found.hasShell = true;
  if (has('/usr/sbin/useradd')) found.tool = 'useradd';
  else if (has('/usr/sbin/adduser') && has('/bin/busybox')) found.tool = 'adduser';
  if (os.ok) found.family = familyOf([os.value.id, ...os.value.idLike]);
  return found;
}

function familyOf(ids: readonly string[]): Family {
  const known: readonly (readonly [string, Family])[] = [
    ['ubuntu', 'ubuntu'],
    ['debian', 'debian'],
    ['alpine', 'alpine'],
    ['wolfi', 'wolfi'],
    ['chainguard', 'wolfi'],
    ['amzn', 'amazon'],
    ['rhel', 'rhel'],
    ['fedora', 'rhel'],
    ['centos', 'rhel'],
  ];
  for (const id of ids) {
    const entry = known.find(([name]) => name === id);
    if (entry) return entry[1];
  }
  return 'other';
}
