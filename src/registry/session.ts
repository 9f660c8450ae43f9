/**
 * Requests to a registry's API: where its API is, what authentication it takes, how many at once, again when that may
 * help. What an answer means is for the caller; here every answer with a status is an answer.
 */
import type { Http, HttpFailure, HttpRequest, HttpResponse, HttpStream } from '../net/http.ts';
import { withRetry } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { createAuthorizer } from './auth.ts';
import { endpointOf } from './endpoint.ts';
import type { RegistrySettings } from './endpoint.ts';
import { failure, transportFailure } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import type { Keychain, KeychainResult } from './keychain.ts';
import type { RequestCounts } from './registry.ts';

/** What a request is for. `resolution` is a manifest request by tag; figures are given by purpose. */
export type Purpose = 'resolution' | 'manifest' | 'config' | 'blob' | 'tags';

export interface RepositoryName {
  /** As in ImageRef: `docker.io`. */
  readonly registry: string;
  /** `library/node`. */
  readonly repository: string;
}

export interface ApiRequest {
  readonly repository: RepositoryName;
  readonly method: 'GET' | 'HEAD';
  /** Behind `/v2/<repository>/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly purpose: Purpose;
}

export interface RegistrySession {
  /** Ok for every status but 401; what cannot be asked, or not without credentials, is a failure. */
  request(request: ApiRequest): Promise<RegistryResult<HttpResponse>>;
  /** Like `request`, for bodies too large to hold: the body comes as it is read. */
  stream(request: ApiRequest): Promise<RegistryResult<HttpStream>>;
  /** As whom this repository is asked; caches keep the answers to different people apart. */
  credentialFor(repository: RepositoryName): Promise<KeychainResult>;
  counts(): RequestCounts;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  readonly clock: Clock;
  /** By host as in {@link RepositoryName.registry}. */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  /** Requests under way at once to one host. */
  readonly concurrencyPerHost?: number;
}

type Answer = Pick<HttpResponse, 'status' | 'headers'>;
type Sent<A> = { readonly ok: true; readonly response: A } | HttpFailure;
type Transmit<A> = (request: HttpRequest) => Promise<Sent<A>>;

export function createSession(options: SessionOptions): RegistrySession {
  const { http, clock } = options;
  const authorizer = createAuthorizer(http, options.keychain, clock);
  const gates = new Map<string, Gate>();
  /** Which of an endpoint's bases works, once that is known. */
  const chosenBase = new Map<string, URL>();
  const counted = new Map<Purpose, number>();
  let total = 0;

  async function send<A extends Answer>(
    transmit: Transmit<A>,
    base: URL,
    request: ApiRequest,
    authorization: string | null,
  ): Promise<Sent<A>> {
    const { registry, repository } = request.repository;
    const gate = gates.get(registry) ?? createGate(options.concurrencyPerHost ?? 8);
    gates.set(registry, gate);
    const url = new URL(`/v2/${repository}/${request.path}`, base);
    const headers = { ...request.headers, ...(authorization === null ? {} : { authorization }) };
    const { method, maxBytes } = request;
    return gate.run(() =>
      withRetry(() => {
        total++;
        return transmit({ method, url, headers, maxBytes });
      }, clock),
    );
  }

  /** At most one new token: a second 401 is an answer. */
  async function authorized<A extends Answer>(
    transmit: Transmit<A>,
    base: URL,
    request: ApiRequest,
  ): Promise<Sent<A> | RegistryFailure> {
    const { registry, repository } = request.repository;
    const used = authorizer.current(base, repository);
    const first = await send(transmit, base, request, used);
    if (!first.ok || first.response.status !== 401) return first;
    const answer = await authorizer.answer(registry, base, repository, first.response, used);
    return answer.ok ? send(transmit, base, request, answer.value) : answer;
  }

  async function requestAt<A extends Answer>(
    transmit: Transmit<A>,
    base: URL,
    request: ApiRequest,
  ): Promise<RegistryResult<A>> {
    const { registry, repository } = request.repository;
    const result = await authorized(transmit, base, request);
    if (!result.ok) return 'host' in result ? result : transportFailure(registry, result);
    if (result.response.status === 401) {
      return failure(
        registry,
        'denied-or-missing',
        `${registry} wants credentials, or ${repository} does not exist`,
      );
    }
    counted.set(request.purpose, (counted.get(request.purpose) ?? 0) + 1);
    return { ok: true, value: result.response };
  }

  async function ask<A extends Answer>(
    transmit: Transmit<A>,
    request: ApiRequest,
  ): Promise<RegistryResult<A>> {
    const host = request.repository.registry;
    const known = chosenBase.get(host);
    let last: RegistryResult<A> = failure(host, 'network', `${host} has no address`);
    for (const base of known ? [known] : endpointOf(host, options.registries[host]).bases) {
      last = await requestAt(transmit, base, request);
      if (last.ok || !isUnreached(last)) {
        chosenBase.set(host, base);
        break;
      }
    }
    return last;
  }

  return {
    request: (request) => ask((sent) => http.request(sent), request),
    stream: (request) => ask((sent) => http.stream(sent), request),
    credentialFor: ({ registry, repository }) => options.keychain.credentialFor(registry, repository),
    counts: () => ({
      resolutions: counted.get('resolution') ?? 0,
      tokens: authorizer.tokenRequests(),
      total: total + authorizer.tokenRequests(),
    }),
    close: () => http.close(),
  };
}

/** The base does not speak its protocol; another one may. */
function isUnreached({ code }: RegistryFailure): boolean {
  return code === 'http-https-mismatch' || code === 'network' || code === 'tls-untrusted';
}

// ---- a gate for each host -------------------------------------------------------------------------------------

interface Gate {
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Lets at most `width` tasks in at once; the others wait in order. */
function createGate(width: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside++;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside--;
      }
    },
  };
}
