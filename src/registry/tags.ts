/** The tags of a repository: pages of a list that no registry gives in the same way. */
import { isDigest, isTag } from '../core/image-ref.ts';
import type { Http, HttpRequest } from '../net/http.ts';
import { failure, isRecord, statusFailure, transportFailure } from './errors.ts';
import type { RegistryResult } from './errors.ts';
import { parseJson } from './json.ts';
import type { DigestList, RepositoryName, TagList } from './registry.ts';
import type { RegistrySession } from './session.ts';

export interface TagLimits {
  readonly pages: number;
  readonly tags: number;
  readonly pageBytes: number;
}

export const TAG_LIMITS: TagLimits = { pages: 1000, tags: 100_000, pageBytes: 8 * 1024 * 1024 };

/** The most that ECR allows; Docker Hub does not answer in time for large repositories when nothing is said. */
const PAGE = 1000;
const MAX_QUERY = 4096;

/**
 * All tags. Only `Link` leads on: counting would never end with registries that give the whole list for any page.
 * Of a link only its query is used, so that no link can lead to another origin, and one that lacks a part of its
 * path (Artifactory) leads to the right place.
 */
export async function listTags(
  session: RegistrySession,
  repository: RepositoryName,
  limits: TagLimits = TAG_LIMITS,
): Promise<RegistryResult<TagList>> {
  const host = repository.registry;
  const found = new Set<string>();
  let query: string | null = `n=${PAGE}`;
  let after: URL | undefined;
  for (let page = 0; query !== null; page++) {
    if (page >= limits.pages) return listed(found, false);
    const answer = await session.request({
      repository,
      method: 'GET',
      path: `tags/list?${query}`,
      headers: { accept: 'application/json' },
      maxBytes: limits.pageBytes,
      purpose: 'tags',
      ...(after ? { after } : {}),
    });
    if (!answer.ok) return answer;
    after = answer.value.url;
    const { status, body, headers } = answer.value;
    if (status === 404)
      return failure(host, 'not-found', `${host} has no repository ${repository.repository}`);
    if (status !== 200) return statusFailure(host, status, body, false);
    const json = parseJson(body);
    const tags = isRecord(json) ? json['tags'] : undefined;
    // An empty repository has `null`.
    if (!Array.isArray(tags) && tags !== null)
      return failure(host, 'registry-error', `${host} answered with something that is no list of tags`);
    const before = found.size;
    for (const tag of tags ?? []) {
      if (typeof tag !== 'string' || !isTag(tag)) continue;
      if (found.size >= limits.tags) return listed(found, false);
      found.add(tag);
    }
    // A page without anything new would be followed by the same page for ever.
    if (found.size === before) break;
    query = nextQuery(headers.get('link') ?? []);
  }
  return listed(found, true);
}

function listed(found: ReadonlySet<string>, isComplete: boolean): RegistryResult<TagList> {
  return { ok: true, value: { tags: [...found].sort(), isComplete } };
}

/** The query of the link with `rel=next`; null when there is none. */
export function nextQuery(links: readonly string[]): string | null {
  for (const link of links) {
    for (const part of link.slice(0, 4 * MAX_QUERY).split(/,(?=\s*<)/)) {
      const target = /^\s*<([^<>]*)>(.*)$/.exec(part);
      if (!target || !/;\s*rel\s*=\s*"?next"?\s*(?:;|$)/i.test(target[2]!)) continue;
      const at = target[1]!.indexOf('?');
      const query = at < 0 ? '' : target[1]!.slice(at + 1).split('#')[0]!;
      const cleaned = new URLSearchParams(query).toString();
      if (cleaned !== '' && cleaned.length <= MAX_QUERY) return cleaned;
    }
  }
  return null;
}

// ---- Docker Hub's own list ------------------------------------------------------------------------------------

export interface HubOptions {
  readonly http: Http;
  /** `https://hub.docker.com` but in tests. */
  readonly base: URL;
}

const HUB_PAGES = 20;

/**
 * Docker Hub's list of tags with the digest of each, newest first, which costs no pull. It is another server than the
 * registry, so nothing of the registry's authentication is sent. Old tags of large repositories are not read. Tried
 * once: whoever asks can do with the registry's own list.
 */
export async function listHubTags(
  options: HubOptions,
  repository: RepositoryName,
): Promise<RegistryResult<DigestList | null>> {
  const { http, base } = options;
  const path = `/v2/repositories/${repository.repository}/tags`;
  const tags: DigestList['tags'][number][] = [];
  let url: URL | null = new URL(`${path}?page_size=100&ordering=last_updated`, base);
  for (let page = 0; url !== null; page++) {
    if (page >= HUB_PAGES) return { ok: true, value: { tags, isComplete: false } };
    const target: URL = url;
    const sent = await http.request(hubRequest(target));
    if (!sent.ok) return transportFailure(base.host, sent);
    const { status, body } = sent.response;
    // A private repository looks like none at all from here.
    if (status === 404 || status === 401 || status === 403) return { ok: true, value: null };
    if (status !== 200) return statusFailure(base.host, status, body, false);
    const json = parseJson(body);
    const results = isRecord(json) ? json['results'] : null;
    if (!isRecord(json) || !Array.isArray(results))
      return failure(
        base.host,
        'registry-error',
        `${base.host} answered with something that is no list of tags`,
      );
    tags.push(...results.flatMap(hubTag));
    url = results.length === 0 ? null : nextHubPage(json['next'], target);
  }
  return { ok: true, value: { tags, isComplete: true } };
}

/** When a tag was last pushed, with `digest` where one is given; null when Docker Hub does not tell at once. */
export async function hubPushed(
  options: HubOptions,
  { repository }: RepositoryName,
  tag: string,
  digest: string | null = null,
): Promise<string | null> {
  const url = new URL(`/v2/repositories/${repository}/tags/${tag}`, options.base);
  const sent = await options.http.request(hubRequest(url));
  if (!sent.ok || sent.response.status !== 200) return null;
  const row = hubTag(parseJson(sent.response.body))[0];
  return digest !== null && row?.digest !== digest ? null : (row?.pushed ?? null);
}

function hubRequest(url: URL): HttpRequest {
  const headers = { accept: 'application/json' };
  // The server is ours to choose, no answer names it; tests have it on loopback.
  return { method: 'GET', url, headers, maxBytes: TAG_LIMITS.pageBytes, reach: 'private' };
}

function hubTag(value: unknown): readonly DigestList['tags'][number][] {
  if (!isRecord(value)) return [];
  const { name, digest, tag_last_pushed: pushed } = value;
  if (typeof name !== 'string' || !isTag(name)) return [];
  const isDate = typeof pushed === 'string' && !Number.isNaN(Date.parse(pushed));
  return [
    {
      name,
      digest: typeof digest === 'string' && isDigest(digest) ? digest : null,
      pushed: isDate ? pushed : null,
    },
  ];
}

/** Only a page of the same list on the same server. */
function nextHubPage(next: unknown, current: URL): URL | null {
  if (typeof next !== 'string' || next.length > MAX_QUERY || !URL.canParse(next, current.href)) return null;
  const url = new URL(next, current.href);
  const isSame = url.origin === current.origin && url.pathname.replace(/\/$/, '') === current.pathname;
  return isSame && url.href !== current.href ? url : null;
}
