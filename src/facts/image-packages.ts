/**
 * Which packages an image is made of: its own package database, read from its layers, or what an SBOM beside it says.
 * The database is what is really there, so it counts first.
 */
import type { ImagePackages } from '../core/image-facts.ts';
import { parseApkInstalled, parseCycloneDx, parseDpkgStatus, parseSpdx } from '../core/packages.ts';
import type { Package } from '../core/packages.ts';
import { parseRpmDatabase } from '../core/rpm.ts';
import type { Fact, ImagePackagesRequest } from '../core/types.ts';
import type { LayerReader, Registry } from '../registry/registry.ts';
import { attestationManifest } from './attestations.ts';
import { NO_LAYERS, evidenceOf, unanswered } from './image.ts';
import type { NowMs } from './image.ts';
import { readImage } from './read-image.ts';
import type { ReadImage } from './read-image.ts';

const DPKG = '/var/lib/dpkg/status';
/** Images without dpkg that are made of Debian's packages have a file for each. */
const DPKG_FOLDER = '/var/lib/dpkg/status.d';
/** The second is where it goes on systems with everything below /usr. */
const APK = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];
/** On many systems the one is a link to the other. */
const RPM_FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'];
const RPM = RPM_FOLDERS.map((folder) => `${folder}/rpmdb.sqlite`);
/** Of Berkeley DB, and of RPM's own kind. */
const OLD_RPM = RPM_FOLDERS.flatMap((folder) => [`${folder}/Packages`, `${folder}/Packages.db`]);
/** What has been changed in a database and is not yet written into it. */
const logOf = (path: string): string => `${path}-wal`;
const MAX_DATABASE_BYTES = 64 * 1024 * 1024;
/** Of one package of Debian's. */
const MAX_PACKAGE_BYTES = 1024 * 1024;
const SBOMS = [
  { source: 'spdx', type: 'https://spdx.dev/Document', parse: parseSpdx },
  { source: 'cyclonedx', type: 'https://cyclonedx.org/bom', parse: parseCycloneDx },
] as const;

type List = Pick<ImagePackages, 'packages' | 'source' | 'via'>;
type Files = ReadonlyMap<string, Uint8Array>;
/** Reads files of the image. */
type ReadFiles = (
  wanted: Parameters<LayerReader['readFiles']>[2],
  maxBytes: number,
) => ReturnType<LayerReader['readFiles']>;

export async function imagePackagesFact(
  registry: Registry,
  layers: LayerReader | null,
  { image, platform }: ImagePackagesRequest,
  nowMs: NowMs,
): Promise<Fact<ImagePackages>> {
  if (!layers) return NO_LAYERS;
  const read = await readImage(registry, image, platform);
  if (!read.ok) return unanswered(read);
  const { value } = read;
  const list = await listPackages(registry, layers, image, value);
  return {
    ok: true,
    value: {
      manifestDigest: value.manifest.digest,
      platform: value.platform,
      layers: value.manifest.layers.map(({ digest, size }) => ({ digest, bytes: size })),
      ...list,
    },
    evidence: evidenceOf(image, value, nowMs),
  };
}

/** Never a failure: an image without a list is an image all the same. */
async function listPackages(
  registry: Registry,
  layers: LayerReader,
  image: ImagePackagesRequest['image'],
  read: ReadImage,
): Promise<List> {
  const { manifest } = read;
  const readFiles: ReadFiles = (wanted, maxBytes) => layers.readFiles(image, manifest, wanted, maxBytes);
  const paths = [DPKG, ...APK, ...RPM, ...RPM.map(logOf)];
  const found = await readFiles({ paths, folder: null }, MAX_DATABASE_BYTES);
  const files: Files = found.ok ? found.value.files : new Map();
  const problem = found.ok ? found.value.problem : found.reason;
  const own = fromFiles(files);
  if (own) return own;
  const rpm = await fromRpm(files, problem, readFiles);
  if (rpm?.packages) return rpm;
  if (!rpm && problem === null) {
    // Proven: it has no such file. The folder is asked for last, because all layers have to be read for it.
    const folder = await readFiles({ paths: [], folder: DPKG_FOLDER }, MAX_PACKAGE_BYTES);
    const list = folder.ok && folder.value.problem === null ? fromFolder(folder.value.files) : null;
    if (list) return list;
  }
  const said = await fromStatements(registry, layers, image, read);
  if (said) return said;
  if (rpm) return rpm;
  if (problem !== null) return none(problem);
  const old = await layers.find(image, manifest, OLD_RPM);
  const hasOld = old.ok && [...old.value.values()].some(({ present }) => present === 'yes');
  return none(
    hasOld
      ? 'its RPM database is of an old kind, which is not read'
      : 'it has no package database that is known',
  );
}

function fromFiles(files: Files): List | null {
  const dpkg = files.get(DPKG);
  if (dpkg) return listed(parseDpkgStatus(decode(dpkg)), 'its dpkg database');
  const apk = APK.map((path) => files.get(path)).find((content) => content !== undefined);
  return apk ? listed(parseApkInstalled(decode(apk)), 'its apk database') : null;
}

/** Without packages: there is a database, and `via` says why it is not read. */
async function fromRpm(files: Files, problem: string | null, readFiles: ReadFiles): Promise<List | null> {
  const path = RPM.find((one) => files.has(one));
  if (path === undefined) return null;
  const log = files.get(logOf(path));
  const isWhole = log ? log.length === 0 : problem === null || (await isMissing(logOf(path), readFiles));
  if (!isWhole)
    return none('its RPM database has, or may have, changes beside it that were never written into it');
  const read = parseRpmDatabase(files.get(path)!);
  return read.ok
    ? listed(read.packages, 'its RPM database')
    : none(`its RPM database cannot be read: ${read.reason}`);
}

/** Where there was a problem with some file, whether it is that of this one. */
async function isMissing(path: string, readFiles: ReadFiles): Promise<boolean> {
  const again = await readFiles({ paths: [path], folder: null }, MAX_DATABASE_BYTES);
  return again.ok && again.value.problem === null && again.value.files.size === 0;
}

function fromFolder(files: Files): List | null {
  // Beside each of them lies a list of checksums.
  const texts = [...files]
    .filter(([path]) => !path.endsWith('.md5sums'))
    .map(([, content]) => decode(content));
  return listed(parseDpkgStatus(texts.join('\n\n')), 'its dpkg database');
}

async function fromStatements(
  registry: Registry,
  layers: LayerReader,
  image: ImagePackagesRequest['image'],
  read: ReadImage,
): Promise<List | null> {
  const statements = await attestationManifest(registry, image, read);
  if (!statements) return null;
  const attestation = { repository: image, manifest: statements };
  for (const { source, type, parse } of SBOMS) {
    const said = await layers.readStatement(attestation, read.manifest.digest, type);
    const packages = said.ok ? parse(said.value) : [];
    if (packages.length > 0) return { packages, source, via: 'the SBOM beside the image' };
  }
  return null;
}

/** An empty database is none: something else has put the files there. */
function listed(packages: readonly Package[], via: string): List | null {
  return packages.length === 0 ? null : { packages, source: 'database', via };
}

function none(why: string): List {
  return { packages: null, source: null, via: why };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
