/** The `build:` entries of compose files: which context and which Dockerfile each service is built from. */
import { cleanPath } from '../../core/context/build-context.ts';
import type { ComposeMount } from '../../core/context/build-context.ts';
import { bindMounts } from './compose-mounts.ts';

/** Paths are from the folder of the compose file, cleaned; a context elsewhere (a URL, a variable) is left out. */
export interface ComposeEntry {
  readonly service: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | null;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly user: string | null;
  /** The service starts something else than the image says (`command:` or `entrypoint:`). */
  readonly hasOwnCommand: boolean;
  /** The service says itself how it is checked, `disable: true` included. */
  readonly hasOwnCheck: boolean;
  /** TCP ports of the container that `ports:` publishes; those that a variable decides are left out. */
  readonly ports: readonly number[];
  readonly mounts: readonly ComposeMount[];
}

export function isComposeName(name: string): boolean {
  return /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/i.test(name);
}

/** Reads a compose file; none of what it holds when it is no YAML. Loads the YAML reader on first use. */
export async function readCompose(text: string): Promise<readonly ComposeEntry[]> {
  if (!text.includes('build')) return [];
  // As its default: a bundle gives a CommonJS package no other name.
  const { default: yaml } = await import('yaml');
  const lines = new yaml.LineCounter();
  let parsed: unknown;
  let lineOf: LineOf = () => null;
  try {
    const document = yaml.parseDocument(text, { merge: true, logLevel: 'silent', lineCounter: lines });
    if (document.errors.length > 0) return [];
    parsed = document.toJS({ maxAliasCount: 50 });
    lineOf = (service, index) => {
      const node = document.getIn(['services', service, 'volumes', index], true);
      return yaml.isNode(node) && node.range ? lines.linePos(node.range[0]).line : null;
    };
  } catch {
    return [];
  }
  const services = field(parsed, 'services');
  if (typeof services !== 'object' || services === null) return [];
  return Object.entries(services).flatMap(([service, value]) => {
    const entry = readBuild(service, value, lineOf);
    return entry ? [entry] : [];
  });
}

/** Where an entry of a service's volumes stands. */
type LineOf = (service: string, index: number) => number | null;

function readBuild(service: string, value: unknown, lineOf: LineOf): ComposeEntry | null {
  const build = field(value, 'build');
  const isShort = typeof build === 'string';
  const context = isShort ? build : (field(build, 'context') ?? '.');
  const dockerfile = isShort ? 'Dockerfile' : (field(build, 'dockerfile') ?? 'Dockerfile');
  const target = isShort ? null : field(build, 'target');
  if (build === undefined || build === null || typeof context !== 'string' || typeof dockerfile !== 'string')
    return null;
  const isElsewhere = /^[a-z][\w+.-]*:|^git@|^\/|\$/i;
  if (isElsewhere.test(context) || isElsewhere.test(dockerfile)) return null;
  const folder = joined('', context);
  return {
    service,
    context: folder,
    dockerfile: joined(folder, dockerfile),
    target: typeof target === 'string' && !target.includes('$') ? target : null,
    command: wordsOf(field(value, 'command')),
    entrypoint: wordsOf(field(value, 'entrypoint')),
    user: userOf(field(value, 'user')),
    hasOwnCommand: isSet(field(value, 'command')) || isSet(field(value, 'entrypoint')),
    hasOwnCheck: isSet(field(value, 'healthcheck')),
    ports: containerPorts(field(value, 'ports')),
    mounts: bindMounts(field(value, 'volumes'), (index) => lineOf(service, index)),
  };
}

/** A list is taken as it is, a text is cut into words as Compose does; no shell reads either. */
function wordsOf(value: unknown): readonly string[] | null {
  const words =
    typeof value === 'string'
      ? [...value.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
          (match) => match[1] ?? match[2] ?? match[3]!,
        )
      : Array.isArray(value) && value.every((word) => typeof word === 'string' || typeof word === 'number')
        ? value.map(String)
        : [];
  return words.length === 0 ? null : words.map((word) => word.replaceAll('$$', '$'));
}

function userOf(value: unknown): string | null {
  const user = typeof value === 'number' ? String(value) : value;
  return typeof user === 'string' && /^[\w.-]+(?::[\w.-]+)?$/.test(user) ? user : null;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `80`, and the long form with `target`. */
function containerPorts(ports: unknown): readonly number[] {
  if (!Array.isArray(ports)) return [];
  const found = ports.slice(0, 100).flatMap((entry: unknown) => {
    const isLong = typeof entry === 'object' && entry !== null;
    const text = String(isLong ? field(entry, 'target') : entry);
    const isTcp = (isLong ? (field(entry, 'protocol') ?? 'tcp') : 'tcp') === 'tcp';
    const port = /^(?:.*:)?(\d{1,5})(?:\/tcp)?$/.exec(text)?.[1];
    return isTcp && port !== undefined ? [Number(port)] : [];
  });
  return [...new Set(found)].filter((port) => port > 0 && port < 65536);
}

/** Cleans a path, keeping `..` at its start. */
export function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** `docker build -f X CONTEXT` in scripts and CI files, and the fields of docker/build-push-action. */
export function readBuildCommands(
  text: string,
): readonly { readonly context: string; readonly dockerfile: string }[] {
  const found: { context: string; dockerfile: string }[] = [];
  const joinedLines = text.replace(/\\\r?\n[ \t]*/g, ' ');
  for (const match of joinedLines.matchAll(/\bdocker (?:buildx |image )?build\b([^\n|;&#]{0,600})/g)) {
    const words = match[1]!
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^["']|["']$/g, ''));
    const at = words.findIndex((word) => word === '-f' || word === '--file');
    const file = words.find((word) => /^(?:-f|--file)=/.test(word))?.replace(/^[^=]*=/, '') ?? words[at + 1];
    const context = words.at(-1) ?? '';
    if ((at < 0 && file === words[0]) || !file || /[$`]/.test(file + context) || context.startsWith('-'))
      continue;
    if (cleanPath(file) !== null) found.push({ context: joined('', context), dockerfile: joined('', file) });
  }
  for (const match of joinedLines.matchAll(
    /^([ \t]+)(?:context|file):[ \t]*([^\n#]{1,200})\n(?:\1[^\n]*\n){0,6}?\1(?:context|file):[ \t]*([^\n#]{1,200})/gm,
  )) {
    const isContextFirst = match[0].trimStart().startsWith('context');
    const [context, file] = (isContextFirst ? [match[2]!, match[3]!] : [match[3]!, match[2]!]).map((word) =>
      word.trim().replace(/^["']|["']$/g, ''),
    );
    if (/[${]/.test(context! + file!)) continue;
    found.push({ context: joined('', context!), dockerfile: joined('', file!) });
  }
  return found;
}
