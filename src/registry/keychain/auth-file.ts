/**
 * Files of credentials: Docker's config.json, Podman's auth.json, and the flat `.dockercfg` of old. One format with
 * three maps that are all keyed by registry, where Docker Hub has its own key and Podman goes down to repositories.
 */
import { DOCKER_HUB } from '../../core/image-ref.ts';
import { isRecord } from '../errors.ts';
import { parseJson } from './json.ts';

/** Docker Hub's key in every map, and what its helpers are asked for. */
export const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

const DOCKER_HUB_HOSTS: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

export interface AuthFile {
  readonly auths: readonly Keyed<Readonly<Record<string, unknown>>>[];
  /** `credHelpers`: suffixes of programs; an empty one says that there is none. */
  readonly helpers: readonly Keyed<string>[];
  /** `credsStore`: the suffix for all other registries. */
  readonly store: string | null;
}

export interface Keyed<V> {
  readonly key: AuthKey;
  readonly value: V;
}

export interface AuthKey {
  /** As it stands in the file. */
  readonly written: string;
  /** As in ImageRef, lower case. */
  readonly host: string;
  /** The namespace or repository that the entry is for; empty for the whole host. */
  readonly path: string;
  readonly scheme: string;
}

export type AuthFileResult = { readonly ok: true; readonly file: AuthFile } | AuthFileProblem;

export interface AuthFileProblem {
  readonly ok: false;
  /** Continues a sentence that names the file; holds nothing of its text. */
  readonly problem: string;
}

/** `.dockercfg` is a flat map from registries to entries. */
export type AuthFileForm = 'config' | 'dockercfg';

export function parseAuthFile(text: string, form: AuthFileForm): AuthFileResult {
  const content = text.replace(/^\ufeff/, '');
  if (content.trim() === '') return { ok: true, file: { auths: [], helpers: [], store: null } };
  const parsed = parseJson(content);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  if (!isRecord(root)) return { ok: false, problem: 'is no JSON object' };
  const isFlat = form === 'dockercfg' && !('auths' in root);
  const auths = isFlat ? root : (root['auths'] ?? {});
  const helpers = isFlat ? {} : (root['credHelpers'] ?? {});
  const store = isFlat ? null : (root['credsStore'] ?? null);
  if (!isRecord(auths)) return { ok: false, problem: 'has "auths" that are no object' };
  if (!isRecord(helpers)) return { ok: false, problem: 'has "credHelpers" that are no object' };
  if (store !== null && typeof store !== 'string') {
    return { ok: false, problem: 'has a "credsStore" that is no text' };
  }
  const entries: Keyed<Readonly<Record<string, unknown>>>[] = [];
  for (const [written, value] of Object.entries(auths)) {
    // Podman writes null for an entry without content.
    const entry = value ?? {};
    if (!isRecord(entry)) return { ok: false, problem: 'has an entry in "auths" that is no object' };
    entries.push({ key: parseKey(written, form), value: entry });
  }
  const programs: Keyed<string>[] = [];
  for (const [written, value] of Object.entries(helpers)) {
    if (typeof value !== 'string') {
      return { ok: false, problem: 'has an entry in "credHelpers" that is no text' };
    }
    programs.push({ key: parseKey(written, form), value });
  }
  return { ok: true, file: { auths: entries, helpers: programs, store: store === '' ? null : store } };
}

/**
 * With a scheme, or with the slash at the end that API addresses have, what follows the host is no namespace. Neither
 * is it in `.dockercfg`, which is older than those.
 */
function parseKey(written: string, form: AuthFileForm): AuthKey {
  const [, scheme = '', rest = ''] = /^(https?:\/\/)?([^]*)$/i.exec(written)!;
  const slash = rest.indexOf('/');
  const host = canonicalHost(slash < 0 ? rest : rest.slice(0, slash));
  const path = slash < 0 ? '' : rest.slice(slash + 1);
  const isHost = scheme !== '' || form === 'dockercfg' || path.endsWith('/');
  return { written, host, path: isHost ? '' : path, scheme: scheme.toLowerCase() };
}

/** The host as in ImageRef, Docker Hub's names folded into one. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return DOCKER_HUB_HOSTS.has(lower) ? DOCKER_HUB : lower;
}

/**
 * The entries that hold for a repository, the best first: the longest path that leads to it, then the key that the
 * registry is usually written with, then https before http.
 */
export function matching<V>(
  entries: readonly Keyed<V>[],
  host: string,
  repository: string,
): readonly Keyed<V>[] {
  const wanted = canonicalHost(host);
  const usual = wanted === DOCKER_HUB ? DOCKER_HUB_KEY : wanted;
  const rank = ({ written, scheme }: AuthKey): number => {
    if (written === usual) return 0;
    return scheme === 'http://' ? 2 : 1;
  };
  return entries
    .filter(({ key }) => key.host === wanted && isAbove(key.path, repository))
    .sort((a, b) => b.key.path.length - a.key.path.length || rank(a.key) - rank(b.key));
}

function isAbove(path: string, repository: string): boolean {
  return path === '' || path === repository || repository.startsWith(`${path}/`);
}

// ---- one entry --------------------------------------------------------------------------------------------------

/** What an entry of `auths` gives: a credential, nothing at all (it only marks a login), or what is wrong with it. */
export type Entry =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string; readonly basic?: Basic }
  | { readonly kind: 'registry-token'; readonly token: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid'; readonly problem: string };

interface Basic {
  readonly username: string;
  readonly password: string;
}

const FIELDS = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'] as const;

export function readEntry(entry: Readonly<Record<string, unknown>>): Entry {
  const wrong = FIELDS.find((name) => !['string', 'undefined'].includes(typeof (entry[name] ?? undefined)));
  if (wrong) return { kind: 'invalid', problem: `its "${wrong}" is no text` };
  const text = (name: (typeof FIELDS)[number]): string => String(entry[name] ?? '');
  const registryToken = text('registrytoken');
  const identityToken = text('identitytoken');
  for (const token of [registryToken, identityToken]) {
    if (!isToken(token)) return { kind: 'invalid', problem: 'its token has characters that no token has' };
  }
  if (registryToken !== '') return { kind: 'registry-token', token: registryToken };
  const auth = text('auth').trim();
  const basic = auth === '' ? { username: text('username'), password: text('password') } : decodeBasic(auth);
  if (identityToken !== '') {
    // Docker stores the user with an empty password beside the token.
    const hasPassword = basic !== null && basic.username !== '' && basic.password !== '';
    return { kind: 'identity-token', token: identityToken, ...(hasPassword ? { basic } : {}) };
  }
  if (basic === null) return { kind: 'invalid', problem: 'its "auth" is not the base64 of user:password' };
  if (basic.username !== '') return { kind: 'basic', ...basic };
  return basic.password === '' ? { kind: 'empty' } : { kind: 'invalid', problem: 'it has no user' };
}

/** Base64 of `user:password`; the password may hold colons. Null when it is none, or without a user. */
function decodeBasic(auth: string): Basic | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(auth)) return null;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(auth, 'base64'));
  } catch {
    return null;
  }
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  // Docker fills up with NULs.
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0) end--;
  return { username: text.slice(0, colon), password: text.slice(colon + 1, end) };
}

/** What may stand in a header. */
export function isToken(token: string): boolean {
  return /^[\x21-\x7e]*$/.test(token);
}
