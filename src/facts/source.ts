/** Answers questions about images: the one place that knows which fact comes from where. */
import type { Fact, RegistryRequest } from '../core/types.ts';
import type { Registry } from '../registry/registry.ts';
import { digestFact, imageConfigFact, imageFilesFact, imageTagsFact, osReleaseFact } from './image.ts';
import { imageUpdateFact } from './image-update.ts';
import type { LayerReader } from '../registry/registry.ts';

export interface FactSourceOptions {
  readonly registry: Registry;
  /** Null where layers cannot be looked into: facts that need them are answered with a reason. */
  readonly layers: LayerReader | null;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Before a digest is written, read its bytes, and ask whether the images of its index are there. */
  readonly verifyDigests?: boolean;
}

/** Never throws, a failure is an answer. Steps that several questions share are taken once. */
export function createFactSource(
  options: FactSourceOptions,
): (request: RegistryRequest) => Promise<Fact<unknown>> {
  const { registry, layers, nowMs, verifyDigests = false } = options;
  return (request) => {
    switch (request.kind) {
      case 'digest':
        return digestFact(registry, request, verifyDigests);
      case 'image-config':
        return imageConfigFact(registry, request, nowMs);
      case 'image-update':
        // Whoever names a candidate is about to write it.
        return imageUpdateFact(registry, request, {
          verify: verifyDigests || request.candidate !== undefined,
        });
      case 'image-tags':
        return imageTagsFact(registry, request);
      case 'image-files':
        return imageFilesFact(registry, layers, request, nowMs);
      case 'image-packages':
        return import('./image-packages.ts').then(({ imagePackagesFact }) =>
          imagePackagesFact(registry, layers, request, nowMs),
        );
      case 'os-release':
        return osReleaseFact(registry, layers, request, nowMs);
    }
  };
}
