/**
 * Hints from a software bill of materials (SPDX, in an attestation beside the image). It was made by a scanner and names
 * packages, not what is left of them after the last layer; it may be of another stage of the build as well. So it never
 * decides anything: it gives words that help a person.
 */
import { cleanText, isRecord } from '../errors.ts';
import { parseJson } from '../json.ts';
import type { ContentCache, ImageManifest } from '../registry.ts';
import type { RepositoryName } from '../session.ts';
import { readBlob } from './blob.ts';
import type { BlobReader } from './blob.ts';
import { LayerProblem } from './limits.ts';

/** The manifest that an index names as the attestation of the image. */
export interface Attestation {
  readonly repository: RepositoryName;
  readonly manifest: ImageManifest;
}

/** Packages that bring a program of another name. */
const BROUGHT_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['useradd', ['passwd', 'shadow', 'shadow-utils']],
  ['groupadd', ['passwd', 'shadow', 'shadow-utils']],
  ['usermod', ['passwd', 'shadow', 'shadow-utils']],
  ['adduser', ['adduser', 'busybox']],
  ['addgroup', ['adduser', 'busybox']],
  ['wget', ['wget', 'busybox']],
  ['nc', ['netcat-openbsd', 'netcat-traditional', 'busybox']],
]);

/** A part of a sentence for each path that the bill says something of. Without a readable one: none. */
export async function sbomHints(
  reader: BlobReader,
  cache: ContentCache,
  attestation: Attestation,
  imageDigest: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const sbom = await readSbom(
    { ...reader, repository: attestation.repository },
    cache,
    attestation,
    imageDigest,
  );
  const hints = new Map<string, string>();
  if (sbom === null) return hints;
  for (const path of paths) {
    const program = path.slice(path.lastIndexOf('/') + 1);
    const wanted = BROUGHT_BY.get(program) ?? [program];
    const named = wanted.filter((name) => sbom.packages.has(name));
    if (sbom.files.has(path.replace(/^\/+/, ''))) hints.set(path, 'its SBOM lists the file');
    else if (named.length > 0) hints.set(path, `its SBOM names the package ${cleanText(named[0]!)}`);
    else hints.set(path, `its SBOM names no package ${cleanText(program)}, which proves nothing`);
  }
  return hints;
}

interface Sbom {
  readonly packages: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

async function readSbom(
  reader: BlobReader,
  cache: ContentCache,
  attestation: Attestation,
  imageDigest: string,
): Promise<Sbom | null> {
  const predicate = await readPredicate(reader, cache, attestation, imageDigest, SPDX);
  if (!isRecord(predicate)) return null;
  return {
    packages: namesIn(predicate['packages'], 'name'),
    files: new Set(
      [...namesIn(predicate['files'], 'fileName')].map((name) => name.replace(/^(?:\.?\/)+/, '')),
    ),
  };
}

const SPDX = 'https://spdx.dev/Document';

/** What an attestation says about an image, in the words of a type of statements; null when it says nothing of it. */
export async function readPredicate(
  reader: BlobReader,
  cache: ContentCache,
  { manifest }: Attestation,
  imageDigest: string,
  predicateType: string,
): Promise<unknown> {
  const blob = manifest.layers.find(
    ({ mediaType, annotations }) =>
      mediaType === 'application/vnd.in-toto+json' &&
      annotations.get('in-toto.io/predicate-type') === predicateType,
  );
  if (!blob) return null;
  let bytes = await cache.get(blob.digest);
  if (!bytes) {
    try {
      bytes = await readBlob(reader, blob, reader.budget.limits.sbomBytes);
    } catch (error) {
      // The answer was "unknown" before, and stays so.
      if (error instanceof LayerProblem) return null;
      throw error;
    }
    await cache.put(blob.digest, bytes);
  }
  const statement = parseJson(bytes);
  if (!isRecord(statement) || !isAbout(statement['subject'], imageDigest)) return null;
  return statement['predicate'] ?? null;
}

function isAbout(subjects: unknown, imageDigest: string): boolean {
  if (!Array.isArray(subjects)) return false;
  const [algorithm, hex] = imageDigest.split(':');
  return subjects.some(
    (subject) => isRecord(subject) && isRecord(subject['digest']) && subject['digest'][algorithm!] === hex,
  );
}

function namesIn(list: unknown, key: string): Set<string> {
  const names = new Set<string>();
  for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
    const name = isRecord(item) ? item[key] : null;
    if (typeof name === 'string') names.add(name);
  }
  return names;
}
