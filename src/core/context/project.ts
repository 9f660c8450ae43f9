/** What the files around a Dockerfile say about the project: name, description, licence, where it comes from. */
import type { Evidence } from '../types.ts';
import { baseNameOf, folderOf } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import { licenceOfText, spdxExpression } from './spdx.ts';

export interface Said {
  readonly value: string;
  readonly evidence: Evidence;
}

export interface ProjectDescription {
  readonly title: Said | null;
  readonly description: Said | null;
  readonly licenses: Said | null;
  readonly authors: Said | null;
  readonly documentation: Said | null;
  readonly source: Said | null;
  /** The version that the manifest has today. */
  readonly version: Said | null;
}

/** A manifest's own words, as far as they were read. */
interface Manifest {
  readonly path: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly licence: string | null;
  readonly authors: string | null;
  readonly homepage: string | null;
  readonly documentation: string | null;
  readonly version: string | null;
}

const MANIFEST_NAMES = ['package.json', 'pyproject.toml', 'Cargo.toml', 'composer.json', 'go.mod', 'pom.xml'];

/** `bases` are the names of the file's base images, that of the image itself first: where several manifests lie side by side, its language decides. */
export function describeProject(context: BuildContext, bases: readonly string[] = []): ProjectDescription {
  const manifest = manifestOf(context, preferredManifest(bases));
  const { remote } = context.project;
  const note = (value: string | null, what: string): Said | null =>
    value === null || manifest === null
      ? null
      : {
          value,
          evidence: { kind: 'context', path: manifest.path, note: `${what} in ${baseNameOf(manifest.path)}` },
        };
  const title = titleOf(context, manifest);
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  // The name once more describes nothing.
  const says =
    manifest?.description && plain(manifest.description) !== plain(title?.value ?? '')
      ? manifest.description
      : null;
  return {
    title,
    description: note(says, 'description'),
    licenses: licenceOf(context, manifest),
    authors: note(manifest?.authors ?? null, 'author'),
    documentation: note(manifest?.documentation ?? null, 'documentation') ?? readmeOf(context),
    source:
      remote === null
        ? null
        : {
            value: remote,
            evidence: { kind: 'context', path: '.git/config', note: 'remote origin, without credentials' },
          },
    version: note(manifest?.version ?? null, 'version'),
  };
}

// ---- manifests --------------------------------------------------------------------------------------------------

/** The manifest beside the Dockerfile; at the context's root only where the Dockerfile has no folder of its own. */
function manifestOf(context: BuildContext, preferred: string | null): Manifest | null {
  const names = preferred === null ? MANIFEST_NAMES : [preferred, ...MANIFEST_NAMES];
  for (const folder of manifestFolders(context)) {
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = context.texts.get(path);
      const manifest = text === undefined ? null : readManifest(path, name, text);
      if (manifest) return manifest;
    }
  }
  return null;
}

const OF_BASE: readonly (readonly [base: RegExp, manifest: string])[] = [
  [/(?:^|\/)(?:python|pypy|uv|django)\b/, 'pyproject.toml'],
  [/(?:^|\/)(?:node|bun)\b/, 'package.json'],
  [/(?:^|\/)(?:php|frankenphp|composer)\b/, 'composer.json'],
  [/(?:^|\/)(?:maven|openjdk|eclipse-temurin|amazoncorretto)\b/, 'pom.xml'],
  [/(?:^|\/)golang\b/, 'go.mod'],
  [/(?:^|\/)rust\b/, 'Cargo.toml'],
];

/**
 * The manifest of the image's own language: that of its base, else of the last stage that compiles. A front end that
 * is only built on the way names another thing.
 */
function preferredManifest(bases: readonly string[]): string | null {
  for (const base of bases) {
    const found = OF_BASE.find(([pattern]) => pattern.test(base));
    if (found) return found[1];
  }
  return null;
}

const DOCKER_FOLDER =
  /^(?:\.?docker(?:files?)?|containers?|\.?build|deploy(?:ments?)?|ops|infra|ci|images?|\.devcontainer)$/i;

function manifestFolders(context: BuildContext): readonly string[] {
  const folder = folderInContext(context);
  return [...new Set([folder, homeOf(folder)])];
}

/** The Dockerfile's folder; the context's root when it lies outside. */
function folderInContext({ dockerfile }: BuildContext): string {
  return dockerfile === null || dockerfile.startsWith('../') ? '' : folderOf(dockerfile);
}

/** `services/api/docker/production` and `services/api/src/main/docker` belong to `services/api`. */
function homeOf(folder: string): string {
  const parts = folder.split('/');
  while (parts.length > 0 && (DOCKER_FOLDER.test(parts.at(-1)!) || KINDS.test(parts.at(-1)!))) parts.pop();
  return parts.length < folder.split('/').length
    ? parts.join('/').replace(/(?:^|\/)src(?:\/main)?$/, '')
    : folder;
}

function readManifest(path: string, name: string, text: string): Manifest | null {
  const fields = name.endsWith('.json')
    ? jsonFields(text)
    : name.endsWith('.toml')
      ? tomlFields(text)
      : otherFields(name, text);
  if (!fields) return null;
  return {
    path,
    name: fields.name ?? null,
    description: usable(fields.description),
    licence: fields.licence ?? null,
    authors: person(fields.authors),
    homepage: fields.homepage ?? null,
    documentation:
      address(fields.documentation) ??
      (/#readme$/.test(fields.homepage ?? '') ? address(fields.homepage) : null),
    version:
      /^v?\d[\w.+-]*$/.test(fields.version ?? '') && fields.version !== '0.0.0' ? fields.version! : null,
  };
}

interface Fields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly licence?: string | undefined;
  readonly authors?: string | undefined;
  readonly homepage?: string | undefined;
  readonly documentation?: string | undefined;
  readonly version?: string | undefined;
}

function jsonFields(text: string): Fields | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const fields = parsed as Readonly<Record<string, unknown>>;
  const author = fields['author'] ?? (Array.isArray(fields['authors']) ? fields['authors'][0] : undefined);
  return {
    name: string(fields['name']),
    description: string(fields['description']),
    licence: string(fields['license']),
    authors: typeof author === 'object' && author !== null ? nameAndMail(author) : string(author),
    homepage: string(fields['homepage']),
    version: string(fields['version']),
  };
}

function nameAndMail(author: object): string | undefined {
  const { name, email } = author as { readonly name?: unknown; readonly email?: unknown };
  const [who, mail] = [string(name), string(email)];
  return who !== undefined && mail !== undefined ? `${who} <${mail}>` : (who ?? mail);
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The plain strings of [project], [tool.poetry], [package] and [project.urls]; TOML beyond that is left out. */
function tomlFields(text: string): Fields | null {
  const tables = new Map<string, Map<string, string>>();
  let table = '';
  for (const line of text.split('\n')) {
    const header = /^[ \t]*\[([\w.\s"-]{1,80})\][ \t]*(?:#.*)?$/.exec(line);
    if (header) {
      table = header[1]!.replace(/["\s]/g, '');
      continue;
    }
    const pair = /^[ \t]*"?([\w-]+)"?[ \t]*=[ \t]*(.{0,1000})/.exec(line);
    if (!pair) continue;
    if (!tables.has(table)) tables.set(table, new Map());
    if (!tables.get(table)!.has(pair[1]!)) tables.get(table)!.set(pair[1]!, pair[2]!);
  }
  const own = tables.get('project') ?? tables.get('tool.poetry') ?? tables.get('package');
  if (!own) return null;
  const get = (name: string): string | undefined => tomlString(own.get(name));
  const urls = tables.get('project.urls') ?? tables.get('tool.poetry.urls');
  const author = own.get('authors');
  const [who, mail] = ['name', 'email'].map(
    (key) => new RegExp(`\\b${key}[ ]*=[ ]*"([^"]{1,100})"`).exec(author ?? '')?.[1],
  );
  return {
    name: get('name'),
    description: get('description'),
    licence: get('license') ?? /\btext[ ]*=[ ]*"([^"]{1,60})"/.exec(own.get('license') ?? '')?.[1],
    authors:
      who === undefined
        ? /^\[[ ]*"([^"]{1,120})"/.exec(author ?? '')?.[1]
        : mail === undefined
          ? who
          : `${who} <${mail}>`,
    homepage: get('homepage'),
    documentation:
      get('documentation') ?? tomlString(urls?.get('Documentation') ?? urls?.get('documentation')),
    version: get('version'),
  };
}

function tomlString(value: string | undefined): string | undefined {
  const found = /^"((?:[^"\\]|\\.){0,500})"|^'([^']{0,500})'/.exec(value ?? '');
  if (!found) return undefined;
  const text = found[2] ?? (found[1]!.includes('\\') ? undefined : found[1]);
  return text === '' ? undefined : text;
}

function otherFields(name: string, text: string): Fields | null {
  if (name === 'go.mod') {
    const module = /^module[ \t]+"?([^\s"]+)/m.exec(text)?.[1];
    // `…/v2` is a version, not a name.
    return module === undefined ? null : { name: baseNameOf(module.replace(/\/v\d+$/, '')) };
  }
  // The project's own elements stand outside these.
  const own = withoutElements(text.slice(0, 100_000));
  const element = (tag: string): string | undefined => {
    const value = new RegExp(`<${tag}>([^<$]{1,300})</${tag}>`).exec(own)?.[1]?.replace(/\s+/g, ' ').trim();
    return value === '' ? undefined : value;
  };
  return { name: element('artifactId'), description: element('description') };
}

const INNER = ['parent', 'dependencies', 'dependencyManagement', 'build', 'profiles', 'licenses', 'plugins'];

/** Takes out the elements that have names and descriptions of others; what is not closed ends the text. */
function withoutElements(text: string): string {
  let rest = text;
  for (const tag of INNER) {
    let out = '';
    let at = 0;
    for (;;) {
      const open = rest.indexOf(`<${tag}>`, at);
      if (open < 0) break;
      out += rest.slice(at, open);
      const close = rest.indexOf(`</${tag}>`, open);
      at = close < 0 ? rest.length : close + tag.length + 3;
    }
    rest = out + rest.slice(at);
  }
  return rest;
}

// ---- fit to be shown --------------------------------------------------------------------------------------------

/** What generators put there. */
const PLACEHOLDER =
  /^(?:add your description here|demo project for spring boot|your (?:project|app)?\s*description|project description|a?\s*short description|todo|tbd|description|this (?:project|template) (?:was|should|is|provides)\b|a (?:new )?vue\.?js project|nuxt\.js project)/i;

function usable(text: string | undefined): string | null {
  const value = text?.replace(/\s+/g, ' ').trim() ?? '';
  if (value.length < 6 || value.length > 250 || PLACEHOLDER.test(value)) return null;
  return clean(value);
}

function person(text: string | undefined): string | null {
  // `Name <mail> (url)`
  const value =
    text
      ?.replace(/\s*\([^()]*\)\s*$/, '')
      .replace(/\s+/g, ' ')
      .trim() ?? '';
  if (
    value.length < 2 ||
    value.length > 120 ||
    /your[ ._-]?name|you@|@example\.|^author$|^todo$/i.test(value)
  )
    return null;
  return clean(value);
}

function address(text: string | undefined): string | null {
  return text !== undefined &&
    text.length <= 200 &&
    /^https?:\/\/[\w.-]+\.[a-z]{2,}(?:\/[^\s"'\\$@]*)?$/i.test(text)
    ? text
    : null;
}

/** Null for text with characters that nobody sees. */
function clean(value: string): string | null {
  return /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/u.test(value) ? null : value;
}

/** Names that generators give, or that say nothing without the project's. */
const GENERATED =
  /^(?:my-?(?:app|project|v0-project|nuxt-app|next-app)|vite-project|(?:new|test)-?project|project|app|example|demo|nuxt-app|next-?app|react-app|root|workspace|temp|untitled|package|vite_react_shadcn_ts|nest-?typescript-starter|mono|monorepo|source|repo)$/i;
const PART =
  /^(?:frontend|front-end|backend|back-end|server|client|web|api|ui|worker|service|admin|gateway|proxy|nginx|db|database|website|site|www|core|main|bot|cli)$/i;
/** Suffixes of Dockerfiles that say how it is built, not what it is. */
const KINDS =
  /^(?:prod(?:uction)?|release|deploy|build|multi-?stage|alpine|slim|debian|ubuntu|distroless|latest|default|arm64|amd64|x86_64|aarch64|main|standalone)$/i;

function titleOf(context: BuildContext, manifest: Manifest | null): Said | null {
  const { project, dockerfile } = context;
  const name = plainName(manifest?.name ?? null);
  const suffix = suffixOf(dockerfile);
  const place = [project.contextPath, folderInContext(context)].filter((part) => part !== '').join('/');
  const home = homeOf(place);
  const folder = home === '' ? null : plainName(baseNameOf(home));
  const repository = plainName(project.name);
  let title: string | null;
  let evidence: Evidence;
  if (name !== null && !GENERATED.test(name) && !PART.test(name)) {
    title = name;
    evidence = { kind: 'context', path: manifest!.path, note: `name in ${baseNameOf(manifest!.path)}` };
  } else {
    const part = name !== null && PART.test(name) ? name : folder;
    // The name of a folder alone is nobody's word for what is in it.
    if (repository === null) title = name !== null && PART.test(name) ? name : null;
    else
      title =
        part === null || part === repository || repository.endsWith(`-${part}`)
          ? repository
          : `${repository}-${part}`;
    evidence =
      repository === null
        ? { kind: 'context', path: manifest?.path ?? '', note: 'name in the manifest' }
        : project.remote === null
          ? { kind: 'context', path: '.', note: 'name of the folder' }
          : { kind: 'context', path: '.git/config', note: 'name of the repository' };
  }
  if (title === null) return null;
  const full = suffix === null || title.endsWith(`-${suffix}`) ? title : `${title}-${suffix}`;
  return full.length > 100 ? null : { value: full, evidence };
}

function plainName(text: string | null): string | null {
  if (text === null) return null;
  const name = text.replace(/^@[^/]+\//, '').trim();
  return /^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,80}$/u.test(name) ? name : null;
}

/** `Dockerfile.worker` and `worker.Dockerfile` build the worker. */
function suffixOf(dockerfile: string | null): string | null {
  const name = baseNameOf(dockerfile ?? '');
  const found =
    /^(?:docker|container)file[.-](.+)$/i.exec(name)?.[1] ??
    /^(.+)\.(?:docker|container)file$/i.exec(name)?.[1] ??
    null;
  return found === null || KINDS.test(found) || !/^[A-Za-z][\w-]{0,40}$/.test(found)
    ? null
    : found.toLowerCase();
}

// ---- licence and README -----------------------------------------------------------------------------------------

const LICENCE_FILE = /(?:^|\/)(?:LICEN[CS]E|COPYING)(?:[.-][\w.-]+)?$/i;

/** The manifest's word, if the licence's text does not say otherwise. */
function licenceOf(context: BuildContext, manifest: Manifest | null): Said | null {
  const files = [
    ...[...context.texts].filter(([path]) => LICENCE_FILE.test(path) && !path.includes('/')),
    ...[...context.project.texts].filter(([path]) => LICENCE_FILE.test(path)),
  ];
  const texts = [...new Set(files.map(([, text]) => licenceOfText(text)))];
  const written =
    manifest?.licence === undefined || manifest.licence === null ? null : spdxExpression(manifest.licence);
  if (written !== null) {
    const names = written.split(/[\s()]+/);
    // npm writes ISC into every new package.
    if (written === 'ISC' && !texts.includes('ISC')) return null;
    if (texts.some((text) => text !== null && !names.includes(text))) return null;
    return {
      value: written,
      evidence: { kind: 'context', path: manifest!.path, note: `licence in ${baseNameOf(manifest!.path)}` },
    };
  }
  // A manifest that names something else (SEE LICENSE IN …, UNLICENSED) knows better.
  if (manifest?.licence !== null && manifest?.licence !== undefined) return null;
  const [text] = texts;
  if (texts.length !== 1 || text === null || text === undefined) return null;
  return { value: text, evidence: { kind: 'context', path: files[0]![0], note: `text of ${text}` } };
}

function readmeOf({ project }: BuildContext): Said | null {
  if (project.remote === null || project.readme === null) return null;
  return {
    value: `${project.remote}#readme`,
    evidence: { kind: 'context', path: project.readme, note: 'README of the repository' },
  };
}

// ---- labels that the CI sets ------------------------------------------------------------------------------------

/** What docker/metadata-action writes. */
const METADATA_KEYS = ['title', 'description', 'url', 'source', 'version', 'created', 'revision', 'licenses'];
const CI_FILES = /^(?!LICEN|COPYING|package\.json|pyproject)/i;

/** Keys (behind `org.opencontainers.image.`) that the CI sets on every image it builds, and where it says so. */
export function labelsSetByCi(context: BuildContext): ReadonlyMap<string, Evidence> {
  const found = new Map<string, Evidence>();
  for (const [path, text] of context.project.texts) {
    if (!CI_FILES.test(path)) continue;
    let action = 0;
    let isUsed = false;
    const add = (key: string, line: number, note: string): void => {
      if (!found.has(key)) found.set(key, { kind: 'context', path, line, note });
    };
    text.split('\n').forEach((whole, index) => {
      // No line that a person wrote is longer.
      const code = whole.slice(0, 1000).replace(/(?:^|\s)#.*$/, '');
      if (code.includes('docker/metadata-action@')) action ||= index + 1;
      if (code.includes('.outputs.labels') || code.includes('.outputs.bake-file')) isUsed = true;
      for (const [, key] of code.matchAll(/org\.opencontainers\.image\.([a-z.]+)\b/g))
        add(key!, index + 1, 'it is set there');
      if (/\bBUILDX_GIT_LABELS\b/.test(code)) {
        for (const key of ['revision', 'source']) add(key, index + 1, 'BUILDX_GIT_LABELS sets it');
      }
    });
    if (action > 0 && isUsed)
      for (const key of METADATA_KEYS) add(key, action, 'docker/metadata-action sets it');
  }
  return found;
}
