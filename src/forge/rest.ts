/** JSON over {@link Api} for the forges that need no library. Answers are read as what their documentation shows. */
import { header } from '../net/http.ts';
import type { Api } from './api.ts';
import { statusFailure } from './answers.ts';
import { forgeFailure } from './forge.ts';
import type { ForgeFailure, ForgeResult } from './forge.ts';

/** A refusal that came with a status, for callers that know what it means here. */
export interface RestRefusal extends ForgeFailure {
  readonly status: number;
  /** What the server says, as it says it: for comparison, never shown. */
  readonly said: string;
}

export type RestResult<T> =
  { readonly ok: true; readonly value: T; readonly nextPage: number | null } | ForgeFailure | RestRefusal;

export interface RestCall {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  readonly maxBytes?: number;
}

export interface Rest {
  readonly host: string;
  /** `path` from the API's base on, its parts encoded; `doing` completes "… answered 404 to …". */
  call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    doing: string,
    call?: RestCall,
  ): Promise<RestResult<T>>;
  /** All pages; more than `maxPages` is `too-large`. */
  all<T>(
    path: string,
    doing: string,
    query: RestCall['query'],
    maxPages?: number,
  ): Promise<ForgeResult<readonly T[]>>;
}

/** How many rows a page has; both forges take so many. */
const PAGE_SIZES = { per_page: 100, limit: 50 } as const;

export function createRest(options: {
  readonly api: Api;
  /** `Bearer …` or `token …`. */
  readonly authorization: string;
  readonly sizeParameter: keyof typeof PAGE_SIZES;
}): Rest {
  const { api, authorization, sizeParameter } = options;
  const host = new URL(api.baseUrl).host;
  const size = PAGE_SIZES[sizeParameter];

  const rest: Rest = {
    host,
    async call<T>(
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      doing: string,
      { query = {}, body, maxBytes }: RestCall = {},
    ): Promise<RestResult<T>> {
      const text = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const sent = await api.send({
        method,
        url: `${path}${text.size > 0 ? `?${text}` : ''}`,
        headers: {
          authorization,
          accept: 'application/json',
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(maxBytes === undefined ? {} : { maxBytes }),
        isWrite: method !== 'GET',
        isRepeatable: method !== 'POST',
      });
      if (!sent.ok) return sent;
      const { status, body: bytes } = sent.value;
      const answer = parse(bytes);
      if (status >= 300) {
        const said = wordsOf(answer);
        return { ...statusFailure(host, status, said, doing), status, said };
      }
      if (answer === undefined && status !== 204 && bytes.length > 0) {
        return forgeFailure('forge-error', `${host} gave an answer that is no JSON to ${doing}`);
      }
      const next = Number(header(sent.value, 'x-next-page') ?? 0);
      // What the documentation of the path says it is; whoever reads it is guarded against another shape.
      return { ok: true, value: answer as T, nextPage: next > 0 ? next : null };
    },

    async all<T>(path: string, doing: string, query: RestCall['query'] = {}, maxPages = 50) {
      const found: T[] = [];
      for (let page = 1; page <= maxPages; page++) {
        const answer = await rest.call<readonly T[]>('GET', path, doing, {
          query: { ...query, [sizeParameter]: size, page },
        });
        if (!answer.ok) return answer;
        found.push(...answer.value);
        if (answer.nextPage === null && answer.value.length < size) return { ok: true, value: found };
        if (answer.value.length === 0) return { ok: true, value: found };
      }
      return forgeFailure('too-large', `${host} has more than ${maxPages * size} rows for ${doing}`);
    },
  };
  return rest;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** `message` is a sentence, a list of them, or sentences by field. */
function wordsOf(answer: unknown): string {
  const { message, error } = Object(answer) as { message?: unknown; error?: unknown };
  const words = message ?? error ?? '';
  return typeof words === 'string' ? words : JSON.stringify(words).slice(0, 1000);
}

export function hasStatus(failure: ForgeFailure | RestRefusal, ...statuses: readonly number[]): boolean {
  return 'status' in failure && statuses.includes(failure.status);
}

/** True when nobody knows whether a request was carried out. */
export function isUncertain(failure: ForgeFailure | RestRefusal): boolean {
  return failure.code !== 'rate-limited' && (!('status' in failure) || failure.status >= 500);
}
