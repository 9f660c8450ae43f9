/** Facts about images, asked of their registry. */
import { effectiveTag, repositoryName } from '../core/image-ref.ts';
import type { DigestRequest, Fact, ResolvedImage } from '../core/types.ts';
import type { Registry } from '../registry/registry.ts';

/** The digest that the tag of a reference has now. */
export async function digestFact(registry: Registry, request: DigestRequest): Promise<Fact<ResolvedImage>> {
  const { image } = request;
  const result = await registry.resolve(image);
  if (!result.ok) return { ok: false, code: result.code, reason: result.reason };
  const { digest, mediaType, kind, atMs } = result.value;
  return {
    ok: true,
    value: { digest, mediaType, kind },
    evidence: {
      kind: 'registry',
      reference: `${repositoryName(image)}:${effectiveTag(image)}`,
      digest,
      mediaType,
      at: new Date(atMs).toISOString(),
    },
  };
}
