/** Which texts of a context are read: what says what the project is, how it starts and where it listens. */
import type { Document } from '../../core/document.ts';
import { plainWords } from '../../core/arguments.ts';
import { baseNameOf, cleanPath, folderOf, isInside } from '../../core/context/build-context.ts';
import { isSource } from '../../core/runtime/source-writes.ts';
import type { ListedEntry } from './listing.ts';

export const MAX_FILE_BYTES = 256 * 1024;
export const MAX_TOTAL_BYTES = 8 * 1024 * 1024;
export const MAX_FILES = 600;

const MANIFESTS =
  /^(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|[\w.-]*(?:requirements|constraints)[\w.-]*\.txt|Pipfile|go\.mod|go\.work|Cargo\.(?:toml|lock)|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|Gemfile(?:\.lock)?|composer\.json|mix\.exs|deno\.jsonc?|[\w.-]+\.(?:cs|fs|vb)proj|global\.json|pnpm-workspace\.yaml|\.yarnrc\.yml|\.nvmrc|\.node-version|\.python-version|\.ruby-version|\.dockerignore|LICEN[CS]E(?:[.-][\w.-]+)?|COPYING)$/i;
/** Lists of Python packages in a folder of their own. */
const REQUIREMENT_FOLDERS = /(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/i;
const CONFIGURATION =
  /^(?:Procfile|supervisord?\.conf|gunicorn[\w.-]*\.py|uwsgi[\w.-]*\.(?:ini|ya?ml)|Caddyfile|application[\w.-]*\.(?:properties|ya?ml)|appsettings[\w.]*\.json|tsconfig[\w.-]*\.json|(?:next|nuxt|vite|svelte|astro|remix|angular|nest-cli)(?:\.config)?\.(?:[cm]?[jt]s|json)|puma\.rb|routes\.rb|config\.ru|manage\.py|settings\.py|logback[\w.-]*\.xml|log4j2?[\w.-]*\.(?:xml|properties|ya?ml)|logging[\w.-]*\.(?:conf|ini|ya?ml|json)|nginx[\w.-]*\.conf(?:\.template)?|default\.conf(?:\.template)?|\.env\.example)$/i;
const SCRIPTS =
  /(?:\.(?:sh|bash)$)|^(?:docker-)?(?:entrypoint|start|run|boot|init|launch|serve|web|server)[\w.-]*$/i;
const SERVER_FOLDERS =
  /(?:^|\/)(?:nginx|conf\.d|templates|supervisor|sites-(?:available|enabled))\/[^/]+\.(?:conf|template|ini)$/i;
const NO_SOURCES =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|examples?|docs?|migrations|node_modules|vendor|dist|build|fixtures|mocks?|public|static|assets|locales?|components|ui|types|stories)\/|\.min\.js$|\.d\.ts$|[._-](?:test|spec|stories)\.\w+$|_test\.go$/i;
/** Sources that are likely to start a server come first, when not all can be read. */
const STARTERS =
  /^(?:main|app|server|index|wsgi|asgi|www|program|startup|application|routes?|urls|api|web|cmd|run|health\w*)\b/i;

/** Paths to read, the most telling first, at most {@link MAX_FILES}. */
export function wantedPaths(
  entries: ReadonlyMap<string, ListedEntry>,
  document: Document | null,
): readonly string[] {
  const folders = document ? copiedFolders(document) : [''];
  const named = document ? namedFiles(document) : new Set<string>();
  const ranked: (readonly [rank: number, path: string])[] = [];
  for (const [path, { kind, size }] of entries) {
    if (kind !== 'file' || size > MAX_FILE_BYTES) continue;
    const rank = rankOf(path, folders, named);
    if (rank !== null) ranked.push([rank, path]);
  }
  return ranked
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    .slice(0, MAX_FILES)
    .map(([, path]) => path);
}

/** Smaller is more telling; null for what is not read. */
function rankOf(path: string, folders: readonly string[], named: ReadonlySet<string>): number | null {
  const name = baseNameOf(path);
  const depth = path.split('/').length;
  if (named.has(name)) return depth;
  if (MANIFESTS.test(name) || CONFIGURATION.test(name) || REQUIREMENT_FOLDERS.test(path)) return 20 + depth;
  if (SERVER_FOLDERS.test(path)) return 40 + depth;
  if (SCRIPTS.test(name) && (/\.\w+$/.test(name) === false || /\.(?:sh|bash)$/.test(name))) return 60 + depth;
  if (!isSource(name) || NO_SOURCES.test(path) || !folders.some((folder) => isInside(path, folder)))
    return null;
  return (STARTERS.test(name) ? 80 : 110) + depth;
}

/** Folders and files that COPY and ADD take from the context; a pattern counts as its folder. */
function copiedFolders(document: Document): readonly string[] {
  const found = new Set<string>();
  for (const { keyword, flags, json, rest } of document.instructions) {
    if (keyword !== 'COPY' && keyword !== 'ADD') continue;
    if (flags.some(({ name }) => name === 'from')) continue;
    const words = json ?? plainWords(rest).map(({ text }) => text);
    for (const word of words.slice(0, -1)) {
      const path = cleanPath(word.replace(/["']/g, ''));
      if (path === null) continue;
      const cut = path.search(/[*?[$]/);
      found.add(cut < 0 ? path : folderOf(path.slice(0, cut)));
    }
  }
  return [...found];
}

const NAMING = new Set(['CMD', 'ENTRYPOINT', 'COPY', 'ADD']);
const NO_TEXT =
  /lock|\.(?:png|jpe?g|gif|svg|ico|webp|woff2?|ttf|pdf|jar|war|zip|tgz|gz|xz|bz2|tar|whl|so|dll|exe|bin|deb|rpm|db|sqlite3?|sum|csv)$/i;

/** Names of files that CMD, ENTRYPOINT, COPY and ADD speak of: scripts and settings with any name. */
function namedFiles(document: Document): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { keyword, rest } of document.instructions) {
    if (!NAMING.has(keyword)) continue;
    for (const word of rest.text.slice(0, 4000).split(/[\s"',[\]=]+/)) {
      const name = baseNameOf(word);
      if (/^[\w.@-]+$/.test(name) && !NO_TEXT.test(name)) names.add(name);
    }
  }
  return names;
}
