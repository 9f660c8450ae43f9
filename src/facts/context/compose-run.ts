/**
 * How the services of a compose file are run, as far as `dockfix verify` may know it: arguments, environment, command,
 * ports, named volumes and what they depend on. Bind mounts, devices, privileges and the host's network are never
 * taken, and no variable comes from the machine: `variables` are those that the person has named.
 */
import { joined } from './compose.ts';

export interface ComposeService {
  readonly name: string;
  /** Paths from the folder of the compose file; null when it is not built. */
  readonly build: ComposeServiceBuild | null;
  readonly image: string | null;
  readonly environment: ReadonlyMap<string, string>;
  readonly command: readonly string[] | null;
  readonly ports: readonly number[];
  readonly dependsOn: readonly string[];
  /** Where named and nameless volumes are mounted. */
  readonly volumes: readonly { readonly target: string; readonly readOnly: boolean }[];
  /** Variables that have no value here, so that they are empty. */
  readonly unset: readonly string[];
  /** Variables that the file insists on, and that have no value here. */
  readonly required: readonly string[];
  /** What the file says and is not taken. */
  readonly leftOut: readonly string[];
}

export interface ComposeServiceBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | null;
  readonly args: ReadonlyMap<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_SERVICES = 200;
const MAX_ENTRIES = 500;
const MAX_VALUE = 16 * 1024;
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;
const VARIABLE = /^[A-Za-z_]\w{0,199}$/;
/** Settings that would give the container something of the machine, or change what it does in other ways. */
const NEVER = [
  'privileged',
  'devices',
  'network_mode',
  'pid',
  'ipc',
  'cap_add',
  'security_opt',
  'env_file',
  'secrets',
  'configs',
  'entrypoint',
  'user',
  'working_dir',
  'extends',
  'tmpfs',
  'extra_hosts',
  'sysctls',
  'userns_mode',
  'cgroup_parent',
  'runtime',
];

/** Nothing when it is no YAML, or nothing like a compose file. Loads the YAML reader on first use. */
export async function readComposeServices(
  text: string,
  variables: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, ComposeService>> {
  // As its default: a bundle gives a CommonJS package no other name.
  const { default: yaml } = await import('yaml');
  let parsed: unknown;
  try {
    parsed = yaml.parse(text, { maxAliasCount: 50, merge: true, logLevel: 'silent' });
  } catch {
    return new Map();
  }
  const services = Object.entries(fields(fields(parsed)['services'])).slice(0, MAX_SERVICES);
  return new Map(
    services
      .filter(([name, value]) => NAME.test(name) && typeof value === 'object' && value !== null)
      .map(([name, value]) => [name, serviceOf(name, fields(value), variables)]),
  );
}

function serviceOf(name: string, service: Fields, variables: ReadonlyMap<string, string>): ComposeService {
  const unset = new Set<string>();
  const required = new Set<string>();
  const value = (raw: unknown): string | null => {
    if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') return null;
    const found = interpolate(String(raw).slice(0, MAX_VALUE), variables, unset, required);
    // No program can be given it.
    return found.includes('\0') ? null : found;
  };
  const pairs = (raw: unknown): ReadonlyMap<string, string> => {
    const entries: (readonly [string, unknown])[] = Array.isArray(raw)
      ? raw.map((item: unknown) => splitPair(typeof item === 'string' ? item : ''))
      : Object.entries(fields(raw));
    const found = new Map<string, string>();
    for (const [key, item] of entries.slice(0, MAX_ENTRIES)) {
      if (!VARIABLE.test(key)) continue;
      // Without a value it is the machine's, which is taken only when the person has named it.
      const text = item === null || item === undefined ? variables.get(key) : value(item);
      if (text === undefined || text === null) unset.add(key);
      else found.set(key, text);
    }
    return found;
  };
  const leftOut = NEVER.filter((key) => service[key] !== undefined && service[key] !== false);
  const { volumes, binds } = volumesOf(service['volumes']);
  if (binds > 0) leftOut.push(binds === 1 ? 'a bind mount' : `${binds} bind mounts`);
  return {
    name,
    build: buildOf(service['build'], value, pairs),
    image: value(service['image']),
    environment: pairs(service['environment']),
    command: wordsOf(service['command'], value),
    ports: portsOf(service['ports'], value),
    dependsOn: namesOf(service['depends_on']),
    volumes,
    unset: [...unset],
    required: [...required],
    leftOut,
  };
}

type ValueOf = (raw: unknown) => string | null;

function buildOf(
  raw: unknown,
  value: ValueOf,
  pairs: (raw: unknown) => ReadonlyMap<string, string>,
): ComposeServiceBuild | null {
  if (raw === undefined || raw === null) return null;
  const build = typeof raw === 'string' ? { context: raw } : fields(raw);
  const context = value(build['context'] ?? '.');
  const dockerfile = value(build['dockerfile'] ?? 'Dockerfile');
  const target = value(build['target']);
  if (context === null || dockerfile === null) return null;
  if ([context, dockerfile].some((path) => /^[a-z][\w+.-]*:|^git@|^\//i.test(path))) return null;
  if (target !== null && !NAME.test(target)) return null;
  const folder = joined('', context);
  return { context: folder, dockerfile: joined(folder, dockerfile), target, args: pairs(build['args']) };
}

function wordsOf(raw: unknown, value: ValueOf): readonly string[] | null {
  if (Array.isArray(raw)) {
    const words = raw.slice(0, MAX_ENTRIES).map(value);
    return words.every((word) => word !== null) ? words : null;
  }
  const text = value(raw);
  return text === null ? null : splitWords(text);
}

function portsOf(raw: unknown, value: ValueOf): readonly number[] {
  const found = new Set<number>();
  for (const item of Array.isArray(raw) ? raw.slice(0, MAX_ENTRIES) : []) {
    const text = value(typeof item === 'object' && item !== null ? fields(item)['target'] : item) ?? '';
    const match = /(?:^|:)([0-9]{1,5})(?:\/tcp)?$/.exec(text);
    const port = Number(match?.[1] ?? 0);
    if (port > 0 && port < 65_536) found.add(port);
  }
  return [...found];
}

function namesOf(raw: unknown): readonly string[] {
  const names = Array.isArray(raw) ? raw : Object.keys(fields(raw));
  return names
    .filter((name): name is string => typeof name === 'string' && NAME.test(name))
    .slice(0, MAX_SERVICES);
}

function volumesOf(raw: unknown): { volumes: ComposeService['volumes']; binds: number } {
  const volumes: { target: string; readOnly: boolean }[] = [];
  let binds = 0;
  for (const item of Array.isArray(raw) ? raw.slice(0, 50) : []) {
    const volume = fields(item);
    if (typeof item === 'object' && volume['type'] !== 'volume') {
      if (volume['type'] !== 'tmpfs') binds++;
      continue;
    }
    const parts = typeof item === 'string' ? item.split(':') : [];
    const [source, target, mode] =
      typeof item === 'string'
        ? parts.length === 1
          ? ['', parts[0]!, '']
          : [parts[0]!, parts[1]!, parts[2] ?? '']
        : ['', String(volume['target'] ?? ''), volume['read_only'] === true ? 'ro' : ''];
    if (source !== '' && !NAME.test(source)) {
      binds++;
      continue;
    }
    if (/^\/[\w./@+-]{1,500}$/.test(target) && !target.includes('..'))
      volumes.push({ target, readOnly: /(?:^|,)ro(?:,|$)/.test(mode) });
  }
  return { volumes, binds };
}

function splitPair(item: string): readonly [string, unknown] {
  const equals = item.indexOf('=');
  return equals < 0 ? [item, null] : [item.slice(0, equals), item.slice(equals + 1)];
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

// ---- variables --------------------------------------------------------------------------------------------------

const MAX_DEPTH = 5;

/** Replaces `$V`, `${V}` and `${V:-x}` with their kin; `$$` is a dollar. What has no value becomes empty. */
export function interpolate(
  text: string,
  variables: ReadonlyMap<string, string>,
  unset: Set<string>,
  required: Set<string>,
  depth = 0,
): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '$') {
      result += text[at]!;
      continue;
    }
    if (text[at + 1] === '$') {
      result += '$';
      at++;
      continue;
    }
    const plain = /^\$([A-Za-z_]\w{0,199})/.exec(text.slice(at, at + 202));
    if (plain) {
      const value = variables.get(plain[1]!);
      if (value === undefined) unset.add(plain[1]!);
      result += value ?? '';
      at += plain[0].length - 1;
      continue;
    }
    const braced = /^\$\{([A-Za-z_]\w{0,199})(:?[-?+])?/.exec(text.slice(at, at + 205));
    const end = braced ? closingBrace(text, at + 1) : -1;
    if (!braced || end < 0 || depth >= MAX_DEPTH) {
      result += '$';
      continue;
    }
    const [whole, name, operator = ''] = braced;
    const rest = text.slice(at + whole.length, end);
    const given = variables.get(name!);
    const value = operator.startsWith(':') && given === '' ? undefined : given;
    const other = (): string => interpolate(rest, variables, unset, required, depth + 1);
    if (operator.endsWith('+')) result += value === undefined ? '' : other();
    else if (operator.endsWith('-')) result += value ?? other();
    else {
      if (value === undefined) (operator.endsWith('?') ? required : unset).add(name!);
      result += value ?? '';
    }
    at = end;
  }
  return result;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** Words of a command as compose splits them: by blanks, with quotes; no shell has a part in it. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\]/.test(text[at + 1] ?? '')) word += text[++at]!;
      else word += char;
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else word = (word ?? '') + (char === '\\' ? (text[++at] ?? '') : char);
  }
  return word === null ? words : [...words, word];
}
