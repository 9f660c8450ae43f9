/**
 * What is known of well-known base images by their names: a hint layer over what the registry says of the image
 * itself. Every row says where it is from and how far it was checked, and a row that was not checked hands over its
 * content under another name, so that no code can rest a fix on it by mistake.
 */
import { repositoryName } from '../core/image-ref.ts';
import type { ImageRef } from '../core/image-ref.ts';
import type { Evidence, Safety } from '../core/types.ts';
import { BASE_IMAGES } from './base-images.data.ts';

/** An account that the image has ready for the application. */
export interface ReadyUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number | null;
}

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

export interface BaseImageFacts {
  readonly os:
    | 'debian'
    | 'ubuntu'
    | 'alpine'
    | 'busybox'
    | 'rhel'
    | 'amazonlinux'
    | 'wolfi'
    | 'distroless'
    | 'windows'
    | 'none'
    | 'other';
  /** The user of the image's configuration; null when it differs by tag or is not known. */
  readonly user: 'root' | (string & {}) | null;
  readonly ready: ReadyUser | null;
  /** How the entrypoint gives up root by itself, and for which command it does. */
  readonly drops: { readonly by: string; readonly guard: string | null } | null;
  /** Which commands can make a user; `none` when there is nothing to make one with. */
  readonly accounts: 'useradd' | 'adduser-busybox' | 'none' | null;
  readonly packages: 'apt' | 'apk' | 'dnf' | 'microdnf' | 'yum' | 'zypper' | 'none' | null;
  /** Tools that a probe can use. What is not listed is not known to be there. */
  readonly tools: readonly Tool[];
  /** Tools that are known to be missing, where people expect them. */
  readonly missing: readonly Tool[];
  readonly ports: readonly number[];
  /** The usual health check of this image; `none`: health checks do not apply. */
  readonly health: string | null;
  readonly stopSignal: string | null;
  /** `lambda`, `functions`, `windows`: USER and HEALTHCHECK do not apply as elsewhere. */
  readonly special: 'lambda' | 'functions' | 'windows' | 'root-by-need' | 'tool' | 'builder' | null;
}

interface RowHead {
  /** Number of the row, and of its variant. */
  readonly id: string;
  /** Repositories, host included, `*` for any text. */
  readonly repositories: readonly string[];
  /** The tag must fit; without it any tag does. */
  readonly tag?: RegExp;
  /** The tag must not fit. */
  readonly notTag?: RegExp;
  /** Where it is from: never empty, a test says so. */
  readonly source: string;
  /** V: run on a look-alike; S: read in the upstream's source; K: general knowledge, not checked. */
  readonly mark: 'V' | 'S' | 'K';
}

/** A row of the table. */
export type BaseImageRow = RowHead & { readonly is: Partial<BaseImageFacts> & Pick<BaseImageFacts, 'os'> };

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

const UNKNOWN: Omit<BaseImageFacts, 'os'> = {
  user: null,
  ready: null,
  drops: null,
  accounts: null,
  packages: null,
  tools: [],
  missing: [],
  ports: [],
  health: null,
  stopSignal: null,
  special: null,
};

/** The first row that fits, or null. `FROM scratch` is asked for by {@link scratchHint}. */
export function baseImageHint(image: ImageRef): BaseImageHint | null {
  const repository = repositoryName(image);
  const tag = image.tag ?? (image.digest === null ? 'latest' : '');
  const row = BASE_IMAGES.find(
    ({ repositories, tag: wanted, notTag }) =>
      repositories.some((pattern) => fits(pattern, repository)) &&
      (wanted?.test(tag) ?? true) &&
      !(notTag?.test(tag) ?? false),
  );
  return row ? hintOf(row) : null;
}

export function scratchHint(): BaseImageHint {
  return hintOf(BASE_IMAGES.find(({ repositories }) => repositories.includes('scratch'))!);
}

/** The weaker of two claims: `atMost('safe', hint.ceiling)`. */
export function atMost(claim: Safety, ceiling: Safety): Safety {
  const order: readonly Safety[] = ['safe', 'unsafe', 'display'];
  return order.indexOf(claim) >= order.indexOf(ceiling) ? claim : ceiling;
}

function fits(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return name === pattern;
  const [head = '', tail = ''] = pattern.split('*');
  return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}

function hintOf({ id, source, mark, is }: BaseImageRow): BaseImageHint {
  const facts: BaseImageFacts = { ...UNKNOWN, ...is };
  const evidence: Evidence = { kind: 'knowledge', entry: `base image ${id}`, source };
  return mark === 'K'
    ? { mark, ceiling: 'display', guess: facts, row: id, evidence }
    : { mark, ceiling: 'unsafe', facts, row: id, evidence };
}
