/**
 * Image references by the rules of distribution/reference (regexp.go, normalize.go), with the author's spelling
 * kept: what is written back is `raw` plus what a fix adds.
 */

export interface ImageRef {
  /** As written, never normalised. */
  readonly raw: string;
  /** `docker.io`, `ghcr.io`, `localhost:5000`: the canonical host, Docker Hub's aliases folded into one. */
  readonly registry: string;
  /** `library/node`, `acme/app`: without the host, Docker Hub's `library/` added. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:<64 hex>` or `sha512:<128 hex>`. */
  readonly digest: string | null;
}

export interface InvalidImageRef {
  readonly error: string;
}

const MAX_LENGTH = 1024;
const MAX_PATH_LENGTH = 255;

const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(
  `^(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`,
);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HEX_64 = /^[0-9a-f]{64}$/;

/** Hosts under which people write Docker Hub. */
const DOCKER_HUB_HOSTS = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

export const DOCKER_HUB = 'docker.io';

/** Parses a reference that holds no variable. */
export function parseImageRef(raw: string): ImageRef | InvalidImageRef {
  if (raw.length === 0) return { error: 'is empty' };
  if (raw.length > MAX_LENGTH) return { error: `is longer than ${MAX_LENGTH} characters` };

  const at = raw.indexOf('@');
  const digest = at < 0 ? null : raw.slice(at + 1);
  if (digest !== null && !isDigest(digest)) return { error: `has an invalid digest: ${digest.slice(0, 80)}` };

  const beforeDigest = at < 0 ? raw : raw.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : null;
  if (tag !== null && !TAG.test(tag)) return { error: `has an invalid tag: ${tag.slice(0, 140)}` };

  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const { domain, path } = splitDomain(name);
  if (domain !== null && !DOMAIN.test(domain))
    return { error: `has an invalid host: ${domain.slice(0, 80)}` };
  if (path === '' || path.length > MAX_PATH_LENGTH) return { error: 'has an invalid name' };
  if (!path.split('/').every((component) => PATH_COMPONENT.test(component))) {
    const hint = path !== path.toLowerCase() ? '; names are lower case' : '';
    return { error: `has an invalid name: ${path.slice(0, 80)}${hint}` };
  }
  // A bare image ID cannot be told from a name.
  if (domain === null && HEX_64.test(path)) return { error: 'is an image ID, not a name' };

  const registry = domain === null || DOCKER_HUB_HOSTS.has(domain) ? DOCKER_HUB : domain;
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
  return { raw, registry, repository, tag, digest };
}

/** True for a digest that may be sent to a registry or written into a file. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/** True for text that can stand behind the colon of a reference. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** The tag that a registry is asked for: `latest` only when neither tag nor digest is written. */
export function effectiveTag(image: ImageRef): string | null {
  return image.tag ?? (image.digest === null ? 'latest' : null);
}

/** `docker.io/library/node`: names a repository in caches, messages and pull requests. */
export function repositoryName(image: ImageRef): string {
  return `${image.registry}/${image.repository}`;
}

/** Whether a whole name fits a pattern in which `*` stands for any text. Linear: part after part is looked up. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return name === pattern;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** The first component is a host when it has a dot, a colon or a capital, or is `localhost`; never without `/`. */
function splitDomain(name: string): { domain: string | null; path: string } {
  const slash = name.indexOf('/');
  if (slash < 0) return { domain: null, path: name };
  const first = name.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:A-Z]/.test(first);
  return isDomain ? { domain: first, path: name.slice(slash + 1) } : { domain: null, path: name };
}
