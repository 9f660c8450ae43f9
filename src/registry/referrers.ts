/** What was attached to a manifest: the list of the registry, or the tag that stands in for it. Never a failure. */
import type { RegistryResult } from './errors.ts';
import { MANIFEST_ACCEPT, MAX_MANIFEST_BYTES, digestOf, mediaTypeOf, readManifest } from './manifest.ts';
import type { Descriptor, RepositoryName } from './registry.ts';
import type { RegistrySession } from './session.ts';

/** Registries that know nothing of it answer 404; then an index under the tag `sha256-<hex>` holds the list. */
export async function listReferrers(
  session: RegistrySession,
  repository: RepositoryName,
  digest: string,
): Promise<RegistryResult<readonly Descriptor[]>> {
  for (const path of [`referrers/${digest}`, `manifests/${digest.replace(':', '-')}`]) {
    const answer = await session.request({
      repository,
      method: 'GET',
      path,
      headers: { accept: MANIFEST_ACCEPT },
      maxBytes: MAX_MANIFEST_BYTES,
      purpose: 'manifest',
    });
    // Whoever must not see the list still may see the image.
    if (!answer.ok) return { ok: true, value: [] };
    const { status, body, headers } = answer.value;
    if (status !== 200) continue;
    const list = readManifest(digestOf(body), body, mediaTypeOf(headers.get('content-type')?.[0] ?? null));
    if ('kind' in list && list.kind === 'index') return { ok: true, value: list.children };
  }
  return { ok: true, value: [] };
}
