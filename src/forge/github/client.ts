/**
 * GitHub through octokit: routes with their published types, apps with their installations, GraphQL. Its `fetch` is
 * ours, so that proxies, the address policy, redaction, pacing and the request count hold. No error of octokit gets
 * out of here: they carry the request with its credential.
 */
import type { Octokit } from '@octokit/core';
import type { Endpoints, OctokitResponse } from '@octokit/types';
import type { Api } from '../api.ts';
import { statusFailure } from '../answers.ts';
import { forgeFailure } from '../forge.ts';
import type { ForgeFailure, ForgeResult } from '../forge.ts';

export type GitHubCredential =
  /** A person's token, a GITHUB_TOKEN, an installation token that somebody else has made. */
  | { readonly kind: 'token'; readonly token: string }
  /** `privateKey` in PEM form. The installation is found by the owner of the repository. */
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string };

/** A refusal that came with a status, for callers that know what it means here. */
export interface Refusal extends ForgeFailure {
  readonly status: number;
  /** What the server says, as it says it: for comparison, never shown. */
  readonly said: string;
}

export type Called<T> =
  { readonly ok: true; readonly value: T; readonly isLast: boolean } | ForgeFailure | Refusal;

export interface CallOptions {
  readonly maxBytes?: number;
}

export interface Viewer {
  readonly id: number;
  readonly login: string;
}

type Route = keyof Endpoints;
type Data<R extends Route> = Endpoints[R]['response']['data'];

export interface GitHubClient {
  readonly host: string;
  /** `doing` completes "GitHub answered 404 to …". */
  call<R extends Route>(
    route: R,
    doing: string,
    parameters: Endpoints[R]['parameters'],
    options?: CallOptions,
  ): Promise<Called<Data<R>>>;
  /** All pages, at most `maxPages` of 100; more is `too-large`. */
  all<R extends Route, Row>(
    route: R,
    doing: string,
    parameters: Endpoints[R]['parameters'],
    rows: (data: Data<R>) => readonly Row[],
    maxPages?: number,
  ): Promise<ForgeResult<readonly Row[]>>;
  /** `read` takes what it needs out of the answer; the query's name says what was being done. */
  graphql<T>(
    owner: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    read: (data: Record<string, unknown>) => T,
  ): Promise<ForgeResult<T> | GraphQlRefusal>;
  /** Our own account. */
  viewer(owner: string): Promise<ForgeResult<Viewer>>;
  /** True where commits without an author are made and signed as the app's. */
  readonly isApp: boolean;
}

export interface GraphQlRefusal extends ForgeFailure {
  /** GraphQL's own word: NOT_FOUND, FORBIDDEN, STALE_DATA, UNPROCESSABLE, or `undefinedField`. */
  readonly type: string;
  readonly said: string;
}

/** Headers that our own fetch takes off again. */
const LIMIT_HEADER = 'x-dockfix-max-bytes';

/** POSTs that nobody sees, or that come to the same when they are sent twice. */
const HARMLESS_TWICE =
  /\/git\/(?:blobs|trees|commits)$|\/issues\/\d+\/(?:labels|assignees)$|\/requested_reviewers$|\/access_tokens$/;

/** What our fetch throws; octokit wraps it. */
class TransportError extends Error {
  readonly failure: ForgeFailure;

  constructor(failure: ForgeFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export async function createGitHubClient(options: {
  readonly api: Api;
  readonly credential: GitHubCredential;
  readonly userAgent: string;
}): Promise<GitHubClient> {
  const { api, credential, userAgent } = options;
  const { Octokit } = await import('@octokit/core');
  const baseUrl = api.baseUrl;
  const host = new URL(baseUrl).host;
  const graphqlUrl = /\/api\/v3$/.test(baseUrl) ? baseUrl.replace(/\/v3$/, '/graphql') : `${baseUrl}/graphql`;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const common = {
    baseUrl,
    userAgent,
    log,
    request: { fetch: createFetch(api), log },
  };
  const byOwner = new Map<string, Promise<Called<Octokit>>>();
  const viewers = new Map<string, Promise<ForgeResult<Viewer>>>();

  function open(owner: string): Promise<Called<Octokit>> {
    const key = credential.kind === 'token' ? '' : owner.toLowerCase();
    let opened = byOwner.get(key);
    if (!opened) {
      opened = credential.kind === 'token' ? plain(credential.token) : installed(credential, owner);
      byOwner.set(key, opened);
      // An owner that could not be asked is asked again.
      void opened.then((result) => result.ok || byOwner.delete(key));
    }
    return opened;
  }

  async function plain(token: string): Promise<Called<Octokit>> {
    return { ok: true, value: new Octokit({ ...common, auth: token }), isLast: true };
  }

  async function installed(
    { appId, privateKey }: GitHubCredential & { readonly kind: 'app' },
    owner: string,
  ): Promise<Called<Octokit>> {
    const { createAppAuth } = await import('@octokit/auth-app');
    const authenticated = (auth: object): Octokit =>
      new Octokit({ ...common, authStrategy: createAppAuth, auth: { appId, privateKey, log, ...auth } });
    const find = (route: 'GET /orgs/{org}/installation' | 'GET /users/{username}/installation') =>
      attempt(host, 'finding the installation of the app', () =>
        authenticated({}).request(route, { org: owner, username: owner }),
      );
    let asked = await find('GET /orgs/{org}/installation');
    if (!asked.ok && 'status' in asked && asked.status === 404) {
      asked = await find('GET /users/{username}/installation');
    }
    if (!asked.ok) {
      return 'status' in asked && asked.status === 404
        ? forgeFailure('not-found', `the app is not installed at ${JSON.stringify(owner)}`)
        : asked;
    }
    const { id } = asked.value.data;
    return { ok: true, value: authenticated({ installationId: id }), isLast: true };
  }

  const client: GitHubClient = {
    host,
    isApp: credential.kind === 'app',
    async call(route, doing, parameters, { maxBytes } = {}) {
      // Routes differ in their parameters; all that name an owner name it so.
      const { owner = '', org = '' } = parameters as { owner?: string; org?: string };
      const octokit = await open(owner || org);
      if (!octokit.ok) return octokit;
      const headers = maxBytes === undefined ? {} : { [LIMIT_HEADER]: String(maxBytes) };
      // A route in a variable: what it takes and gives is in this function's own type, octokit's need not repeat it.
      const request: (text: string, options: object) => Promise<OctokitResponse<unknown>> =
        octokit.value.request;
      const answer = await attempt(host, doing, () => request(route, { ...parameters, headers }));
      if (!answer.ok) return answer;
      const link = answer.value.headers.link ?? '';
      // The published type of the route's answer.
      return {
        ok: true,
        value: answer.value.data as Data<typeof route>,
        isLast: !link.includes('rel="next"'),
      };
    },

    async all(route, doing, parameters, rows, maxPages = 20) {
      const found = [];
      for (let page = 1; page <= maxPages; page++) {
        const answer = await client.call(route, doing, { ...parameters, per_page: 100, page });
        if (!answer.ok) return answer;
        found.push(...rows(answer.value));
        if (answer.isLast) return { ok: true, value: found };
      }
      return forgeFailure('too-large', `${host} has more than ${maxPages * 100} rows for ${doing}`);
    },

    async graphql(owner, query, variables, read) {
      const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? 'a query';
      const octokit = await open(owner);
      if (!octokit.ok) return octokit;
      const answer = await attempt(host, name, () =>
        octokit.value.request(`POST ${graphqlUrl}`, { query, variables }),
      );
      if (!answer.ok) return answer;
      const { data, errors } = Object(answer.value.data) as { data?: unknown; errors?: unknown };
      const error: unknown = Array.isArray(errors) ? errors[0] : undefined;
      if (error !== undefined) return graphQlRefusal(host, name, error);
      if (typeof data !== 'object' || data === null) {
        return forgeFailure('forge-error', `${host} answered nothing to ${name}`);
      }
      return { ok: true, value: read({ ...data }) };
    },

    viewer(owner) {
      const key = credential.kind === 'token' ? '' : owner.toLowerCase();
      let viewer = viewers.get(key);
      if (!viewer) {
        viewer = askViewer(owner);
        viewers.set(key, viewer);
        void viewer.then((result) => result.ok || viewers.delete(key));
      }
      return viewer;
    },
  };

  /** REST has no answer for an installation, GraphQL knows every credential's account; a server may lack the latter. */
  async function askViewer(owner: string): Promise<ForgeResult<Viewer>> {
    const query = 'query whoAmI { viewer { login databaseId } }';
    const answer = await client.graphql(owner, query, {}, (data) => {
      const { login, databaseId } = Object(data['viewer']) as { login: string; databaseId: number };
      return { login: String(login), id: Number(databaseId) };
    });
    if (answer.ok || !isMissing(answer)) return answer;
    const user = await client.call('GET /user', 'asking who we are', {});
    return user.ok ? { ok: true, value: { login: user.value.login, id: Number(user.value.id) } } : user;
  }

  return client;
}

/** The server has no GraphQL at all, or does not know what it was asked for: old ones of Enterprise, look-alikes. */
export function isMissing(failure: ForgeFailure): boolean {
  if ('type' in failure) return failure.type === 'undefinedField';
  return 'status' in failure && failure.status === 404;
}

function ignore(): void {}

function graphQlRefusal(host: string, doing: string, error: unknown): GraphQlRefusal {
  const { type, message, extensions } = Object(error) as {
    type?: unknown;
    message?: unknown;
    extensions?: { code?: unknown };
  };
  const word = String(type ?? extensions?.code ?? 'unknown');
  const status =
    word === 'NOT_FOUND' ? 404 : word === 'FORBIDDEN' || word === 'INSUFFICIENT_SCOPES' ? 403 : 422;
  const said = String(message ?? '');
  return { ...statusFailure(host, status, said, doing), type: word, said };
}

/** Runs one request of octokit's; whatever it throws becomes a value without the request. */
async function attempt<T>(host: string, doing: string, request: () => Promise<T>): Promise<Called<T>> {
  try {
    return { ok: true, value: await request(), isLast: true };
  } catch (error) {
    for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
      if (at instanceof TransportError) return at.failure;
    }
    const { status, response } = Object(error) as { status?: unknown; response?: { data?: unknown } };
    if (typeof status !== 'number' || response === undefined) {
      // Nothing was sent: a key that cannot be read, for one. The message might repeat it.
      return forgeFailure('unauthorized', `no request to ${host} could be made with this credential`);
    }
    const { message, errors } = Object(response.data) as { message?: unknown; errors?: unknown };
    const details = (Array.isArray(errors) ? errors : []).map((each: unknown) => {
      const { message: own, field } = Object(each) as { message?: unknown; field?: unknown };
      return String(own ?? field ?? '');
    });
    const said = [String(message ?? ''), ...details].join(' ');
    return { ...statusFailure(host, status, said, doing), status, said };
  }
}

/** The part of the fetch interface that octokit uses. */
function createFetch(api: Api) {
  return async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<Response> => {
    const { [LIMIT_HEADER]: limit, ...headers } = init.headers;
    // octokit sends no others.
    const method = init.method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    const { pathname } = new URL(url);
    const isQuery = pathname.endsWith('/graphql') && !/^\{"query":"\s*mutation\b/.test(init.body ?? '');
    const isRead = method === 'GET' || isQuery || pathname.endsWith('/access_tokens');
    const sent = await api.send({
      method,
      url,
      headers,
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(limit === undefined ? {} : { maxBytes: Number(limit) }),
      isWrite: !isRead,
      isRepeatable: isRead || method !== 'POST' || HARMLESS_TWICE.test(pathname),
    });
    if (!sent.ok) throw new TransportError(sent);
    const { status, body } = sent.value;
    const plain = [...sent.value.headers].map(([name, values]): [string, string] => [
      name,
      values.join(', '),
    ]);
    const isEmpty = status === 204 || status === 205 || status === 304;
    return new Response(isEmpty ? null : Buffer.from(body), { status, headers: plain });
  };
}
