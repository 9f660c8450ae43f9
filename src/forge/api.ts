/**
 * Requests to the API of one forge under one credential, whichever forge it is: writes one after another and not too
 * fast, repeated where nothing can happen twice, waiting where the forge asks for it, conditional where an answer is
 * known already, and never to another origin than the one that the person named.
 */
import { header } from '../net/http.ts';
import type { Http, HttpFailure, HttpRequest, HttpResponse } from '../net/http.ts';
import type { Log } from '../net/log.ts';
import { retryAfterMs } from '../net/retry.ts';
import type { Clock } from '../net/retry.ts';
import { forgeFailure } from './forge.ts';
import type { ForgeFailure, ForgeResult } from './forge.ts';

export interface ApiRequest {
  readonly method: Exclude<HttpRequest['method'], 'HEAD'>;
  /** Absolute, or from the base URL on, with a leading slash. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** 32 MiB unless said. */
  readonly maxBytes?: number;
  /** Changes something that people can see: counted, one at a time, paced. */
  readonly isWrite: boolean;
  /** May be sent again when nobody knows whether it was carried out. Requests that are refused always may. */
  readonly isRepeatable: boolean;
}

export interface ApiOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  /** Without a slash at the end; all requests stay below its origin. */
  readonly baseUrl: string;
  /** Writes that may follow each other at once, before {@link writePauseMs} lies between two; 10. */
  readonly writeBurst?: number;
  /** GitHub asks for a second; 1000. */
  readonly writePauseMs?: number;
  /** A longer pause is not waited for; 60 s. */
  readonly maxWaitMs?: number;
}

export interface Api {
  readonly baseUrl: string;
  /** An answer of any status that is not "later"; a failure when there is none. */
  send(request: ApiRequest): Promise<ForgeResult<HttpResponse>>;
  counts(): { readonly reads: number; readonly writes: number };
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const ATTEMPTS = 3;
const MAX_LIMITED = 4;
const MAX_REDIRECTS = 3;
/** "wait at least one minute": what GitHub's documentation asks for where an answer does not say for how long. */
const UNTOLD_PAUSE_MS = 60_000;
const MAX_KNOWN_ANSWERS = 100;
const MAX_KNOWN_BYTES = 256 * 1024;

interface KnownAnswer {
  readonly etag: string;
  readonly response: HttpResponse;
}

export function createApi(options: ApiOptions): Api {
  const { http, clock, log } = options;
  const base = new URL(options.baseUrl);
  const host = base.host;
  const pace = createPace(clock, options.writeBurst ?? 10, options.writePauseMs ?? 1000);
  const maxWaitMs = options.maxWaitMs ?? 60_000;
  const known = new Map<string, KnownAnswer>();
  const count = { reads: 0, writes: 0 };
  let pausedUntilMs = 0;
  let writing: Promise<unknown> = Promise.resolve();

  /** One after another, whatever becomes of the one before. */
  function serially<T>(task: () => Promise<T>): Promise<T> {
    const mine = writing.then(task, task);
    writing = mine;
    return mine;
  }

  async function send(request: ApiRequest): Promise<ForgeResult<HttpResponse>> {
    let limited = 0;
    let redirects = 0;
    let target = new URL(request.url.startsWith('/') ? options.baseUrl + request.url : request.url);
    for (let attempt = 1; ;) {
      if (target.origin !== base.origin) {
        return forgeFailure('forge-error', `${host} names another host to go on with, which is not followed`);
      }
      const left = pausedUntilMs - clock.now();
      if (left > maxWaitMs) return rateLimited(host, pausedUntilMs);
      if (left > 0) await clock.sleep(left);
      if (request.isWrite) await pace();
      count[request.isWrite ? 'writes' : 'reads']++;
      const previous = request.method === 'GET' ? known.get(target.href) : undefined;
      const sent = await http.request({
        method: request.method,
        url: target,
        headers: { ...request.headers, ...(previous ? { 'if-none-match': previous.etag } : {}) },
        ...(request.body === undefined ? {} : { body: request.body }),
        maxBytes: request.maxBytes ?? MAX_ANSWER_BYTES,
        reach: 'private',
      });
      if (!sent.ok) {
        if (sent.code === 'rate-limited') pausedUntilMs = sent.retryAtMs ?? clock.now() + UNTOLD_PAUSE_MS;
        const again = sent.retryable && request.isRepeatable && attempt < ATTEMPTS;
        if (!again) return transportFailure(host, sent);
        await rest(attempt++, sent.reason);
        continue;
      }
      const { response } = sent;
      const pauseMs = pauseOf(response, clock.now());
      if (pauseMs !== null) {
        pausedUntilMs = Math.max(pausedUntilMs, clock.now() + pauseMs);
        log.debug(`${host}: asks to wait for ${Math.round(pauseMs / 1000)} s`);
        if (++limited >= MAX_LIMITED) return rateLimited(host, pausedUntilMs);
        continue;
      }
      if (response.status >= 500 && request.isRepeatable && attempt < ATTEMPTS) {
        await rest(attempt++, `status ${response.status}`);
        continue;
      }
      if (response.status === 304 && previous) return { ok: true, value: previous.response };
      const location = request.method === 'GET' && isRedirect(response) ? header(response, 'location') : null;
      if (location !== null && redirects++ < MAX_REDIRECTS && URL.canParse(location, target.href)) {
        target = new URL(location, target);
        continue;
      }
      if (request.method === 'GET') remember(target.href, response);
      return { ok: true, value: response };
    }
  }

  async function rest(attempt: number, why: string): Promise<void> {
    log.debug(`${host}: ${why}; once more`);
    await clock.sleep(500 * 2 ** attempt * (0.8 + clock.random() * 0.4));
  }

  function remember(key: string, response: HttpResponse): void {
    const etag = header(response, 'etag');
    known.delete(key);
    if (response.status !== 200 || etag === null || response.body.length > MAX_KNOWN_BYTES) return;
    known.set(key, { etag, response });
    const oldest = known.keys().next().value;
    if (known.size > MAX_KNOWN_ANSWERS && oldest !== undefined) known.delete(oldest);
  }

  return {
    baseUrl: options.baseUrl,
    send: (request) => (request.isWrite ? serially(() => send(request)) : send(request)),
    counts: () => ({ ...count }),
  };
}

/** So many at once, then one for each pause. */
function createPace(clock: Clock, burst: number, pauseMs: number): () => Promise<void> {
  let paidUntilMs = 0;
  return async () => {
    // A bucket that holds `burst` writes and fills by one for each pause.
    paidUntilMs = Math.max(paidUntilMs, clock.now() - (burst - 1) * pauseMs);
    const waitMs = paidUntilMs - clock.now();
    paidUntilMs += pauseMs;
    if (waitMs > 0) await clock.sleep(waitMs);
  };
}

function isRedirect({ status }: HttpResponse): boolean {
  return status === 301 || status === 302 || status === 307 || status === 308;
}

/**
 * How long the forge wants to be left alone; null when this answer is none of that kind. GitHub says it with 403 or
 * 429: `retry-after`, or nothing left until a time, or only with words. Others say it with 429.
 */
function pauseOf(response: HttpResponse, nowMs: number): number | null {
  const { status } = response;
  if (status !== 403 && status !== 429) return null;
  const told = retryAfterMs(header(response, 'retry-after'), nowMs);
  if (told !== null) return told;
  const remaining = header(response, 'x-ratelimit-remaining') ?? header(response, 'ratelimit-remaining');
  const reset = header(response, 'x-ratelimit-reset') ?? header(response, 'ratelimit-reset');
  if (remaining === '0' && /^\d{1,12}$/.test(reset ?? ''))
    return Math.max(1000, Number(reset) * 1000 - nowMs);
  if (status === 429) return UNTOLD_PAUSE_MS;
  const said = Buffer.from(response.body.subarray(0, 4096)).toString('latin1');
  return /secondary rate limit|abuse detection/i.test(said) ? UNTOLD_PAUSE_MS : null;
}

function rateLimited(host: string, resetAtMs: number): ForgeFailure {
  return { ...forgeFailure('rate-limited', `${host} limits the number of requests`), resetAtMs };
}

function transportFailure(host: string, failure: HttpFailure): ForgeFailure {
  const reason = `${host} could not be asked: ${failure.reason}`;
  switch (failure.code) {
    case 'timeout':
    case 'too-large':
      return forgeFailure(failure.code, reason);
    case 'rate-limited':
      return failure.retryAtMs === undefined
        ? forgeFailure('rate-limited', reason)
        : { ...forgeFailure('rate-limited', reason), resetAtMs: failure.retryAtMs };
    case 'bad-response':
      return forgeFailure('forge-error', reason);
    default:
      return forgeFailure('network', reason);
  }
}
