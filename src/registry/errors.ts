/**
 * What can go wrong with a registry, as values with stable codes. The sentence is made from known words and from
 * text that was cut and cleaned; the answer of a server is never repeated as it came.
 */
import { parseJson } from './json.ts';
import type { HttpFailure } from '../net/http.ts';

export type RegistryErrorCode =
  | 'invalid-reference'
  | 'not-found'
  | 'denied-or-missing'
  | 'auth-required'
  | 'credentials-rejected'
  | 'credentials-unreadable'
  | 'rate-limited'
  | 'unsupported-schema1'
  | 'unsupported-media-type'
  | 'not-an-image'
  | 'digest-mismatch'
  | 'platform-missing'
  | 'pinned-digest-gone'
  | 'tls-untrusted'
  | 'http-https-mismatch'
  | 'blocked-by-policy'
  | 'too-large'
  | 'timeout'
  | 'network'
  | 'registry-error';

export interface RegistryFailure {
  readonly ok: false;
  readonly code: RegistryErrorCode;
  /** A sentence without the name of the image. */
  readonly reason: string;
  /** The host that answered, or did not. */
  readonly host: string;
  /** With `rate-limited`: when it may be asked again, in milliseconds since 1970; missing when nobody knows. */
  readonly resetAtMs?: number;
}

export type RegistryResult<T> = { readonly ok: true; readonly value: T } | RegistryFailure;

/** Codes after which nobody can say what the registry would have answered. */
export const UNJUDGED: ReadonlySet<string> = new Set<RegistryErrorCode>([
  'denied-or-missing',
  'auth-required',
  'credentials-rejected',
  'credentials-unreadable',
  'rate-limited',
  'tls-untrusted',
  'http-https-mismatch',
  'blocked-by-policy',
  'timeout',
  'network',
  'registry-error',
]);

export function failure(host: string, code: RegistryErrorCode, reason: string): RegistryFailure {
  return { ok: false, code, reason, host };
}

/** A request that got no answer. */
export function transportFailure(host: string, result: HttpFailure): RegistryFailure {
  if (result.code === 'rate-limited') return rateLimited(host, result.retryAtMs ?? null);
  if (result.code === 'http-https-mismatch') return plainHttp(host, result.reason);
  const code = result.code === 'bad-response' ? 'registry-error' : result.code;
  return failure(host, code, `${host}: ${result.reason}`);
}

/** `resetAtMs`: when it takes requests again, in milliseconds since 1970; null when it did not say. */
export function rateLimited(host: string, resetAtMs: number | null): RegistryFailure {
  const base = `${host} limits the number of requests`;
  if (resetAtMs === null || !Number.isFinite(resetAtMs)) {
    return failure(host, 'rate-limited', `${base}; try again later`);
  }
  const time = new Date(Math.min(resetAtMs, 8.64e15)).toISOString().slice(0, 19).replace('T', ' ');
  return { ...failure(host, 'rate-limited', `${base}; try again after ${time} UTC`), resetAtMs };
}

function plainHttp(host: string, reason: string): RegistryFailure {
  const hint = `if plain HTTP is meant, set registries: { "${host}": { insecure: true } } in your configuration`;
  return failure(host, 'http-https-mismatch', `${host}: ${reason}; ${hint}`);
}

/** Plain HTTP was sent, and the server wants HTTPS. */
export function wantsHttps(host: string, base: URL): RegistryFailure {
  return failure(
    host,
    'http-https-mismatch',
    `${host}: the server at ${base.host} speaks HTTPS where plain HTTP was expected; ` +
      'write https:// in its endpoint or mirror, or take "insecure" away',
  );
}

/** What to type in order to have credentials for a registry. */
export function loginHint(host: string): string {
  return `log in with: docker login${host === 'docker.io' ? '' : ` ${host}`}`;
}

/** An answer with an error status. `body` may be JSON in the registry's form, HTML, or nothing. */
export function statusFailure(
  host: string,
  status: number,
  body: Uint8Array,
  hadCredentials: boolean,
): RegistryFailure {
  const said = registryMessage(body);
  const suffix = said ? ` (${said})` : '';
  if (status === 404) return failure(host, 'not-found', `${host} has no such image or tag`);
  if (status === 401 || status === 403) {
    return failure(
      host,
      'denied-or-missing',
      hadCredentials
        ? `${host} refuses access, or the repository does not exist${suffix}`
        : `${host} wants credentials, or the repository does not exist`,
    );
  }
  if (status === 429) return rateLimited(host, null);
  return failure(host, 'registry-error', `${host} answered with status ${status}${suffix}`);
}

/** Code and message of the first error in a registry's JSON answer, cleaned and cut; null for anything else. */
function registryMessage(body: Uint8Array): string | null {
  if (body.length === 0 || body.length > 64 * 1024) return null;
  const parsed = parseJson(body);
  const errors = isRecord(parsed) ? parsed['errors'] : null;
  const first: unknown = Array.isArray(errors) ? errors[0] : null;
  if (!isRecord(first)) return null;
  const text = [first['code'], first['message']].filter((part) => typeof part === 'string').join(': ');
  return text === '' ? null : cleanText(text);
}

/** One line of printable text, at most 200 characters. */
export function cleanText(text: string): string {
  const printable = text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return printable.length > 200 ? `${printable.slice(0, 199)}…` : printable;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
