/**
 * Where a registry's API is: its own host, Docker Hub's API host, mirrors, or what the operator's configuration says.
 */
import { DOCKER_HUB, parseImageRef } from '../core/image-ref.ts';

/** A server that keeps copies. `resolve`: it may say what a tag is now; `pull`: it may give what has a digest. */
export interface Mirror {
  /** `http:` only where that is meant. A path is put before the repository's. */
  readonly url: string;
  readonly for: 'resolve' | 'pull' | 'both';
}

/** Settings of one registry; only the person who runs dockfix can make them, never a repository. */
export interface RegistrySettings {
  /** Send the requests for this host elsewhere; the file keeps the name. Its credentials go along. */
  readonly endpoint?: string;
  /** Plain HTTP is allowed, and any certificate. */
  readonly insecure?: boolean;
  /** Asked first, in order, and never with the registry's credentials. */
  readonly mirrors?: readonly Mirror[];
  /** With `passwordEnv` or `tokenEnv`. Configurations hold the names of secrets, never secrets. */
  readonly username?: string;
  /** The environment variable with the password. */
  readonly passwordEnv?: string;
  /** The environment variable with a token: with a user name it is a password, without one a bearer token. */
  readonly tokenEnv?: string;
  /** Suffix of a credential helper: `ecr-login` for `docker-credential-ecr-login`. */
  readonly helper?: string;
}

/** Repositories whose name in the file is that of a copy: the digest is asked of the original. */
export interface LookupRule {
  /** `us-docker.pkg.dev/proxies/cgr/` */
  readonly prefix: string;
  /** `cgr.dev/` */
  readonly upstream: string;
}

export interface RepositoryName {
  /** As in ImageRef: `docker.io`. */
  readonly registry: string;
  /** `library/node`. */
  readonly repository: string;
}

/** A server that may have the answer. */
export interface Place {
  /** Under which name credentials for it are looked up, and problems told. */
  readonly host: string;
  /** Base URLs to try in order; a later one only when the one before does not speak its protocol. */
  readonly bases: readonly URL[];
  readonly insecure: boolean;
  /** Set for a mirror: the registry that it stands for. */
  readonly mirrorOf: string | null;
}

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** Mirrors that may be asked this, in order, and then the registry itself. */
export function placesFor(
  host: string,
  question: 'resolve' | 'pull',
  settings: RegistrySettings | undefined,
  mode: 'trusted' | 'untrusted' = 'trusted',
): readonly Place[] {
  const mirrors = (settings?.mirrors ?? [])
    .filter((mirror) => mirror.for === 'both' || mirror.for === question)
    .map(({ url }): Place => {
      const base = new URL(url);
      return { host: base.host, bases: [base], insecure: false, mirrorOf: host };
    });
  const insecure = settings?.insecure ?? false;
  return [...mirrors, { host, bases: basesOf(host, settings, mode), insecure, mirrorOf: null }];
}

/** HTTPS first. Plain HTTP only where it is set, or for a loopback host that a person names on their own machine. */
function basesOf(host: string, settings: RegistrySettings | undefined, mode: string): readonly URL[] {
  if (settings?.endpoint) return [new URL(settings.endpoint)];
  const apiHost = host === DOCKER_HUB ? 'registry-1.docker.io' : host;
  if (!URL.canParse(`https://${apiHost}`)) return [];
  const bases = [new URL(`https://${apiHost}`)];
  const plain = settings?.insecure || (mode === 'trusted' && LOOPBACK.test(host));
  if (plain) bases.push(new URL(`http://${apiHost}`));
  return bases;
}

/** The name of the repository on that server, as it stands in its URLs and in the scopes of its tokens. */
export function nameAt(base: URL, repository: string): string {
  const path = base.pathname.replace(/^\/v2(?=\/|$)/, '').replace(/^\/+|\/+$/g, '');
  return path === '' || !isApiPath(base) ? repository : `${path}/${repository}`;
}

/** `path` is what stands behind the repository, with its query. */
export function apiUrl(base: URL, repository: string, path: string): URL {
  const prefix = isApiPath(base) ? '' : base.pathname.replace(/\/+$/, '');
  return new URL(`${prefix}/v2/${nameAt(base, repository)}/${path}`, base);
}

/** The root of the API, which exists only to be asked who may come in. */
export function apiRoot(base: URL): URL {
  const prefix = isApiPath(base) ? '' : base.pathname.replace(/\/+$/, '');
  return new URL(`${prefix}/v2/`, base);
}

/** `https://host/v2/proxy`: the path belongs to the repository. Any other path stands before `/v2/`. */
function isApiPath(base: URL): boolean {
  return /^\/v2(?:\/|$)/.test(base.pathname);
}

/** Applies the rule with the longest prefix; a name that no rule fits stays as it is. */
export function lookedUp(name: RepositoryName, rules: readonly LookupRule[]): RepositoryName {
  const full = `${name.registry}/${name.repository}`;
  const fitting = rules
    .map(({ prefix, upstream }) => ({ prefix: withSlash(prefix), upstream: withSlash(upstream) }))
    .filter(({ prefix }) => full.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
  if (!fitting) return name;
  const parsed = parseImageRef(fitting.upstream + full.slice(fitting.prefix.length));
  return 'error' in parsed ? name : { registry: parsed.registry, repository: parsed.repository };
}

function withSlash(text: string): string {
  return text.endsWith('/') ? text : `${text}/`;
}
