/**
 * What can go wrong with a registry, as values with stable codes. The sentence is made from known words and from
 * text that was cut and cleaned; the answer of a server is never repeated as it came.
 */
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
  const code = result.code === 'bad-response' ? 'registry-error' : result.code;
  return failure(host, code, `${host}: ${result.reason}`);
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
  if (status === 429)
    return failure(host, 'rate-limited', `${host} limits the number of requests; try again later`);
  return failure(host, 'registry-error', `${host} answered with status ${status}${suffix}`);
}

/** Code and message of the first error in a registry's JSON answer, cleaned and cut; null for anything else. */
function registryMessage(body: Uint8Array): string | null {
  if (body.length === 0 || body.length > 64 * 1024) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
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
