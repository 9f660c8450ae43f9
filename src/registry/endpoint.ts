/** Where a registry's API is: its own host, Docker Hub's API host, or what the operator's configuration says. */
import { DOCKER_HUB } from '../core/image-ref.ts';

/** Settings of one registry; only the person who runs dockfix can make them, never a repository. */
export interface RegistrySettings {
  /** Send the requests for this host elsewhere; the file keeps the name. */
  readonly endpoint?: string;
  /** Plain HTTP is allowed. */
  readonly insecure?: boolean;
  /** With `passwordEnv` or `tokenEnv`. Configurations hold the names of secrets, never secrets. */
  readonly username?: string;
  /** The environment variable with the password. */
  readonly passwordEnv?: string;
  /** The environment variable with a token: with a user name it is a password, without one a bearer token. */
  readonly tokenEnv?: string;
  /** Suffix of a credential helper: `ecr-login` for `docker-credential-ecr-login`. */
  readonly helper?: string;
}

export interface Endpoint {
  /** Base URLs to try in order; a later one only when the one before does not speak its protocol. */
  readonly bases: readonly URL[];
}

const LOOPBACK = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

export function endpointOf(host: string, settings: RegistrySettings | undefined): Endpoint {
  if (settings?.endpoint) return { bases: [new URL(settings.endpoint)] };
  const apiHost = host === DOCKER_HUB ? 'registry-1.docker.io' : host;
  const bases = [new URL(`https://${apiHost}`)];
  if (settings?.insecure || LOOPBACK.test(host)) bases.push(new URL(`http://${apiHost}`));
  return { bases };
}
