/**
 * Requests to a registry's API: which server is asked, what authentication it takes, how many at once, again when
 * that may help. What an answer means is for the caller; here nearly every answer with a status is an answer.
 */
import { followRedirects } from '../net/redirect.ts';
import { discard } from '../net/http.ts';
import type { AnswerHead, Http, HttpRequest, HttpResponse, HttpStream, Sent } from '../net/http.ts';
import { silent } from '../net/log.ts';
import type { Log } from '../net/log.ts';
import { DEFAULT_RETRY } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { createTraffic } from '../net/traffic.ts';
import { createAuthorizer } from './auth.ts';
import type { Target } from './auth.ts';
import { apiUrl, lookedUp, placesFor } from './endpoint.ts';
import type { LookupRule, Place, RegistrySettings, RepositoryName } from './endpoint.ts';
import { cleanText, failure, transportFailure, wantsHttps } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import type { Keychain, KeychainResult } from './keychain.ts';
import { createNotices } from './notices.ts';
import type { TokenRealms } from './realm.ts';
import type { RequestCounts } from './registry.ts';

export type { RepositoryName } from './endpoint.ts';

/** What a request is for. `resolution` is a manifest request by tag; figures are given by purpose. */
export type Purpose = 'resolution' | 'manifest' | 'config' | 'blob' | 'tags';

export interface ApiRequest {
  readonly repository: RepositoryName;
  readonly method: 'GET' | 'HEAD';
  /** Behind `/v2/<repository>/`, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly purpose: Purpose;
  /** The next page of a list: only the server that gave the page before is asked ({@link ApiResponse.url}). */
  readonly after?: URL;
  /** No mirror is asked: the answer has to be the registry's own. */
  readonly direct?: boolean;
}

export interface ApiResponse extends HttpResponse {
  /** What was asked, before any redirect. */
  readonly url?: URL;
}

export interface RegistrySession {
  /**
   * Ok for every status but 401 and 429; what cannot be asked, or not without credentials, is a failure. A mirror's
   * answer counts only when it is a good one; in the end it is the registry that says no.
   */
  request(request: ApiRequest): Promise<RegistryResult<ApiResponse>>;
  /** Like `request`, for bodies too large to hold: the body comes as it is read. */
  stream(request: ApiRequest): Promise<RegistryResult<HttpStream>>;
  /** As whom this repository is asked; caches keep the answers to different people apart. */
  credentialFor(repository: RepositoryName): Promise<KeychainResult>;
  counts(): RequestCounts;
  close(): Promise<void>;
}

/** Answers that were not 401, by purpose; token requests beside them. */
export type CountsByPurpose = Readonly<Record<Purpose | 'token', number>>;

export interface CountingSession extends RegistrySession {
  countsByPurpose(): CountsByPurpose;
}

export interface SessionOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  readonly clock: Clock;
  /** By host as in {@link RepositoryName.registry}. */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /** Names in files that are copies of others. */
  readonly lookup?: readonly LookupRule[];
  /** Token services that may have a registry's credentials, beside those that are known. */
  readonly tokenRealms?: TokenRealms;
  /** `untrusted`: the names come from strangers. The address policy of `http` has to be of the same mode. */
  readonly mode?: 'trusted' | 'untrusted';
  readonly log?: Log;
  /** Requests under way at once to one host; 8. */
  readonly concurrencyPerHost?: number;
  /** In all; 32. */
  readonly concurrency?: number;
}

type Transmit<A> = (request: HttpRequest) => Promise<Sent<A>>;

/** Rounds of "try it with this instead": nothing, a token, a renewed one, nothing again. */
const MAX_ROUNDS = 5;
/** The next mirror is nearer than the second attempt. */
const MIRROR_RETRY = { ...DEFAULT_RETRY, attempts: 1 };

export function createSession(options: SessionOptions): CountingSession {
  const { http, clock } = options;
  const log = options.log ?? silent;
  const mode = options.mode ?? 'trusted';
  const traffic = createTraffic({
    log,
    clock,
    ...(options.concurrencyPerHost === undefined ? {} : { perHost: options.concurrencyPerHost }),
    ...(options.concurrency === undefined ? {} : { inAll: options.concurrency }),
  });
  const notices = createNotices(log);
  const doors = createDoors();
  const deadMirrors = new Set<string>();
  const counted = new Map<Purpose, number>();
  let total = 0;

  const authorizer = createAuthorizer({
    keychain: options.keychain,
    clock,
    log,
    tokenRealms: options.tokenRealms ?? {},
    mode,
    toRealm: (request) => paced((each) => http.request(each), request),
    toRegistry: ({ host }, request) => {
      const insecure = options.registries[host]?.insecure ?? false;
      return paced((each) => http.request(each), { ...request, reach: 'private', unverified: insecure });
    },
  });

  /** One request with its repetitions; redirects are answers. */
  function paced<A extends AnswerHead>(
    transmit: Transmit<A>,
    request: HttpRequest,
    retry = DEFAULT_RETRY,
  ): Promise<Sent<A>> {
    const send = (): Promise<Sent<A>> => {
      total++;
      return transmit(request);
    };
    return traffic.send<Sent<A>>(request.url.host, send, retry);
  }

  /** Asks one server, with whatever authorization it takes. `onAnswer` is called as soon as it has answered at all. */
  async function askBase<A extends AnswerHead>(
    transmit: Transmit<A>,
    place: Place,
    base: URL,
    request: ApiRequest,
    onAnswer: () => void,
  ): Promise<RegistryResult<A & { readonly url: URL }>> {
    const target: Target = { host: place.host, base, repository: request.repository.repository };
    const url = apiUrl(base, target.repository, request.path);
    if (place.mirrorOf !== null) url.searchParams.append('ns', place.mirrorOf);
    const got = await authorizer.permit(target);
    if (!got.ok) return got;
    let permit = got.value;
    for (let round = 1; ; round++) {
      const { header: authorization } = permit;
      const arrived = await followRedirects<A>(
        {
          method: request.method,
          url,
          headers: { ...request.headers, ...(authorization === null ? {} : { authorization }) },
          maxBytes: request.maxBytes,
          reach: 'private',
          clientCertificate: true,
          unverified: place.insecure,
        },
        async (each) => {
          const sent = await paced(transmit, each, place.mirrorOf === null ? DEFAULT_RETRY : MIRROR_RETRY);
          // After a 401, the others wait until it is known what it asks for.
          if (sent.ok && sent.response.status !== 401) onAnswer();
          return sent;
        },
      );
      if (!arrived.ok) return transportFailure(place.host, arrived);
      const { response, crossed } = arrived;
      if (crossed && (response.status === 401 || response.status === 403)) {
        discard(response);
        // What a storage host asks for is none of the registry's credentials.
        const reason = `${place.host} redirects to ${cleanText(arrived.url.host)}, which refuses (status ${response.status})`;
        return failure(place.host, 'registry-error', reason);
      }
      if (!crossed) notices.read(place.host, response);
      await authorizer.learn(target, response);
      onAnswer();
      if (response.status !== 401) {
        count(request.purpose);
        if (base.protocol === 'http:' && isFromHttpsPort(response)) return wantsHttps(place.host, base);
        return { ok: true, value: Object.assign(response, { url }) };
      }
      discard(response);
      const next = await authorizer.next(target, response, permit);
      if (!next.ok) return next;
      if (round === MAX_ROUNDS) {
        return failure(place.host, 'denied-or-missing', `${place.host} refuses ${target.repository}`);
      }
      permit = next.value;
    }
  }

  /** Asks one place. Of many that come at once, one goes first and finds out which base works and what it wants. */
  async function askPlace<A extends AnswerHead>(
    transmit: Transmit<A>,
    place: Place,
    request: ApiRequest,
  ): Promise<RegistryResult<A & { readonly url: URL }>> {
    const key = `${place.mirrorOf ?? ''} ${place.host}`;
    const door = await doors.enter(key);
    if (door.kind === 'failed') return door.failure;
    if (door.kind === 'open') return askBase(transmit, place, door.base, request, () => {});
    let last: RegistryFailure = failure(place.host, 'network', `${place.host} is no name of a host`);
    for (const [at, base] of place.bases.entries()) {
      const answer = await askBase(transmit, place, base, request, () => door.open(base));
      if (answer.ok || door.isOpen()) return answer;
      last = answer;
      if (!isUnreached(answer) && answer.code !== 'rate-limited') {
        // It was reached; what failed is this request alone.
        door.open(base);
        return answer;
      }
      if (!isWorthTrying(place.bases[at + 1], base, answer)) break;
    }
    door.fail(last);
    return last;
  }

  async function ask<A extends AnswerHead>(
    transmit: Transmit<A>,
    request: ApiRequest,
  ): Promise<RegistryResult<A & { readonly url: URL }>> {
    const repository = lookedUp(request.repository, options.lookup ?? []);
    const asked: ApiRequest = { ...request, repository };
    const host = repository.registry;
    const isManifestGet =
      request.method === 'GET' && (request.purpose === 'resolution' || request.purpose === 'manifest');
    const question = request.purpose === 'resolution' || request.purpose === 'tags' ? 'resolve' : 'pull';
    const settings = Object.hasOwn(options.registries, host) ? options.registries[host] : undefined;
    const places = placesFor(host, question, settings, mode);
    for (const place of places) {
      if (place.mirrorOf === null || request.direct) continue;
      if (deadMirrors.has(place.host) || !isFrom(place, request.after)) continue;
      const answer = await askPlace(transmit, place, asked);
      if (answer.ok && answer.value.status < 400) return answer;
      if (answer.ok) discard(answer.value);
      else if (isUnreached(answer)) deadMirrors.add(place.host);
      const why = answer.ok ? `answered with status ${answer.value.status}` : `failed: ${answer.reason}`;
      log.debug(`the mirror ${place.host} of ${host} ${why}`);
    }
    const spent = isManifestGet ? notices.spent(host) : null;
    if (spent) return spent;
    return askPlace(transmit, places.at(-1)!, asked);
  }

  function count(purpose: Purpose): void {
    counted.set(purpose, (counted.get(purpose) ?? 0) + 1);
  }

  return {
    request: (request) => ask<HttpResponse>((sent) => http.request(sent), request),
    stream: (request) => ask<HttpStream>((sent) => http.stream(sent), request),
    credentialFor: (repository) => {
      const { registry, repository: name } = lookedUp(repository, options.lookup ?? []);
      return options.keychain.credentialFor(registry, name);
    },
    counts: () => ({
      resolutions: counted.get('resolution') ?? 0,
      tokens: authorizer.tokenRequests(),
      total,
    }),
    countsByPurpose: () => ({
      resolution: counted.get('resolution') ?? 0,
      manifest: counted.get('manifest') ?? 0,
      config: counted.get('config') ?? 0,
      blob: counted.get('blob') ?? 0,
      tags: counted.get('tags') ?? 0,
      token: authorizer.tokenRequests(),
    }),
    close: () => http.close(),
  };
}

/** A page of a list that another server began is no page of this one's list. */
function isFrom({ bases }: Place, after: URL | undefined): boolean {
  return after === undefined || bases.some(({ origin }) => origin === after.origin);
}

/** The server, not what it was asked, is what failed. */
function isUnreached({ code }: RegistryFailure): boolean {
  return ['network', 'timeout', 'tls-untrusted', 'http-https-mismatch', 'blocked-by-policy'].includes(code);
}

/** The base does not speak its protocol, or nobody listens there; at another port somebody may. */
function isWorthTrying(next: URL | undefined, base: URL, { code }: RegistryFailure): boolean {
  if (next === undefined) return false;
  const samePort = base.port !== '' && base.port === next.port;
  return code === 'http-https-mismatch' || (code === 'network' && !samePort);
}

/** How Go and nginx answer plain HTTP on a port for HTTPS. */
function isFromHttpsPort(response: AnswerHead): boolean {
  if (response.status !== 400 || !('body' in response) || !(response.body instanceof Uint8Array))
    return false;
  const said = new TextDecoder().decode(response.body.subarray(0, 4096));
  return /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/.test(said);
}

// ---- the first request to a place goes alone ----------------------------------------------------------------------

type Entry =
  | { readonly kind: 'open'; readonly base: URL }
  | { readonly kind: 'failed'; readonly failure: RegistryFailure }
  | {
      readonly kind: 'first';
      open(base: URL): void;
      isOpen(): boolean;
      fail(failure: RegistryFailure): void;
    };

/** Those who wait while the first one is on its way share its luck; those who come after a failure try again. */
function createDoors(): { enter(key: string): Promise<Entry> } {
  const doors = new Map<string, Promise<Entry>>();
  return {
    enter(key) {
      const known = doors.get(key);
      if (known) return known;
      let settle: (entry: Entry) => void = () => {};
      let isOpen = false;
      doors.set(key, new Promise((resolve) => (settle = resolve)));
      return Promise.resolve({
        kind: 'first',
        isOpen: () => isOpen,
        open(base) {
          isOpen = true;
          settle({ kind: 'open', base });
        },
        fail(reason) {
          doors.delete(key);
          settle({ kind: 'failed', failure: reason });
        },
      });
    },
  };
}
