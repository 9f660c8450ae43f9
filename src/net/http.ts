/**
 * HTTP. One request, one answer, never an exception: every way in which a request can fail is a value with a code.
 * Bodies are read up to a limit, nothing is decompressed, no redirect is followed, and no address is connected to
 * that the policy does not allow.
 */
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { TRUSTED, createAddressPolicy, hostAndPort } from './address.ts';
import type { AddressRules, Reach, Refusal } from './address.ts';
import { BlockedError, SettingError, createDispatchers } from './dispatchers.ts';
import type { Dispatchers, Opened } from './dispatchers.ts';
import { proxyUrl } from './environment.ts';
import type { ProxySettings } from './environment.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { NODE_TRUST, TrustError, createTrustStore } from './trust.ts';
import type { HostTrust, TrustSettings } from './trust.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A longer answer is ended and reported as `too-large`; one with an error status is cut off at 64 KiB. */
  readonly maxBytes: number;
  /** `private` only for a host that the person named; `public` where nothing is said. */
  readonly reach?: Reach;
  /** Show the client certificate that is set for this host. */
  readonly clientCertificate?: boolean;
  /** Take any certificate. */
  readonly unverified?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came twice has all its values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
}

export type HttpErrorCode =
  | 'timeout'
  | 'network'
  | 'tls-untrusted'
  | 'http-https-mismatch'
  | 'blocked-by-policy'
  | 'rate-limited'
  | 'too-large'
  | 'bad-response';

export interface HttpFailure {
  readonly ok: false;
  readonly code: HttpErrorCode;
  /** Half a sentence; the host is named by whoever asked, unless it is another one. */
  readonly reason: string;
  readonly retryable: boolean;
  /** With `rate-limited`: when the host takes requests again, in milliseconds since 1970. */
  readonly retryAtMs?: number;
}

/** What is known of an answer before its body. */
export type AnswerHead = Pick<HttpResponse, 'status' | 'headers'>;

/** An answer of some kind, or why there is none. */
export type Sent<A> = { readonly ok: true; readonly response: A } | HttpFailure;

export type HttpResult = Sent<HttpResponse>;

/** An answer whose body is read as it comes. It has to be read to its end, or ended with `destroy`. */
export interface HttpStream {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Throws {@link StreamError} when the connection fails, the server stalls or the limit is passed. */
  readonly body: AsyncIterable<Uint8Array>;
  destroy(): void;
}

export type HttpStreamResult = Sent<HttpStream>;

/** A body that could not be read to its end. */
export class StreamError extends Error {
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure) {
    super(failure.reason);
    this.name = 'StreamError';
    this.failure = failure;
  }
}

export interface Http {
  request(request: HttpRequest): Promise<HttpResult>;
  /**
   * Like `request`, without holding the body in memory; `maxBytes` holds for it all the same. It resolves with the
   * first bytes of the body, so that a connection that is lost before them is a failure and not half an answer.
   */
  stream(request: HttpRequest): Promise<HttpStreamResult>;
  /** Ends all connections, so that the process can end. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly userAgent: string;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs?: number;
  /** For the whole request, from the first byte sent to the last one read. */
  readonly totalTimeoutMs?: number;
  readonly addresses?: AddressRules;
  /** With a proxy, names are looked up by the proxy: only literal addresses and known names can be refused. */
  readonly proxy?: ProxySettings | null;
  readonly trust?: TrustSettings;
  readonly log?: Log;
  /** In place of the system's. */
  readonly lookup?: LookupFunction;
}

/** undici is loaded with the first request, not before: a run without network does not pay for it. */
export function createHttp(options: HttpOptions): Http {
  const policy = createAddressPolicy(options.addresses ?? TRUSTED);
  const log = options.log ?? silent;
  let loading: Promise<{ undici: typeof import('undici').default; dispatchers: Dispatchers }> | null = null;

  function load(): NonNullable<typeof loading> {
    loading ??= import('undici').then(({ default: undici }) => ({
      undici,
      dispatchers: createDispatchers({
        undici,
        policy,
        trust: createTrustStore(options.trust ?? NODE_TRUST, log),
        proxy: options.proxy ?? null,
        lookup: options.lookup,
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        headersTimeoutMs: options.headersTimeoutMs ?? 30_000,
        bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
      }),
    }));
    return loading;
  }

  /** Hands the answer to `read`; whatever goes wrong on the way is a failure. */
  async function exchange<R extends { readonly ok: true }>(
    request: HttpRequest,
    read: (answer: Dispatcher.ResponseData) => Promise<R | HttpFailure>,
  ): Promise<R | HttpFailure> {
    const { url } = request;
    const reach = request.reach ?? 'public';
    // Its query may hold a signature.
    let opened: Opened | null = null;
    try {
      const refused = policy.checkUrl(url, reach);
      if (refused) return blocked(refused, url);
      const { undici, dispatchers } = await load();
      opened = await dispatchers.open(url, {
        reach,
        clientCertificate: request.clientCertificate ?? false,
        unverified: request.unverified ?? false,
      });
      const answer = await undici.request(url, {
        dispatcher: opened.dispatcher,
        method: request.method,
        headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...request.headers },
        body: request.body ?? null,
        signal: AbortSignal.timeout(options.totalTimeoutMs ?? 120_000),
      });
      return await read(answer);
    } catch (error) {
      return describe(error, url, opened, options.proxy ?? null);
    }
  }

  return {
    request: (request) =>
      exchange(request, async ({ statusCode: status, headers, body }) => {
        const bytes = await readAll(limited(body, limitFor(status, request), request.url));
        return { ok: true, response: { status, headers: headerMap(headers), body: bytes } };
      }),
    stream: (request) =>
      exchange(request, async ({ statusCode: status, headers, body }) => {
        const pieces = limited(body, limitFor(status, request), request.url);
        // A failure here is thrown, and becomes one of the request.
        const first = await pieces.next();
        const destroy = (): void => void body.on('error', () => {}).destroy();
        return {
          ok: true,
          response: { status, headers: headerMap(headers), body: resumed(first, pieces), destroy },
        };
      }),
    async close() {
      if (loading) await (await loading).dispatchers.close();
    },
  };
}

const MAX_ERROR_BYTES = 64 * 1024;

/** Ends an answer that nobody reads to its end: its body would hold the connection. */
export function discard(response: object): void {
  if ('destroy' in response && typeof response.destroy === 'function') response.destroy();
}

/** First value of a header, or null. */
export function header(response: Pick<HttpResponse, 'headers'>, name: string): string | null {
  return response.headers.get(name)?.[0] ?? null;
}

type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

interface Limit {
  readonly bytes: number;
  /** True: what comes after the limit is left out. False: it makes the answer a failure. */
  readonly cuts: boolean;
}

/** What an error says is read by nobody beyond its beginning, and its status is worth more than its length. */
function limitFor(status: number, { maxBytes }: HttpRequest): Limit {
  return status < 300 ? { bytes: maxBytes, cuts: false } : { bytes: MAX_ERROR_BYTES, cuts: true };
}

/** Content-Length is a promise of the server; what counts is what arrives. */
async function* limited(body: Dispatcher.ResponseData['body'], limit: Limit, url: URL): Pieces {
  let left = limit.bytes;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      // Leaving the loop ends the connection.
      if (chunk.length > left && !limit.cuts) throw new StreamError(tooLarge(limit.bytes));
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left < 0) return;
    }
  } catch (error) {
    throw error instanceof StreamError ? error : new StreamError(describe(error, url, null, null));
  }
}

async function* resumed(first: IteratorResult<Uint8Array, void>, rest: Pieces): Pieces {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    // Whoever stops reading early ends the connection.
    await rest.return();
  }
}

async function readAll(pieces: Pieces): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces) chunks.push(piece);
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): HttpFailure {
  return {
    ok: false,
    code: 'too-large',
    reason: `the answer is larger than ${maxBytes} bytes`,
    retryable: false,
  };
}

function headerMap(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Map<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value : [value]);
  }
  return map;
}

// ---- failures -----------------------------------------------------------------------------------------------------

const RETRYABLE = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_SOCKET: 'the connection was closed',
};

const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate was issued by an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate was issued by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate was issued by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate was issued by an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function fail(code: HttpErrorCode, reason: string, retryable = false): HttpFailure {
  return { ok: false, code, reason, retryable };
}

function blocked({ reason, canBeAllowed }: Refusal, url: URL): HttpFailure {
  const hint = canBeAllowed
    ? `; if it may be asked, add to your configuration: allowPrivate: ["${hostAndPort(url)}"]`
    : '';
  return fail('blocked-by-policy', `${reason}, and is not asked${hint}`);
}

function describe(error: unknown, url: URL, opened: Opened | null, proxy: ProxySettings | null): HttpFailure {
  if (error instanceof StreamError) return error.failure;
  const chain = causes(error);
  const refused = chain.find((each) => each instanceof BlockedError);
  if (refused) return blocked(refused.refusal, url);
  const setting = chain.find((each) => each instanceof TrustError || each instanceof SettingError);
  if (setting) return fail(setting instanceof TrustError ? 'tls-untrusted' : 'network', setting.message);

  const { code: seen, message } = codeOf(chain);
  const code = (seen === 'UND_ERR_SOCKET' && opened?.tlsAlert()) || seen;
  const trust = opened?.trust ?? null;
  const retryable = RETRYABLE.has(code);
  const via = throughProxy(url, proxy);
  if (/TIMEOUT|TimeoutError|ETIMEDOUT/.test(code)) {
    return fail('timeout', `there was no answer in time${via}`, retryable);
  }
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/.test(code)) {
    return fail('http-https-mismatch', 'the server speaks plain HTTP where HTTPS was expected');
  }
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ALERT_BAD_CERTIFICATE|ALERT_UNKNOWN_CA/.test(code)) {
    const shown = trust?.clientCertificate;
    return fail(
      'tls-untrusted',
      shown
        ? `the server does not take the client certificate ${shown}`
        : 'the server wants a client certificate; put client.cert and client.key into certs.d/' +
            `${hostAndPort(url)} beside Docker's or Podman's configuration`,
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)) {
    return fail(
      'tls-untrusted',
      `${CERTIFICATE_REASONS[code] ?? certificateProblem(code)} ${trusted(trust)}`,
    );
  }
  if (/Missing expected CR/.test(message)) {
    // No registry ends its lines like this; the machine in front of Docker Hub does when it sends a 429.
    return fail('rate-limited', 'it limits the number of requests');
  }
  if (code.startsWith('HPE_') || /ParserError|HEADERS_OVERFLOW/.test(code)) {
    return fail('bad-response', 'the answer is no valid HTTP');
  }
  const tunnel = /Proxy response \((\d{3})\)/.exec(message);
  if (tunnel) return fail('network', `the proxy refuses to connect to it (status ${tunnel[1]})`);
  const known = NETWORK_REASONS[code] ?? `the request failed (${code === '' ? 'unknown' : code})`;
  return fail('network', `${known}${via}`, retryable);
}

function certificateProblem(code: string): string {
  return `its certificate is not trusted (${code})`;
}

function trusted(trust: HostTrust | null): string {
  const files = trust?.caFiles ?? [];
  return files.length === 0
    ? '(trusted are the authorities that come with Node; another one can be set with ca: FILE)'
    : `(trusted are the authorities that come with Node and those in ${files.join(', ')})`;
}

function throughProxy({ protocol }: URL, proxy: ProxySettings | null): string {
  const text = (protocol === 'https:' ? proxy?.https : undefined) ?? proxy?.http ?? '';
  const url = text === '' ? null : proxyUrl(text);
  return url ? ` (the proxy ${url.host} is set)` : '';
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 8;) {
    chain.push(at);
    at = at instanceof AggregateError && at.errors.length > 0 ? (at.errors[0] as unknown) : at.cause;
  }
  return chain;
}

/** The most telling code in the chain of causes. */
function codeOf(chain: readonly Error[]): { readonly code: string; readonly message: string } {
  for (const at of chain) {
    const { code } = at as NodeJS.ErrnoException;
    if (at instanceof AggregateError && chain.at(-1) !== at) continue;
    if (typeof code === 'string' && code !== '') return { code, message: at.message };
    if (at.name === 'TimeoutError' || at.name === 'HTTPParserError') {
      return { code: at.name, message: at.message };
    }
  }
  return { code: '', message: chain[0]?.message ?? '' };
}
