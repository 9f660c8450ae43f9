/**
 * Getting past a 401: a bearer token from the realm that the registry names, or Basic. What a host wants is learned
 * once and then sent along; what it refuses is remembered for the run.
 */
import { createHash } from 'node:crypto';
import type { AnswerHead, HttpRequest, HttpResult } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { parseChallenges } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { apiRoot, nameAt } from './endpoint.ts';
import { failure, loginHint } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import type { Credential, Keychain } from './keychain.ts';
import { mayHaveCredentials, realmHint, usableRealm } from './realm.ts';
import type { TokenRealms } from './realm.ts';
import { basicHeader, createTokenStore } from './tokens.ts';
import type { Party } from './tokens.ts';

/** What a request is sent to: the registry by the name credentials have for it, its API, and a repository there. */
export interface Target {
  readonly host: string;
  readonly base: URL;
  /** As in ImageRef, without what the base's path adds. */
  readonly repository: string;
}

/** The header of one attempt, and what has been tried before it. */
export interface Permit {
  readonly header: string | null;
  readonly kind: 'none' | 'basic' | 'token' | 'registry-token';
  /** Who it stands for; null: nobody. */
  readonly credential: Credential | null;
  /** A token was asked for anew, after a refusal. */
  readonly renewed: boolean;
  /** It was tried without credentials. */
  readonly triedAnonymously: boolean;
  /** Why it has no header where one is wanted: what to say when it is refused. */
  readonly lacking: RegistryFailure | null;
}

export interface Authorizer {
  /** What to send at first: nothing, until the host has said what it wants. */
  permit(target: Target): Promise<RegistryResult<Permit>>;
  /** Takes in what a 401 says about the host, so that requests after it know. */
  learn(target: Target, answer: AnswerHead): Promise<void>;
  /** After a refusal: what to try next, or why there is nothing left. */
  next(target: Target, answer: AnswerHead, permit: Permit): Promise<RegistryResult<Permit>>;
  /** Token requests so far. */
  tokenRequests(): number;
}

export interface AuthorizerOptions {
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly log: Log;
  readonly tokenRealms: TokenRealms;
  readonly mode: 'trusted' | 'untrusted';
  /** Sends to a realm. */
  readonly toRealm: (request: HttpRequest) => Promise<HttpResult>;
  /** Sends to the registry itself, without credentials. */
  readonly toRegistry: (target: Target, request: HttpRequest) => Promise<HttpResult>;
}

const NOTHING: Permit = {
  header: null,
  kind: 'none',
  credential: null,
  renewed: false,
  triedAnonymously: false,
  lacking: null,
};
const RENEWABLE = new Set(['invalid_token', 'insufficient_scope']);
const MAX_ROOT_BYTES = 64 * 1024;

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const tokens = createTokenStore(options.toRealm, options.clock);
  /** What hosts want, by host and origin. */
  const wanted = new Map<string, readonly Challenge[]>();
  /** Credentials that a host has refused. */
  const rejected = new Set<string>();
  const warned = new Set<string>();

  function warnOnce(text: string): void {
    if (warned.has(text)) return;
    warned.add(text);
    options.log.warn(text);
  }

  /** The credential to use, and one that was refused before. */
  async function identify({
    host,
    repository,
  }: Target): Promise<
    RegistryResult<{ readonly credential: Credential | null; readonly refused: Credential | null }>
  > {
    const found = await options.keychain.credentialFor(host, repository);
    if (!found.ok) return found;
    const { credential } = found;
    const isRefused = credential !== null && rejected.has(rejectionKey(host, credential));
    return {
      ok: true,
      value: { credential: isRefused ? null : credential, refused: isRefused ? credential : null },
    };
  }

  function reject(host: string, credential: Credential): void {
    rejected.add(rejectionKey(host, credential));
    warnOnce(
      `${host} does not accept the credentials from ${credential.source}; it is asked without them. ` +
        `To renew them, ${loginHint(host)}`,
    );
  }

  /** Everything that could be sent for this target, given what its host wants. */
  async function obtain(
    target: Target,
    history: Pick<Permit, 'renewed' | 'triedAnonymously'>,
    extraScopes: readonly string[] = [],
    alone = false,
  ): Promise<RegistryResult<Permit>> {
    const who = await identify(target);
    if (!who.ok) return who;
    const { credential, refused } = who.value;
    const challenges = wanted.get(hostKey(target)) ?? [];
    const from = { ...NOTHING, ...history, credential };
    if (credential?.kind === 'registry-token') {
      return {
        ok: true,
        value: { ...from, kind: 'registry-token', header: `Bearer ${credential.token}` },
      };
    }
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && usableRealm(target.base, parameters.get('realm')),
    );
    if (bearer) return token(target, bearer, credential, refused, from, extraScopes, alone);
    const basic = credential === null ? null : basicHeader(credential);
    if (basic !== null && challenges.some(({ scheme }) => scheme === 'basic')) {
      return { ok: true, value: { ...from, kind: 'basic', header: basic } };
    }
    return refused ? refusedFailure(target.host, refused) : wantsCredentials(target, challenges);
  }

  async function token(
    target: Target,
    bearer: Challenge,
    credential: Credential | null,
    refused: Credential | null,
    from: Permit,
    extraScopes: readonly string[],
    alone: boolean,
  ): Promise<RegistryResult<Permit>> {
    const { host, base } = target;
    // Looked at for each token: the challenge may be another one than the last time.
    const realm = usableRealm(base, bearer.parameters.get('realm'))!;
    const mayKnow = mayHaveCredentials(host, base, realm, options.tokenRealms);
    if (credential !== null && !mayKnow) warnOnce(realmHint(host, realm));
    const shown = mayKnow ? credential : null;
    const service = bearer.parameters.get('service') ?? null;
    const ask = async (as: Credential | null): Promise<RegistryResult<Permit>> => {
      const party: Party = { host, base, realm, service, credential: as, credentialId: credentialId(as) };
      const name = nameAt(base, target.repository);
      // After a refusal, what is still kept came later than what was refused.
      const kept = tokens.current(party, name);
      const got = kept
        ? { ok: true as const, value: kept }
        : await tokens.fetch(party, name, extraScopes, alone);
      if (!got.ok) return got;
      return { ok: true, value: { ...from, kind: 'token', header: got.value.header, credential: as } };
    };
    const first = await ask(shown);
    if (first.ok) return first;
    if (shown === null) {
      if (first.code !== 'auth-required') return first;
      if (refused) return refusedFailure(host, refused);
      const hint = credential === null ? loginHint(host) : realmHint(host, realm);
      return failure(host, 'auth-required', `${first.reason} to read ${target.repository}; ${hint}`);
    }
    if (first.code !== 'credentials-rejected' && first.code !== 'denied-or-missing') return first;
    if (first.code === 'credentials-rejected') reject(host, shown);
    const anonymous = await ask(null);
    if (anonymous.ok) return { ok: true, value: { ...anonymous.value, triedAnonymously: true } };
    if (anonymous.code !== 'auth-required') return anonymous;
    return first.code === 'credentials-rejected' ? refusedFailure(host, shown) : first;
  }

  async function challengesOf(target: Target, answer: AnswerHead): Promise<readonly Challenge[]> {
    const said = parseChallenges(answer.headers.get('www-authenticate') ?? []);
    if (said.length > 0) return said;
    // Some registries say it only at the root of their API.
    const known = wanted.get(hostKey(target));
    if (known) return known;
    const root = await options.toRegistry(target, {
      method: 'GET',
      url: apiRoot(target.base),
      maxBytes: MAX_ROOT_BYTES,
    });
    const values = root.ok && root.response.status === 401 && root.response.headers.get('www-authenticate');
    return values ? parseChallenges(values) : [];
  }

  return {
    async permit(target) {
      if (!wanted.has(hostKey(target))) return { ok: true, value: NOTHING };
      const permit = await obtain(target, NOTHING);
      if (permit.ok || (permit.code !== 'auth-required' && permit.code !== 'credentials-rejected'))
        return permit;
      // Without credentials there may still be an open repository.
      return { ok: true, value: { ...NOTHING, lacking: permit } };
    },

    async learn(target, answer) {
      if (answer.status !== 401) return;
      const challenges = await challengesOf(target, answer);
      if (challenges.length > 0) wanted.set(hostKey(target), challenges);
    },

    async next(target, answer, permit) {
      const { host, base, repository } = target;
      const name = nameAt(base, repository);
      const said = parseChallenges(answer.headers.get('www-authenticate') ?? []);
      const history = { renewed: permit.renewed, triedAnonymously: permit.triedAnonymously };

      if (permit.kind === 'none') {
        if (permit.lacking) return permit.lacking;
        if (permit.triedAnonymously) return lastRefusal(target, permit);
        const extra = extraScopes(said, name, options.mode);
        return obtain(target, { ...history, triedAnonymously: true }, extra);
      }
      if (permit.kind === 'token') {
        const error = said.find(({ scheme }) => scheme === 'bearer')?.parameters.get('error') ?? '';
        dropToken(target, permit);
        if (!permit.renewed && RENEWABLE.has(error)) {
          const extra = extraScopes(said, name, options.mode);
          return obtain(target, { ...history, renewed: true }, extra, true);
        }
        return lastRefusal(target, permit);
      }
      // Basic, or a token of one's own: these are as good as they will ever be.
      reject(host, permit.credential!);
      // Without the token of one's own, the realm can still be asked for one that stands for nobody.
      if (permit.kind === 'registry-token') return obtain(target, { ...history, triedAnonymously: true });
      if (permit.triedAnonymously) return refusedFailure(host, permit.credential!);
      return { ok: true, value: { ...NOTHING, triedAnonymously: true } };
    },

    tokenRequests: () => tokens.requests(),
  };

  function dropToken(target: Target, permit: Permit): void {
    const name = nameAt(target.base, target.repository);
    for (const { parameters } of wanted.get(hostKey(target)) ?? []) {
      const realm = usableRealm(target.base, parameters.get('realm'));
      if (!realm || permit.header === null) continue;
      const { host, base } = target;
      const { credential } = permit;
      const service = parameters.get('service') ?? null;
      const party = { host, base, realm, service, credential, credentialId: credentialId(credential) };
      tokens.drop(party, name, permit.header);
    }
  }

  /** Nothing is left to try. */
  async function lastRefusal(target: Target, permit: Permit): Promise<RegistryFailure> {
    const { host, base, repository } = target;
    const who = await identify(target);
    if (!who.ok) return who;
    if (who.value.refused) return refusedFailure(host, who.value.refused);
    const credential = permit.credential ?? who.value.credential;
    if (credential === null) {
      const reason = `${host} wants credentials for ${repository}, or it does not exist; ${loginHint(host)}`;
      return failure(host, 'denied-or-missing', reason);
    }
    const reason = `${host} refuses ${repository} to the credentials from ${credential.source}, or it does not exist`;
    const unshown = realmsOf(target).find(
      (realm) => !mayHaveCredentials(host, base, realm, options.tokenRealms),
    );
    const hint = permit.credential === null && unshown ? `; ${realmHint(host, unshown)}` : '';
    return failure(host, 'denied-or-missing', reason + hint);
  }

  function realmsOf(target: Target): readonly URL[] {
    return (wanted.get(hostKey(target)) ?? [])
      .map(({ parameters }) => usableRealm(target.base, parameters.get('realm')))
      .filter((realm) => realm !== null);
  }
}

function wantsCredentials({ host, repository }: Target, challenges: readonly Challenge[]): RegistryFailure {
  const hasBearer = challenges.some(({ scheme }) => scheme === 'bearer');
  if (hasBearer && !challenges.some(({ scheme }) => scheme === 'basic')) {
    return failure(
      host,
      'auth-required',
      `${host} wants credentials for ${repository}, but names a token service that must not be used ` +
        '(it has to be an https: URL without user name and fragment)',
    );
  }
  return failure(host, 'auth-required', `${host} wants credentials for ${repository}; ${loginHint(host)}`);
}

function refusedFailure(host: string, { source }: Credential): RegistryFailure {
  return failure(
    host,
    'credentials-rejected',
    `${host} does not accept the credentials from ${source}, and without them it refuses; ${loginHint(host)}`,
  );
}

/** Scopes that the challenge asks for beyond our own. In untrusted mode none of another repository. */
function extraScopes(challenges: readonly Challenge[], name: string, mode: string): readonly string[] {
  const text = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters.get('scope') ?? '';
  if (text.length > 1000 || !/^[\x20-\x7e]*$/.test(text)) return [];
  return text
    .split(' ')
    .filter((scope) => scope !== '' && scope !== `repository:${name}:pull`)
    .filter((scope) => mode === 'trusted' || scope.startsWith(`repository:${name}:`))
    .slice(0, 4);
}

function hostKey({ host, base }: Target): string {
  return `${host} ${base.href}`;
}

function rejectionKey(host: string, credential: Credential): string {
  return `${host} ${credentialId(credential)}`;
}

/** The same for the same credential, and of no use to whoever reads it. */
function credentialId(credential: Credential | null): string {
  if (credential === null) return 'anonymous';
  return createHash('sha256').update(JSON.stringify(credential)).digest('hex');
}
