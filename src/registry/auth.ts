/**
 * Getting past a 401: a bearer token from the realm that the registry names, or Basic. Tokens live in memory for
 * one run, one request for each registry, realm and scope however many tags wait for it.
 */

import type { Http, HttpResponse } from '../net/http.ts';
import { withRetry } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { parseChallenges } from './challenge.ts';
import { failure, isRecord, statusFailure, transportFailure } from './errors.ts';
import type { RegistryResult } from './errors.ts';
import type { Keychain } from './keychain.ts';

const MAX_TOKEN_BYTES = 1024 * 1024;
/** A token that is about to end is not used any more. */
const EARLY_MS = 5_000;
const MIN_LIFETIME_MS = 60_000;

export interface Authorizer {
  /** The header for a request, when an earlier challenge has told how. */
  current(base: URL, repository: string): string | null;
  /** Answers a 401 to a request that carried `used`: the header to try with, or why there is none. */
  answer(
    host: string,
    base: URL,
    repository: string,
    challenge: Pick<HttpResponse, 'headers'>,
    used: string | null,
  ): Promise<RegistryResult<string>>;
  tokenRequests(): number;
}

interface Token {
  readonly header: string;
  readonly expiresAtMs: number;
}

export function createAuthorizer(http: Http, keychain: Keychain, clock: Clock): Authorizer {
  const tokens = new Map<string, Token>();
  const pending = new Map<string, Promise<RegistryResult<string>>>();
  let requests = 0;

  async function fetchToken(host: string, realm: URL, repository: string): Promise<RegistryResult<Token>> {
    requests++;
    const sent = await withRetry(
      () =>
        http.request({
          method: 'GET',
          url: realm,
          headers: { accept: 'application/json' },
          maxBytes: MAX_TOKEN_BYTES,
        }),
      clock,
    );
    if (!sent.ok) return transportFailure(realm.host, sent);
    const { status, body } = sent.response;
    if (status !== 200) {
      const refused = statusFailure(realm.host, status, new Uint8Array(), false);
      return status === 401 || status === 403
        ? failure(host, 'auth-required', `${host} gives no token for ${repository} without credentials`)
        : refused;
    }
    const token = readToken(body);
    if (!token) return failure(host, 'registry-error', `${realm.host} answered without a token`);
    const lifetimeMs = Math.max(token.lifetimeMs, MIN_LIFETIME_MS);
    return {
      ok: true,
      value: { header: `Bearer ${token.text}`, expiresAtMs: clock.now() + lifetimeMs - EARLY_MS },
    };
  }

  function current(base: URL, repository: string): string | null {
    const token = tokens.get(cacheKey(base, repository));
    return token && token.expiresAtMs > clock.now() ? token.header : null;
  }

  return {
    current,

    async answer(host, base, repository, challenge, used) {
      const key = cacheKey(base, repository);
      // The 401 may belong to a request that left before another one's token arrived.
      const newer = current(base, repository);
      if (newer !== null && newer !== used) return { ok: true, value: newer };
      const known = pending.get(key);
      if (known) return known;
      const asked = (async (): Promise<RegistryResult<string>> => {
        const challenges = parseChallenges(challenge.headers.get('www-authenticate') ?? []);
        const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
        const realm = bearer ? realmUrl(base, bearer.parameters, repository) : null;
        if (realm) {
          const token = await fetchToken(host, realm, repository);
          if (!token.ok) return token;
          tokens.set(key, token.value);
          return { ok: true, value: token.value.header };
        }
        const found = await keychain.credentialFor(host, repository);
        if (!found.ok) return found;
        const { credential } = found;
        if (credential?.kind !== 'basic' || !challenges.some(({ scheme }) => scheme === 'basic')) {
          return failure(host, 'auth-required', `${host} wants credentials`);
        }
        const basic = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
        return { ok: true, value: `Basic ${basic}` };
      })();
      pending.set(key, asked);
      try {
        return await asked;
      } finally {
        pending.delete(key);
      }
    },

    tokenRequests: () => requests,
  };
}

function cacheKey(base: URL, repository: string): string {
  return `${base.origin} ${repository}`;
}

/**
 * The URL to ask for a token; null when the realm must not be used: it has to be absolute and https, http only
 * where the registry itself speaks http, without user or fragment.
 */
function realmUrl(base: URL, parameters: ReadonlyMap<string, string>, repository: string): URL | null {
  const realm = URL.canParse(parameters.get('realm') ?? '') ? new URL(parameters.get('realm')!) : null;
  if (!realm || realm.username !== '' || realm.password !== '' || realm.hash !== '') return null;
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && base.protocol === 'http:')) return null;
  const service = parameters.get('service');
  if (service) realm.searchParams.append('service', service);
  realm.searchParams.append('scope', `repository:${repository}:pull`);
  realm.searchParams.append('client_id', 'dockfix');
  return realm;
}

function readToken(body: Uint8Array): { readonly text: string; readonly lifetimeMs: number } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
  if (!isRecord(parsed)) return null;
  const text = parsed['token'] ?? parsed['access_token'];
  if (typeof text !== 'string' || text === '' || /[\r\n]/.test(text)) return null;
  const seconds = parsed['expires_in'];
  return { text, lifetimeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0 };
}
