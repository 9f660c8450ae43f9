/**
 * The port in the code and configuration of an application: what is cheap to read well. Each reader says nothing
 * when it does not see exactly one answer.
 */
import { baseNameOf, cleanPath, folderOf, isInside } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import { expressionPort, portNumber } from './port-values.ts';
import type { SaidPort } from './port-values.ts';
import type { Environment } from './shell-words.ts';

export interface SourcePort extends SaidPort {
  /** Path in the context. */
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const TESTS =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|examples?|docs|migrations|scripts|node_modules|fixtures|mocks?)\/|[._-](?:test|spec|e2e)\.\w+$|_test\.go$|(?:^|\/)test_/i;

/** Calls that make a server listen, with the argument that holds the port. */
interface Calls {
  readonly extension: RegExp;
  readonly pattern: RegExp;
  /** A name is set to the rest of its line. */
  readonly assignment: (name: string) => RegExp;
}

const JAVASCRIPT: Calls = {
  extension: /\.(?:[cm]?[jt]s|[jt]sx)$/,
  pattern: /\.listen\(\s*(?:\{\s*[^{}]{0,80}?port\s*:\s*)?((?:[^(),{};\n]|\([^()\n]{0,120}\)){1,160})/g,
  assignment: (name) =>
    new RegExp(`(?:const|let|var)\\s+${escapeName(name)}\\s*(?::\\s*[\\w| ]+)?=\\s*([^;\\n]{1,200})`),
};

const GO: Calls = {
  extension: /\.go$/,
  pattern:
    /(?:\.ListenAndServe|\.Listen|\.Run|\.Start|\bListenAndServe)\(\s*((?:[^(),\n]|\([^()\n]{0,80}\)){1,120})|\bAddr:\s*([^,\n}]{1,120})/g,
  assignment: (name) => new RegExp(`\\b${escapeName(name)}\\s*(?::=|=|string\\s*=)\\s*([^\\n]{1,200})`),
};

function escapeName(name: string): string {
  return name.replace(/[^\w]/g, '\\$&');
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let feed = text.indexOf('\n'); feed >= 0 && feed < at; feed = text.indexOf('\n', feed + 1)) line++;
  return line;
}

/** The texts below a folder of the context, tests left out. */
function sourcesIn(
  context: BuildContext,
  folder: string,
  extension: RegExp,
): readonly (readonly [string, string])[] {
  return [...context.texts].filter(
    ([path]) =>
      extension.test(path) &&
      isInside(path, folder) &&
      !TESTS.test(folder === '' ? path : path.slice(folder.length + 1)) &&
      context.entries.get(path)?.sent === true,
  );
}

function listens(path: string, text: string, calls: Calls, environment: Environment): readonly SourcePort[] {
  const found: SourcePort[] = [];
  const code = text.replace(/^[ \t]*(?:\/\/|#|\*).*$/gm, (comment) => ' '.repeat(comment.length));
  for (const match of code.matchAll(calls.pattern)) {
    const expression = (match[1] ?? match[2])!;
    const resolve = (name: string): string | null => calls.assignment(name).exec(code)?.[1]?.trim() ?? null;
    const said = expressionPort(expression, environment, resolve);
    if (said)
      found.push({ ...said, path, line: lineOf(code, match.index), text: match[0].trim().slice(0, 120) });
  }
  return found;
}

/** One answer, or none: two places that say two ports are no proof of either. */
function theOnly(found: readonly SourcePort[]): SourcePort | null {
  const [first] = found;
  return first && found.every(({ port, variable }) => port === first.port && variable === first.variable)
    ? first
    : null;
}

/**
 * What a Node program listens on. `entry` is the context path that `node` is given, which a build may make of
 * another file; `folder` is where the package is.
 */
export function nodePort(
  context: BuildContext,
  entry: string | null,
  folder: string,
  environment: Environment,
): SourcePort | null {
  for (const path of entry === null ? [] : sourcesOfEntry(entry)) {
    const text = context.texts.get(path);
    if (text === undefined) continue;
    const own = listens(path, text, JAVASCRIPT, environment);
    if (own.length > 0) return theOnly(own);
    break;
  }
  const all = sourcesIn(context, folder, JAVASCRIPT.extension);
  return theOnly(all.flatMap(([path, text]) => listens(path, text, JAVASCRIPT, environment)));
}

/** `dist/main.js` is made of `src/main.ts`, by every usual compiler setting. */
function sourcesOfEntry(entry: string): readonly string[] {
  const typed = entry.replace(/\.([cm]?)js$/, '.$1ts');
  const stem = /\.\w+$/.test(entry)
    ? [entry, typed]
    : [`${entry}.js`, `${entry}.ts`, `${entry}/index.js`, `${entry}/index.ts`, entry];
  return stem.flatMap((path) => {
    const built = /^((?:.*\/)?)(?:dist|build|out|lib)\/(?:src\/)?(.*)$/.exec(path);
    return built ? [path, `${built[1]}src/${built[2]}`, `${built[1]}${built[2]}`] : [path];
  });
}

export function goPort(context: BuildContext, folder: string, environment: Environment): SourcePort | null {
  const ports = sourcesIn(context, folder, GO.extension).flatMap(([path, text]) =>
    listens(path, text, GO, environment).filter(
      ({ text: call, bind }) => !/\.(?:Run|Start)\(\s*\w+$/.test(call) || bind !== 'unknown',
    ),
  );
  return theOnly(ports);
}

const PYTHON_SERVERS: readonly {
  readonly call: RegExp;
  readonly otherwise: number | null;
  readonly argument: RegExp;
}[] = [
  { call: /\buvicorn\.run\s*\(/g, otherwise: 8000, argument: /\bport\s*=\s*/ },
  { call: /\bhypercorn\.run\s*\(/g, otherwise: null, argument: /\bport\s*=\s*/ },
  { call: /\b(?:socketio|sio)\.run\s*\(/g, otherwise: 5000, argument: /\bport\s*=\s*/ },
  { call: /\bweb\.run_app\s*\(/g, otherwise: 8080, argument: /\bport\s*=\s*/ },
  {
    call: /\b(?:app|application|server|create_app\(\))\.run(?:_server)?\s*\(/g,
    otherwise: null,
    argument: /\bport\s*=\s*/,
  },
  { call: /\bserve\s*\(\s*\w+/g, otherwise: 8080, argument: /\bport\s*=\s*/ },
  { call: /\.launch\s*\(/g, otherwise: null, argument: /\bserver_port\s*=\s*/ },
  { call: /\bHTTPServer\s*\(\s*\(/g, otherwise: null, argument: /^\s*['"]?[\w.]*['"]?\s*,\s*/ },
];

/** What the file that `python` is given listens on. */
export function pythonPort(path: string, text: string, environment: Environment): SourcePort | null {
  const found: SourcePort[] = [];
  const code = text.replace(/^[ \t]*#.*$/gm, (comment) => ' '.repeat(comment.length));
  const resolve = (name: string): string | null =>
    new RegExp(`^[ \\t]*${escapeName(name)}[ \\t]*(?::[ \\t]*\\w+[ \\t]*)?=[ \\t]*([^\\n#]{1,200})`, 'm')
      .exec(code)?.[1]
      ?.trim() ?? null;
  for (const { call, otherwise, argument } of PYTHON_SERVERS) {
    for (const match of code.matchAll(call)) {
      if (match[0].startsWith('serve') && !/\bwaitress\b/.test(code)) continue;
      const flask = match[0].includes('.run') && /\b(?:from|import)\s+flask\b/i.test(code);
      const inside = argumentsBehind(code, match.index + match[0].length);
      const at = argument.exec(inside);
      const expression = at ? upToComma(inside.slice(at.index + at[0].length)) : null;
      const fallback = otherwise ?? (flask ? 5000 : null);
      const said =
        expression === null
          ? fallback === null
            ? null
            : { port: fallback, variable: null, bind: 'unknown' as const }
          : expressionPort(expression, environment, resolve);
      if (!said) continue;
      const host = /\bhost\s*=\s*['"]([^'"]*)['"]/.exec(inside)?.[1];
      const bind = host === undefined ? said.bind : /^(?:127\.|localhost)/.test(host) ? 'loopback' : 'any';
      found.push({ ...said, bind, path, line: lineOf(code, match.index), text: match[0].trim() });
    }
  }
  return theOnly(found);
}

/** The text up to the bracket that closes the call, at most 400 characters. */
function argumentsBehind(code: string, start: number): string {
  let depth = 1;
  const end = Math.min(code.length, start + 400);
  for (let at = start; at < end; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return code.slice(start, at);
  }
  return code.slice(start, end);
}

function upToComma(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    if ((char === ',' && depth <= 0) || depth < 0) return text.slice(0, at);
  }
  return text;
}

// ---- configuration ----------------------------------------------------------------------------------------------

/** No setting that is read here is longer. */
const MAX_LINE = 1000;

const SPRING_KEYS = ['server.port'];
const QUARKUS_KEYS = ['quarkus.http.port'];
const MICRONAUT_KEYS = ['micronaut.server.port'];

/** `server.port` and its relatives in application.properties or application.yml below a folder. */
export function javaPort(context: BuildContext, folder: string, environment: Environment): SourcePort | null {
  const found: SourcePort[] = [];
  for (const [path, text] of sourcesIn(context, folder, /(?:^|\/)application\.(?:properties|ya?ml)$/)) {
    const values = path.endsWith('.properties') ? propertiesOf(text) : yamlPaths(text);
    for (const key of [...SPRING_KEYS, ...QUARKUS_KEYS, ...MICRONAUT_KEYS]) {
      const value = values.get(key);
      const said = value === undefined ? null : placeholderPort(value.value, environment);
      if (said) found.push({ ...said, path, line: value!.line, text: `${key}: ${value!.value}` });
    }
  }
  return theOnly(found);
}

/** `8080`, `${PORT:8080}`. */
function placeholderPort(value: string, environment: Environment): SaidPort | null {
  const placeholder = /^\$\{([A-Za-z_][\w.]*)(?::(\d+))?\}$/.exec(value);
  if (!placeholder) {
    const port = portNumber(value);
    return port === null ? null : { port, variable: null, bind: 'any' };
  }
  const set = environment.get(placeholder[1]!);
  const text = set === undefined ? placeholder[2] : set;
  return { port: typeof text === 'string' ? portNumber(text) : null, variable: placeholder[1]!, bind: 'any' };
}

interface Placed {
  readonly value: string;
  readonly line: number;
}

function propertiesOf(text: string): ReadonlyMap<string, Placed> {
  const values = new Map<string, Placed>();
  text.split('\n').forEach((line, index) => {
    const found = /^\s*([\w.-]+)\s*[=:]\s*(.*)$/.exec(line.slice(0, MAX_LINE));
    if (found) values.set(found[1]!, { value: found[2]!.trim(), line: index + 1 });
  });
  return values;
}

/** The scalars of a plain YAML file by their dotted path, first document only; lists and flow style are left out. */
export function yamlPaths(text: string): ReadonlyMap<string, Placed> {
  const values = new Map<string, Placed>();
  const stack: { readonly indent: number; readonly key: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^---/.test(line) && values.size > 0) break;
    const found = /^([ ]*)["']?([\w.-]+)["']?[ ]*:(?:[ ]+(.*))?$/.exec(
      line
        .slice(0, MAX_LINE)
        .replace(/[ \t]#.*$/, '')
        .trimEnd(),
    );
    if (!found) continue;
    const indent = found[1]!.length;
    while (stack.length > 0 && stack.at(-1)!.indent >= indent) stack.pop();
    const key = [...stack.map((entry) => entry.key), found[2]!].join('.');
    const value = (found[3] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    if (value !== '') values.set(key, { value, line: index + 1 });
    else stack.push({ indent, key: found[2]! });
  }
  return values;
}

/** `port ENV.fetch("PORT") { 3000 }` and `bind` of a puma configuration. */
export function pumaPort(path: string, text: string, environment: Environment): SourcePort | null {
  const found: SourcePort[] = [];
  for (const match of text.matchAll(/^[ \t]*(?:port|bind)[ \t]*\(?[ \t]*([^#\n]{1,160})/gm)) {
    const said = /unix:/.test(match[1]!)
      ? null
      : expressionPort(match[1]!.replace(/^["']tcp:\/\//, '"').trim(), environment);
    if (said)
      found.push({ ...said, path, line: lineOf(text, match.index), text: match[0].trim().slice(0, 120) });
  }
  return theOnly(found);
}

/** `bind = "0.0.0.0:8000"` of a gunicorn.conf.py; `socket` for a unix socket. */
export function gunicornPort(
  path: string,
  text: string,
  environment: Environment,
): SourcePort | 'socket' | null {
  const match = /^bind\s*=\s*([^\n#]{1,200})/m.exec(text);
  if (!match) return null;
  if (match[1]!.includes('unix:')) return 'socket';
  // f"0.0.0.0:{port}" and the like: the variable in it counts.
  const inner = /\{([^{}]{1,100})\}/.exec(match[1]!)?.[1];
  const resolve = (name: string): string | null =>
    new RegExp(`^${escapeName(name)}\\s*=\\s*([^\\n#]{1,200})`, 'm').exec(text)?.[1]?.trim() ?? null;
  const said = expressionPort(inner ?? match[1]!, environment, resolve);
  return said && { ...said, path, line: lineOf(text, match.index), text: match[0].trim().slice(0, 120) };
}

export interface NginxListen {
  readonly port: number;
  readonly tls: boolean;
  readonly bind: SaidPort['bind'];
  readonly path: string;
  readonly line: number;
}

/** Every `listen` of an nginx configuration; unix sockets and `${…}` of a template that nothing sets are left out. */
export function nginxListens(path: string, text: string, environment: Environment): readonly NginxListen[] {
  const found: NginxListen[] = [];
  const code = text.replace(/#.*$/gm, (comment) => ' '.repeat(comment.length));
  for (const match of code.matchAll(/(?:^|[\s;{])listen\s+([^;\s]+)([^;]{0,200});/g)) {
    const value = match[1]!.replace(
      /\$\{?([A-Z_]\w*)\}?/g,
      (_, name: string) => environment.get(name) ?? '?',
    );
    const colon = value.lastIndexOf(':');
    const port =
      portNumber(value.slice(value.endsWith(']') ? value.length : colon + 1)) ??
      (/^[\d.]+$/.test(value) ? 80 : null);
    if (port === null || value.startsWith('unix:')) continue;
    const host = colon < 0 ? '' : value.slice(0, colon);
    found.push({
      port,
      tls: /\b(?:ssl|quic)\b/.test(match[2]!),
      bind: /^(?:127\.|localhost)/.test(host) ? 'loopback' : 'any',
      path,
      line: lineOf(code, match.index),
    });
  }
  return found;
}

/** The folder of the nearest of some manifests, from a folder of the context upwards. */
export function packageFolder(context: BuildContext, from: string, names: RegExp): string | null {
  for (let folder = from; ; folder = folderOf(folder)) {
    for (const [path] of context.texts) {
      if (folderOf(path) === folder && names.test(baseNameOf(path))) return folder;
    }
    if (folder === '') return null;
  }
}

/** The context path behind an image path, even for a file that the build makes: its folder's place in the context. */
export function contextPathOf(imagePath: string, folders: ReadonlyMap<string, string>): string | null {
  for (let folder = folderOf(imagePath); ; folder = folderOf(folder)) {
    const source = folders.get(folder === '' ? '/' : folder);
    if (source !== undefined) return cleanPath(`${source}/${imagePath.slice(folder.length)}`);
    if (folder === '') return null;
  }
}
