/**
 * Requests to a registry's API: where its API is, what authentication it takes, how many at once, again when that may
 * help. What an answer means is for the caller; here every answer with a status is an answer.
 */
import type { Http, HttpResponse, HttpResult } from '../net/http.ts';
import { withRetry } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { createAuthorizer } from './auth.ts';
import { endpointOf } from './endpoint.ts';
import type { RegistrySettings } from './endpoint.ts';
import { failure, transportFailure } from './errors.ts';
import type { RegistryFailure, RegistryResult } from './errors.ts';
import type { Keychain, RequestCounts } from './registry.ts';

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

export function createSession(options: SessionOptions): RegistrySession {
  const { http, clock } = options;
  const authorizer = createAuthorizer(http, options.keychain, clock);
  const gates = new Map<string, Gate>();
  /** Which of an endpoint's bases works, once that is known. */
  const chosenBase = new Map<string, URL>();
  const counted = new Map<Purpose, number>();
  let total = 0;

  async function send(base: URL, request: ApiRequest, authorization: string | null): Promise<HttpResult> {
    const { registry, repository } = request.repository;
    const gate = gates.get(registry) ?? createGate(options.concurrencyPerHost ?? 8);
    gates.set(registry, gate);
    const url = new URL(`/v2/${repository}/${request.path}`, base);
    const headers = { ...request.headers, ...(authorization === null ? {} : { authorization }) };
    const { method, maxBytes } = request;
    return gate.run(() =>
      withRetry(() => {
        total++;
        return http.request({ method, url, headers, maxBytes });
      }, clock),
    );
  }

  /** At most one new token: a second 401 is an answer. */
  async function authorized(base: URL, request: ApiRequest): Promise<HttpResult | RegistryFailure> {
    const { registry, repository } = request.repository;
    const used = authorizer.current(base, repository);
    const first = await send(base, request, used);
    if (!first.ok || first.response.status !== 401) return first;
    const answer = await authorizer.answer(registry, base, repository, first.response, used);
    return answer.ok ? send(base, request, answer.value) : answer;
  }

  async function requestAt(base: URL, request: ApiRequest): Promise<RegistryResult<HttpResponse>> {
    const { registry, repository } = request.repository;
    const result = await authorized(base, request);
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

  return {
    async request(request) {
      const host = request.repository.registry;
      const known = chosenBase.get(host);
      let last: RegistryResult<HttpResponse> = failure(host, 'network', `${host} has no address`);
      for (const base of known ? [known] : endpointOf(host, options.registries[host]).bases) {
        last = await requestAt(base, request);
        if (last.ok || !isUnreached(last)) {
          chosenBase.set(host, base);
          break;
        }
      }
      return last;
    },
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
