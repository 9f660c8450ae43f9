/**
 * HTTP, and the only importer of undici. One request, one answer, never an exception: every way in which a request
 * can fail is a value with a code. Bodies are read up to a limit, nothing is decompressed, no redirect is followed.
 */
import type { Dispatcher } from 'undici';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Longer answers are cut off and reported as `too-large`. */
  readonly maxBytes: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came twice has all its values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
}

export type HttpErrorCode =
  'timeout' | 'network' | 'tls-untrusted' | 'http-https-mismatch' | 'too-large' | 'bad-response';

export interface HttpFailure {
  readonly ok: false;
  readonly code: HttpErrorCode;
  readonly reason: string;
  readonly retryable: boolean;
}

export type HttpResult = { readonly ok: true; readonly response: HttpResponse } | HttpFailure;

/** An answer whose body is read as it comes. It has to be read to its end, or ended with `destroy`. */
export interface HttpStream {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Throws {@link StreamError} when the connection fails, the server stalls or the limit is passed. */
  readonly body: AsyncIterable<Uint8Array>;
  destroy(): void;
}

export type HttpStreamResult = { readonly ok: true; readonly response: HttpStream } | HttpFailure;

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
  /** Like `request`, without holding the body in memory; `maxBytes` holds for it all the same. */
  stream(request: HttpRequest): Promise<HttpStreamResult>;
  /** Ends idle connections, so that the process can end. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly userAgent: string;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
  /** For the whole request, from the first byte sent to the last one read. */
  readonly totalTimeoutMs?: number;
}

/** undici is loaded with the first request, not before: a run without network does not pay for it. */
export function createHttp(options: HttpOptions): Http {
  let dispatcher: Promise<{ dispatcher: Dispatcher; undici: typeof import('undici').default }> | null = null;
  const open = (): NonNullable<typeof dispatcher> => {
    dispatcher ??= import('undici').then(({ default: undici }) => ({
      undici,
      dispatcher: new undici.Agent({
        connect: { timeout: options.connectTimeoutMs ?? 10_000 },
        headersTimeout: options.headersTimeoutMs ?? 30_000,
        bodyTimeout: options.bodyTimeoutMs ?? 30_000,
        keepAliveTimeout: 10_000,
      }),
    }));
    return dispatcher;
  };
  async function send(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const { undici, dispatcher: agent } = await open();
    return undici.request(request.url, {
      dispatcher: agent,
      method: request.method,
      headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.timeout(options.totalTimeoutMs ?? 120_000),
    });
  }

  return {
    async request(request) {
      try {
        const answer = await send(request);
        const body = await readBody(answer.body, request.maxBytes);
        if (body === null) {
          return tooLarge(request.maxBytes);
        }
        return {
          ok: true,
          response: { status: answer.statusCode, headers: headerMap(answer.headers), body },
        };
      } catch (error) {
        return describe(error);
      }
    },
    async stream(request) {
      try {
        const { statusCode: status, headers, body } = await send(request);
        return {
          ok: true,
          response: {
            status,
            headers: headerMap(headers),
            body: limited(body, request.maxBytes),
            destroy: () => void body.on('error', () => {}).destroy(),
          },
        };
      } catch (error) {
        return describe(error);
      }
    },
    async close() {
      if (dispatcher) await (await dispatcher).dispatcher.close();
    },
  };
}

/** First value of a header, or null. */
export function header(response: Pick<HttpResponse, 'headers'>, name: string): string | null {
  return response.headers.get(name)?.[0] ?? null;
}

async function* limited(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) throw new StreamError(tooLarge(maxBytes));
      yield chunk;
    }
  } catch (error) {
    throw error instanceof StreamError ? error : new StreamError(describe(error));
  }
}

function tooLarge(maxBytes: number): HttpFailure {
  return {
    ok: false,
    code: 'too-large',
    reason: `the answer is larger than ${maxBytes} bytes`,
    retryable: false,
  };
}

async function readBody(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Content-Length is a promise of the server; what counts is what arrives.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) {
      body.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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

function describe(error: unknown): HttpFailure {
  const { code, message } = codeOf(error);
  const retryable = RETRYABLE.has(code);
  if (/TIMEOUT|TimeoutError|ETIMEDOUT/.test(code)) {
    return { ok: false, code: 'timeout', reason: 'no answer in time', retryable };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return {
      ok: false,
      code: 'http-https-mismatch',
      reason: 'the server speaks plain HTTP where HTTPS was expected',
      retryable: false,
    };
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return {
      ok: false,
      code: 'tls-untrusted',
      reason: `its certificate is not trusted (${code})`,
      retryable: false,
    };
  }
  if (code.startsWith('HPE_') || /ParserError|HEADERS_OVERFLOW/.test(code)) {
    return { ok: false, code: 'bad-response', reason: 'the answer is no valid HTTP', retryable: false };
  }
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was closed',
    ENOTFOUND: 'there is no host of this name',
    EAI_AGAIN: 'the name could not be looked up',
    EHOSTUNREACH: 'the host cannot be reached',
    ENETUNREACH: 'the network cannot be reached',
    UND_ERR_SOCKET: 'the connection was closed',
  };
  return {
    ok: false,
    code: 'network',
    reason: known[code] ?? `the request failed (${code || message})`,
    retryable,
  };
}

/** The most telling code in the chain of causes. */
function codeOf(error: unknown): { code: string; message: string } {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    if (at instanceof AggregateError && at.errors[0] instanceof Error) {
      at = at.errors[0];
      continue;
    }
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string' && code !== '') return { code, message: at.message };
    if (at.name === 'TimeoutError' || at.name === 'HTTPParserError')
      return { code: at.name, message: at.message };
    if (at.cause === undefined) break;
    at = at.cause;
  }
  return { code: '', message: error instanceof Error ? error.message.slice(0, 200) : 'unknown' };
}
