/**
 * The realm of a challenge is a URL that a server chooses: whoever follows it without a thought sends passwords where
 * the server likes. So: which realms are asked at all, and which of them are told who we are.
 */
import { DOCKER_HUB } from '../core/image-ref.ts';
import { cleanText } from './errors.ts';

/** Registry host to the hosts (`host` or `host:port`) of the token services that may have its credentials. */
export type TokenRealms = Readonly<Record<string, string | readonly string[]>>;

/** Pairs, not a list of good hosts: another registry that names one of these must not get the credentials' owner in. */
const KNOWN_PAIRS: TokenRealms = { [DOCKER_HUB]: 'auth.docker.io', 'registry.gitlab.com': 'gitlab.com' };

/**
 * The URL to ask for a token; null when the realm must not be used: it has to be absolute and https, http only where
 * the registry itself speaks http, without user or fragment.
 */
export function usableRealm(base: URL, realm: string | undefined): URL | null {
  if (realm === undefined || realm.length > 4096 || !URL.canParse(realm)) return null;
  const url = new URL(realm);
  if (url.username !== '' || url.password !== '' || realm.includes('#')) return null;
  const secureEnough = url.protocol === 'https:' || (url.protocol === 'http:' && base.protocol === 'http:');
  return secureEnough ? url : null;
}

/** Whether the credentials for `host`, whose API is at `base`, may be sent to this realm. */
export function mayHaveCredentials(host: string, base: URL, realm: URL, configured: TokenRealms): boolean {
  if (realm.origin === base.origin) return true;
  const isNamed = (pairs: TokenRealms): boolean =>
    Object.hasOwn(pairs, host) && [pairs[host]!].flat().some((entry) => entry.toLowerCase() === realm.host);
  if (realm.protocol === 'https:') return isNamed(KNOWN_PAIRS) || isNamed(configured);
  return base.protocol === 'http:' && isNamed(configured);
}

/** The sentence for a realm that did not get the credentials. */
export function realmHint(host: string, realm: URL): string {
  return (
    `the credentials for ${host} were not sent to ${cleanText(realm.host)}, which is another host; if that is its ` +
    `token service, add to your configuration: tokenRealms: { "${host}": "${cleanText(realm.host)}" }`
  );
}
