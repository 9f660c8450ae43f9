/** Everything that a reviewer wants to know of an update, gathered once it is sure that somebody will read it. */
import type { ConfiguredImage, ImagePackages, OsRelease } from '../core/image-facts.ts';
import type { ImageRef } from '../core/image-ref.ts';
import { comparePackages } from '../core/packages.ts';
import type { PackageDelta } from '../core/packages.ts';
import type { Fact } from '../core/types.ts';
import type { History } from './history.ts';
import type { LookUps } from './look-ups.ts';
import type { PlannedChange, PlannedGroup } from './plan.ts';

/** Of one image that a pull request moves from one digest to another; `null` and failures are "unknown". */
export interface UpdateDetails {
  readonly key: string;
  /** As it is written, without digest: `python:3.12`. */
  readonly name: string;
  readonly from: string | null;
  readonly to: string;
  readonly uses: readonly { readonly path: string; readonly line: number; readonly stage: string | null }[];
  readonly isUrgent: boolean;
  readonly notes: readonly string[];
  readonly firstSeenMs: number | null;
  readonly pushedAtMs: number | null;
  readonly before: ConfiguredImage | null;
  readonly after: ConfiguredImage | null;
  readonly osBefore: OsRelease | null;
  readonly osAfter: OsRelease | null;
  readonly contentBefore: ImagePackages | null;
  readonly contentAfter: ImagePackages | null;
  /** Null where one of the two lists is missing, or they are of different kinds. */
  readonly packages: PackageDelta | null;
}

export interface DetailOptions {
  readonly lookUps: LookUps;
  readonly history: (key: string) => History;
  /** Read layers for lists of packages. */
  readonly readPackages: boolean;
}

/** In the order of the names. A carried change that cannot be asked about today has no more than its digests. */
export async function gatherDetails(
  group: PlannedGroup,
  options: DetailOptions,
): Promise<readonly UpdateDetails[]> {
  const moves = new Map<string, PlannedChange[]>();
  for (const change of group.changes) {
    const id = `${change.key} ${change.from} ${change.to}`;
    const same = moves.get(id);
    if (same) same.push(change);
    else moves.set(id, [change]);
  }
  const details: UpdateDetails[] = [];
  // One after the other: layers are read, and one image at a time is enough memory.
  for (const changes of moves.values()) details.push(await detailsOf(changes, options));
  return details.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
}

async function detailsOf(
  changes: readonly PlannedChange[],
  { lookUps, history, readPackages }: DetailOptions,
): Promise<UpdateDetails> {
  const { key, from, to, use } = changes[0]!;
  const at = (digest: string): ImageRef => ({ ...use.image, digest });
  const { platform } = use;
  const optional = async <T>(
    digest: string | null,
    ask: (image: ImageRef) => Promise<Fact<T>>,
  ): Promise<T | null> => {
    const fact = digest === null ? null : await ask(at(digest));
    return fact?.ok ? fact.value : null;
  };
  const config = (image: ImageRef): Promise<Fact<ConfiguredImage>> => lookUps.config(image, platform);
  const after = await optional(to, config);
  // The same platform on both sides, or two images are compared that nobody would swap.
  const compared = after?.platform ?? platform;
  const same = from === null ? null : await lookUps.config(at(from), compared);
  // Of an image for another platform its list of platforms and its labels are of use; no more of it is compared.
  const before = same?.ok
    ? same.value
    : same?.code === 'platform-missing'
      ? await optional(from, config)
      : null;
  const os = (image: ImageRef): Promise<Fact<OsRelease>> =>
    lookUps.ask({ kind: 'os-release', image, platform: compared });
  const content = (image: ImageRef): Promise<Fact<ImagePackages>> =>
    lookUps.ask({ kind: 'image-packages', image, platform: compared });
  const wantsLayers = readPackages && before !== null && after?.platform === before.platform;
  const contentAfter = wantsLayers ? await optional(to, content) : null;
  // An index may move without this image in it.
  const isSameImage = before?.manifestDigest === after?.manifestDigest;
  const contentBefore = isSameImage ? contentAfter : wantsLayers ? await optional(from, content) : null;
  const osBefore = wantsLayers ? await optional(from, os) : null;
  const osAfter = wantsLayers ? await optional(to, os) : null;
  const sighting = history(key).find(({ digest }) => digest === to);
  return {
    key,
    name: use.image.raw.replace(/@.*$/s, ''),
    from,
    to,
    uses: changes.map(({ use: { path, line, stage } }) => ({ path, line, stage })),
    isUrgent: changes.some(({ isUrgent }) => isUrgent),
    notes: [...new Set(changes.flatMap(({ note }) => (note === null ? [] : [note])))],
    firstSeenMs: sighting?.firstSeenMs ?? null,
    pushedAtMs: sighting?.pushedAtMs ?? null,
    before,
    after,
    osBefore,
    osAfter,
    contentBefore,
    contentAfter,
    packages:
      contentBefore?.packages && contentAfter?.packages && contentBefore.source === contentAfter.source
        ? comparePackages(contentBefore.packages, contentAfter.packages)
        : null,
  };
}
