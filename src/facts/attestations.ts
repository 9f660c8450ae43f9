/** Which statements (SBOM, provenance, signatures) come with an image. Nothing of it is checked or believed here. */
import type { Attestation } from '../core/image-facts.ts';
import type { Descriptor, ImageManifest, Registry, RepositoryName } from '../registry/registry.ts';
import type { ReadImage } from './read-image.ts';

const MAX_READ = 8;

/** Never a failure: what cannot be read is not listed, or only as what its descriptor says. */
export async function attestationsOf(
  registry: Registry,
  repository: RepositoryName,
  read: ReadImage,
): Promise<readonly Attestation[]> {
  const { manifest } = read;
  const own = attestationsIn(read);
  const inIndex = await Promise.all(
    own.slice(0, MAX_READ).map((one) => statements(registry, repository, one)),
  );
  const subjects = [...new Set([read.digest, manifest.digest])];
  const referring = await Promise.all(subjects.map((digest) => registry.referrers(repository, digest)));
  const found: Attestation[] = [
    ...inIndex.flat().map((type) => ({ type, via: 'index' as const })),
    ...referring
      .flatMap((answer) => (answer.ok ? answer.value : []))
      .map(({ artifactType, mediaType }) => ({ type: artifactType ?? mediaType, via: 'referrers' as const })),
  ];
  return [...new Map(found.map((one) => [`${one.via} ${one.type}`, one])).values()];
}

function attestationsIn({ content, manifest }: ReadImage): readonly Descriptor[] {
  return (content?.attestations ?? []).filter(
    ({ annotations }) => annotations.get('vnd.docker.reference.digest') === manifest.digest,
  );
}

/** The manifest with the statements about the chosen image; null when its index has none that can be read. */
export async function attestationManifest(
  registry: Registry,
  repository: RepositoryName,
  read: ReadImage,
): Promise<ImageManifest | null> {
  const [first] = attestationsIn(read);
  const manifest = first ? await registry.manifest(repository, first.digest) : null;
  return manifest?.ok && manifest.value.kind === 'manifest' ? manifest.value : null;
}

/** The types of the statements in an attestation manifest. */
async function statements(
  registry: Registry,
  repository: RepositoryName,
  { digest }: Descriptor,
): Promise<readonly string[]> {
  const manifest = await registry.manifest(repository, digest);
  if (!manifest.ok || manifest.value.kind !== 'manifest') return ['unreadable attestation'];
  return manifest.value.layers.map(
    ({ annotations, mediaType }) => annotations.get('in-toto.io/predicate-type') ?? mediaType,
  );
}
