/**
 * Which packages an image is made of: its own package database, read from its layers, or what an SBOM beside it says.
 * The database is what is really there, so it counts first.
 */
import type { ImagePackages } from '../core/image-facts.ts';
import { parseApkInstalled, parseDpkgStatus, parseSpdx } from '../core/packages.ts';
import type { Package } from '../core/packages.ts';
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
const RPM = [
  '/var/lib/rpm/rpmdb.sqlite',
  '/var/lib/rpm/Packages.db',
  '/var/lib/rpm/Packages',
  '/usr/lib/sysimage/rpm/rpmdb.sqlite',
];
const MAX_DATABASE_BYTES = 32 * 1024 * 1024;

type List = Pick<ImagePackages, 'packages' | 'via'>;

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
  const paths = [DPKG, ...APK];
  const found = await layers.readFiles(image, manifest, { paths, folder: null }, MAX_DATABASE_BYTES);
  const own = found.ok ? fromFiles(found.value.files) : null;
  if (own) return own;
  const problem = found.ok ? found.value.problem : found.reason;
  if (problem === null) {
    // Proven: it has no such file. The folder is asked for last, because all layers have to be read for it.
    const folder = await layers.readFiles(
      image,
      manifest,
      { paths: [], folder: DPKG_FOLDER },
      MAX_DATABASE_BYTES,
    );
    const listed = folder.ok ? fromFolder(folder.value.files) : null;
    if (listed) return listed;
  }
  const statements = await attestationManifest(registry, image, read);
  if (statements) {
    const attestation = { repository: image, manifest: statements };
    const said = await layers.readStatement(attestation, manifest.digest, 'https://spdx.dev/Document');
    const packages = said.ok ? parseSpdx(said.value) : [];
    if (packages.length > 0) return { packages, via: 'the SBOM beside the image' };
  }
  if (problem !== null) return { packages: null, via: problem };
  const rpm = await layers.find(image, manifest, RPM);
  const hasRpm = rpm.ok && [...rpm.value.values()].some(({ present }) => present === 'yes');
  return {
    packages: null,
    via: hasRpm
      ? 'its database is one of RPM, which is not read'
      : 'it has no package database that is known',
  };
}

function fromFiles(files: ReadonlyMap<string, Uint8Array>): List | null {
  const dpkg = files.get(DPKG);
  if (dpkg) return listed(parseDpkgStatus(decode(dpkg)), 'its dpkg database');
  const apk = APK.map((path) => files.get(path)).find((content) => content !== undefined);
  return apk ? listed(parseApkInstalled(decode(apk)), 'its apk database') : null;
}

function fromFolder(files: ReadonlyMap<string, Uint8Array>): List | null {
  // Beside each of them lies a list of checksums.
  const texts = [...files]
    .filter(([path]) => !path.endsWith('.md5sums'))
    .map(([, content]) => decode(content));
  return listed(parseDpkgStatus(texts.join('\n\n')), 'its dpkg database');
}

/** An empty database is none: something else has put the files there. */
function listed(packages: readonly Package[], via: string): List | null {
  return packages.length === 0 ? null : { packages, via };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
