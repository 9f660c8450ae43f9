/**
 * Redirects, followed by hand: a registry may send us to a storage host, but never to plain HTTP, never with what was
 * meant for the registry alone, and never to an address that the first host could not have been at.
 */
import { discard, header } from './http.ts';
import type { AnswerHead, HttpFailure, HttpRequest, Sent } from './http.ts';

export interface Arrived<A> {
  readonly ok: true;
  readonly response: A;
  /** What answered in the end. */
  readonly url: URL;
  /** Another origin than the first one has had a part in it. */
  readonly crossed: boolean;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All that a strange host is told. Authorization, cookies and whatever else there may be stay behind. */
const HARMLESS = new Set(['accept', 'range', 'if-range', 'if-none-match']);

/** `transmit` sends one request; the answers on the way are ended, the last one is the caller's. GET and HEAD only. */
export async function followRedirects<A extends AnswerHead>(
  first: HttpRequest,
  transmit: (request: HttpRequest) => Promise<Sent<A>>,
): Promise<Arrived<A> | HttpFailure> {
  let request = first;
  let crossed = false;
  for (let hop = 0; ; hop++) {
    const sent = await transmit(request);
    if (!sent.ok) return crossed ? named(sent, request.url) : sent;
    const { response } = sent;
    const location = REDIRECTS.has(response.status) ? header(response, 'location') : null;
    if (location === null) return { ok: true, response, url: request.url, crossed };
    discard(response);
    if (hop === MAX_REDIRECTS) return refuse('bad-response', `it redirects more than ${MAX_REDIRECTS} times`);
    const target = targetOf(location, request.url);
    if (!(target instanceof URL)) return target;
    crossed ||= target.origin !== first.url.origin;
    request = crossed ? asStranger(first, target) : { ...first, url: target };
  }
}

function targetOf(location: string, from: URL): URL | HttpFailure {
  if (location.length > 8192 || !URL.canParse(location, from.href)) {
    return refuse('bad-response', 'it redirects to what is no URL');
  }
  const target = new URL(location, from);
  if (target.protocol === 'http:' && from.protocol === 'https:') {
    return refuse(
      'blocked-by-policy',
      `it redirects from HTTPS to plain HTTP (${target.host}), which is not followed`,
    );
  }
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    return refuse('blocked-by-policy', 'it redirects to what is no HTTP, which is not followed');
  }
  if (target.username !== '' || target.password !== '') {
    return refuse(
      'blocked-by-policy',
      `it redirects to ${target.host} with a user name, which is not followed`,
    );
  }
  return target;
}

/** The same question to a host that only the server has named. */
function asStranger(first: HttpRequest, url: URL): HttpRequest {
  const headers = Object.entries(first.headers ?? {}).filter(([name]) => HARMLESS.has(name.toLowerCase()));
  return {
    method: first.method,
    url,
    headers: Object.fromEntries(headers),
    maxBytes: first.maxBytes,
    // Another port of the host that the person named is as near as that host.
    reach: url.hostname === first.url.hostname ? (first.reach ?? 'public') : 'public',
  };
}

function refuse(code: 'bad-response' | 'blocked-by-policy', reason: string): HttpFailure {
  return { ok: false, code, reason, retryable: false };
}

/** The failure of another host than the one that the caller knows of. */
function named(failure: HttpFailure, { host }: URL): HttpFailure {
  return { ...failure, reason: `it redirects to ${host}: ${failure.reason}` };
}
