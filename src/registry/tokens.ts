/**
 * Tokens: asked of a realm, kept in memory for one run. Repositories that wait for one at the same time are asked for
 * together, where the token says of itself what it was granted for; what it was not is asked for alone.
 */
import { header } from '../net/http.ts';
import type { HttpRequest, HttpResult } from '../net/http.ts';
import type { Clock } from '../net/retry.ts';
import { cleanText, failure, isRecord, transportFailure } from './errors.ts';
import { parseJson } from './json.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import type { Credential } from './keychain.ts';

const MAX_TOKEN_BYTES = 1024 * 1024;
/** A token that is about to end is not used any more. */
const EARLY_MS = 5_000;
const MIN_LIFETIME_MS = 60_000;
const MAX_SHARED = 16;
const MAX_SHARED_LENGTH = 3000;

export interface Token {
  readonly header: string;
  readonly expiresAtMs: number;
}

/** Whom to ask, and as whom. Tokens of different parties never meet. */
export interface Party {
  /** The registry's name, for messages. */
  readonly host: string;
  /** The registry's API, the only place that gets the token. */
  readonly base: URL;
  readonly realm: URL;
  readonly service: string | null;
  /** Null: anonymous, or the realm is not to know. */
  readonly credential: Credential | null;
  /** Tells credentials apart without holding them. */
  readonly credentialId: string;
}

export interface TokenStore {
  /** A token that still holds, if there is one. */
  current(party: Party, repository: string): Token | null;
  /** `extraScopes` come first, and make it a request of its own; so does `alone`. */
  fetch(
    party: Party,
    repository: string,
    extraScopes: readonly string[],
    alone: boolean,
  ): Promise<RegistryResult<Token>>;
  /** The server did not take it. */
  drop(party: Party, repository: string, token: string): void;
  /** Requests sent to realms, repetitions left out. */
  requests(): number;
}

interface Waiting {
  readonly repository: string;
  readonly settle: (result: RegistryResult<Token>) => void;
}

interface Group {
  readonly queue: Waiting[];
  /** The realm has given a token to this party. */
  accepted: boolean;
  /** It does not grant several repositories at once. */
  single: boolean;
  underWay: number;
  scheduled: boolean;
}

export function createTokenStore(
  transmit: (request: HttpRequest) => Promise<HttpResult>,
  clock: Clock,
): TokenStore {
  const tokens = new Map<string, Token>();
  const pending = new Map<string, Promise<RegistryResult<Token>>>();
  const groups = new Map<string, Group>();
  let requests = 0;

  const send = (request: HttpRequest): Promise<HttpResult> => {
    requests++;
    return transmit(request);
  };

  function current(party: Party, repository: string): Token | null {
    const token = tokens.get(keyOf(party, [scopeOf(repository)]));
    return token && token.expiresAtMs > clock.now() ? token : null;
  }

  function keep(party: Party, repository: string, token: Token): Token {
    tokens.set(keyOf(party, [scopeOf(repository)]), token);
    return token;
  }

  async function fetchAlone(
    party: Party,
    repository: string,
    extraScopes: readonly string[],
  ): Promise<RegistryResult<Token>> {
    const scopes = [...new Set([...extraScopes, scopeOf(repository)])];
    const answer = await askRealm(party, scopes, send, clock);
    if (!answer.ok) return answer.failure;
    return { ok: true, value: keep(party, repository, answer.value) };
  }

  function groupOf(party: Party): Group {
    const key = keyOf(party, []);
    let group = groups.get(key);
    if (!group) {
      group = { queue: [], accepted: false, single: false, underWay: 0, scheduled: false };
      groups.set(key, group);
    }
    return group;
  }

  function fetchShared(party: Party, repository: string): Promise<RegistryResult<Token>> {
    const group = groupOf(party);
    return new Promise((settle) => {
      group.queue.push({ repository, settle });
      if (group.scheduled) return;
      group.scheduled = true;
      // Whoever else is about to ask has asked by then.
      setImmediate(() => {
        group.scheduled = false;
        serve(party, group);
      });
    });
  }

  function serve(party: Party, group: Group): void {
    // Credentials are proven by one request before they are used by many: some registries lock an account.
    const mayCrowd = (): boolean => group.accepted || party.credential === null;
    while (group.queue.length > 0 && (group.underWay === 0 || mayCrowd())) {
      const together = group.queue.splice(0, group.single ? 1 : sharedCount(group.queue));
      group.underWay++;
      void serveTogether(party, group, together).then(() => {
        group.underWay--;
        serve(party, group);
      });
    }
  }

  async function serveTogether(party: Party, group: Group, together: readonly Waiting[]): Promise<void> {
    const scopes = together.map(({ repository }) => scopeOf(repository));
    const answer = await askRealm(party, scopes, send, clock);
    if (answer.ok) {
      group.accepted = true;
      const granted = grantedRepositories(answer.value.header);
      // Some realms look at the first scope only. A token that says nothing is taken for one of those.
      if (granted === null || granted.size <= 1) group.single ||= together.length > 1;
      for (const [at, waiting] of together.entries()) {
        const { repository, settle } = waiting;
        const isHere = together.length === 1 || (granted ? granted.has(repository) : at === 0);
        if (isHere) settle({ ok: true, value: keep(party, repository, answer.value) });
        // Perhaps it does not exist; alone, it will say.
        else void fetchAlone(party, repository, []).then(settle);
      }
    } else if (isAboutScopes(answer)) {
      if (together.length === 1) {
        together[0]!.settle(answer.failure);
        return;
      }
      // One of them may have spoilt it for all.
      group.single = true;
      group.queue.unshift(...together);
    } else {
      for (const { settle } of [...together, ...group.queue.splice(0)]) settle(answer.failure);
    }
  }

  return {
    current,

    fetch(party, repository, extraScopes, alone) {
      const isShared = !alone && extraScopes.length === 0;
      const key = `${isShared ? '' : 'alone '}${keyOf(party, [...extraScopes, scopeOf(repository)])}`;
      const known = pending.get(key);
      if (known) return known;
      const fetched = (
        isShared ? fetchShared(party, repository) : fetchAlone(party, repository, extraScopes)
      ).finally(() => pending.delete(key));
      pending.set(key, fetched);
      return fetched;
    },

    drop(party, repository, token) {
      const key = keyOf(party, [scopeOf(repository)]);
      if (tokens.get(key)?.header === token) tokens.delete(key);
    },

    requests: () => requests,
  };
}

function keyOf(party: Party, scopes: readonly string[]): string {
  const { host, base, realm, service, credentialId } = party;
  return JSON.stringify([host, base.origin, realm.href, service, [...scopes].sort(), credentialId]);
}

function scopeOf(repository: string): string {
  return `repository:${repository}:pull`;
}

/** How many of the first in the queue fit into one URL. */
function sharedCount(queue: readonly Waiting[]): number {
  let length = 0;
  let count = 0;
  for (const { repository } of queue) {
    length += repository.length + 24;
    if (count > 0 && (count >= MAX_SHARED || length > MAX_SHARED_LENGTH)) break;
    count++;
  }
  return count;
}

// ---- one request --------------------------------------------------------------------------------------------------

type Send = (request: HttpRequest) => Promise<HttpResult>;
type Asked =
  | { readonly ok: true; readonly value: Token }
  /** `status` is null where no token was refused, but nothing, or nothing useful, was answered. */
  | { readonly ok: false; readonly status: number | null; readonly failure: RegistryFailure };

/** Whether another scope may have another answer: not when the service is down, or does not know who asks. */
function isAboutScopes(asked: Asked): boolean {
  if (asked.ok || asked.status === null || asked.failure.code === 'credentials-rejected') return false;
  return asked.status >= 400 && asked.status < 500;
}

async function askRealm(party: Party, scopes: readonly string[], send: Send, clock: Clock): Promise<Asked> {
  const { credential, realm } = party;
  let sent: HttpResult | null = null;
  if (credential?.kind === 'identity-token') {
    sent = await send(refreshRequest(party, scopes, credential.token));
    // Some services know no POST at all, some do not know this token: they may take it as a password.
    if (sent.ok && [400, 401, 404, 405].includes(sent.response.status)) sent = null;
  }
  sent ??= await send(getRequest(party, scopes));
  const where = cleanText(realm.host);
  if (!sent.ok) {
    return { ok: false, status: null, failure: realmUnreached(party, transportFailure(where, sent)) };
  }
  const { status, body } = sent.response;
  if (status === 200) {
    const token = readToken(body, clock.now());
    if (token) return { ok: true, value: token };
    const reason = `the token service ${where} answered without a token`;
    return { ok: false, status: null, failure: failure(party.host, 'registry-error', reason) };
  }
  const redirects = header(sent.response, 'location') !== null;
  return { ok: false, status, failure: realmRefused(party, status, where, redirects) };
}

/** The registry is the one whose images cannot be looked up; the sentence names the service. */
function realmUnreached({ host }: Party, reached: RegistryFailure): RegistryFailure {
  return { ...reached, host, reason: `the token service of ${host} failed: ${reached.reason}` };
}

function realmRefused(party: Party, status: number, where: string, redirects: boolean): RegistryFailure {
  const { host, credential } = party;
  if (status >= 300 && status < 400 && redirects) {
    return failure(host, 'registry-error', `the token service ${where} redirects, which is not followed`);
  }
  if (status !== 401 && status !== 403) {
    return failure(host, 'registry-error', `the token service ${where} answered with status ${status}`);
  }
  if (credential === null)
    return failure(host, 'auth-required', `${host} gives no token without credentials`);
  // 401 is about who asks, 403 about what is asked for.
  return status === 401
    ? failure(
        host,
        'credentials-rejected',
        `${where} does not take the credentials from ${credential.source}`,
      )
    : failure(
        host,
        'denied-or-missing',
        `${where} gives no token for the credentials from ${credential.source}`,
      );
}

function getRequest(party: Party, scopes: readonly string[]): HttpRequest {
  const { credential } = party;
  const url = new URL(party.realm);
  if (party.service !== null) url.searchParams.append('service', party.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.append('client_id', 'dockfix');
  if (credential?.kind === 'basic') url.searchParams.append('account', credential.username);
  const authorization = credential === null ? null : basicHeader(credential);
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization === null ? {} : { authorization }) },
    maxBytes: MAX_TOKEN_BYTES,
    ...nearness(party),
  };
}

function refreshRequest(party: Party, scopes: readonly string[], refreshToken: string): HttpRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  if (party.service !== null) form.append('service', party.service);
  form.append('client_id', 'dockfix');
  form.append('scope', scopes.join(' '));
  return {
    method: 'POST',
    url: party.realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    maxBytes: MAX_TOKEN_BYTES,
    ...nearness(party),
  };
}

/** The registry's own host is as near as the registry; any other one was named by a server only. */
function nearness({ base, realm }: Party): Pick<HttpRequest, 'reach' | 'clientCertificate'> {
  return {
    reach: realm.hostname === base.hostname ? 'private' : 'public',
    clientCertificate: realm.origin === base.origin,
  };
}

/** Null for a kind that Basic cannot carry. */
export function basicHeader(credential: Credential): string | null {
  if (credential.kind === 'registry-token') return null;
  // Without a name of its own, an identity token goes by the one that helpers give it.
  const { username, password } =
    credential.kind === 'basic'
      ? credential
      : (credential.basic ?? { username: '<token>', password: credential.token });
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readToken(body: Uint8Array, nowMs: number): Token | null {
  const parsed = readObject(body);
  const text = parsed?.['token'] || parsed?.['access_token'];
  if (!parsed || typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) return null;
  const seconds = parsed['expires_in'];
  const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : 0;
  const endMs = issuedAt(parsed['issued_at'], nowMs) + Math.max(lifetimeMs, MIN_LIFETIME_MS);
  // A token that has ended before it came: the clocks differ.
  const expiresAtMs = endMs > nowMs + EARLY_MS ? endMs : nowMs + Math.max(lifetimeMs, MIN_LIFETIME_MS);
  return { header: `Bearer ${text}`, expiresAtMs: expiresAtMs - EARLY_MS };
}

/** Now, where it is missing, unreadable or in the future. */
function issuedAt(value: unknown, nowMs: number): number {
  const time = typeof value === 'string' ? Date.parse(value.slice(0, 64)) : NaN;
  return Number.isNaN(time) || time > nowMs ? nowMs : time;
}

/**
 * The repositories that may be read with this token, where it says so (RFC 7519 with the registry's `access` claim);
 * null for a token that says nothing. Nothing is proven by it: it only saves requests that would be refused.
 */
function grantedRepositories(authorization: string): ReadonlySet<string> | null {
  const parts = authorization.slice('Bearer '.length).split('.');
  if (parts.length !== 3 || parts[1]!.length > 64 * 1024) return null;
  const access = readObject(Buffer.from(parts[1]!, 'base64url'))?.['access'];
  if (!Array.isArray(access)) return null;
  const names = access.flatMap((entry: unknown) => {
    if (!isRecord(entry) || entry['type'] !== 'repository' || typeof entry['name'] !== 'string') return [];
    const actions: readonly unknown[] = Array.isArray(entry['actions']) ? entry['actions'] : [];
    return actions.includes('pull') || actions.includes('*') ? [entry['name']] : [];
  });
  return new Set(names);
}

function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  const parsed = parseJson(bytes);
  return isRecord(parsed) ? parsed : null;
}
