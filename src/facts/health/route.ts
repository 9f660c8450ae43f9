/**
 * The path that a server answers on, from its own source: a route literal whose prefix is known, or the contract of a
 * framework. What stands behind an unresolved prefix, a login or a check of the host name is no proof.
 */
import type { BuildContext } from '../../core/context/build-context.ts';
import { baseNameOf, isInside } from '../../core/context/build-context.ts';
import type { Evidence } from '../../core/types.ts';
import { isPlainPath } from './probe.ts';

export interface HealthRoute {
  readonly path: string;
  /** The source is that of the program that is started, and nothing stands in front of the route. */
  readonly firstHand: boolean;
  readonly evidence: Evidence;
  /** `success`, or `answer` where the server may refuse the probe itself (a login, a check of the host). */
  readonly accepts: 'success' | 'answer';
}

/** What is known of a project from all its files, for the choice of what counts as healthy. */
export interface SourceInput {
  readonly context: BuildContext;
  /** Context paths of the files that are in the image, or of all that are sent where a stage compiles them. */
  readonly paths: ReadonlySet<string>;
  /** Context path of the file that the command starts (`main.py` for `uvicorn main:app`); null when it is not known. */
  readonly started: string | null;
  /** Context folder of the program, `''` for the context itself. */
  readonly folder: string;
}

/** In order of preference: that it lives counts before that it is ready. */
const NAMES = [
  'livez',
  'live',
  'liveness',
  'healthz',
  'health',
  'healthcheck',
  'health-check',
  '_health',
  'up',
  'ping',
  'alive',
  'heartbeat',
  'status',
  'readyz',
  'ready',
  'readiness',
];

/** The best route that the source proves; null when there is none. */
export function healthRoute(input: SourceInput): HealthRoute | null {
  const found = [...routesIn(input)].filter(({ path }) => isPlainPath(path) && rank(path) < NAMES.length);
  found.sort(
    (a, b) =>
      Number(b.firstHand) - Number(a.firstHand) ||
      rank(a.path) - rank(b.path) ||
      a.path.length - b.path.length,
  );
  return found[0] ?? null;
}

function rank(path: string): number {
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const at = NAMES.indexOf(last.toLowerCase());
  return at < 0 ? NAMES.length : at;
}

const SOURCE = /\.(?:py|[cm]?[jt]s|go|rb|php|java|kt|cs|rs|ex|exs)$/;
const NO_SOURCE =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|examples?|docs?|fixtures|mocks?|node_modules|vendor)\/|(?:^|\/)(?:test_[^/]*|[^/]*[._-](?:test|spec)|conftest)\.\w+$/i;
const MAX_FILES = 2000;

function* routesIn(input: SourceInput): Generator<HealthRoute> {
  const { context, paths, folder } = input;
  let files = 0;
  for (const [path, text] of context.texts) {
    if (!SOURCE.test(path) || NO_SOURCE.test(path) || !paths.has(path) || !isInside(path, folder)) continue;
    if (++files > MAX_FILES) return;
    yield* routesOf(input, path, text);
  }
  yield* contracts(input);
}

/** A way to write a route: the object that it is registered on must be the application itself. */
interface RouteStyle {
  readonly files: RegExp;
  /** Its first group is the name of the application. */
  readonly application: RegExp;
  /** Its groups: the object, the path. */
  readonly route: RegExp;
  /** What in the same file may answer before the route does. */
  readonly guard: RegExp;
  /** A prefix for all routes, which is not followed. */
  readonly prefix: RegExp;
}

const JS_GUARD =
  /\.(?:use|register|addHook)\([^)\n]{0,80}(?:auth|jwt|passport|protect|guard|session|keycloak|verif)/i;

const STYLES: readonly RouteStyle[] = [
  // FastAPI, Flask, Quart, Sanic, Litestar-like: the decorator of the application object.
  {
    files: /\.py$/,
    application:
      /^([A-Za-z_]\w{0,60})(?:: ?\w{1,60})? ?= ?(?:\w{1,60}\.)?(?:FastAPI|Flask|Quart|Sanic|Bottle)\(/gm,
    route:
      /^@([A-Za-z_]\w{0,60})\.(?:get|route|api_route)\(\s{0,20}(?:path=)?["']([^"'{}<>\n]{1,200})["'](?![^)]{0,200}\bmethods ?= ?[[({](?![^\])}]{0,100}["']GET["']))(?![^)\n]{0,200}\b(?:dependencies|host) ?=)/gm,
    guard:
      /\bFastAPI\([^)]{0,1000}\bdependencies\s*=|\.before_request\b|TrustedHostMiddleware|login_required|BasicAuth\(/,
    prefix: /\b(?:static_host|url_prefix|root_path)\s*=\s*["']\/\w/,
  },
  // Express, Fastify, Hono, Koa's router left out: it is mounted elsewhere.
  {
    files: /\.[cm]?[jt]s$/,
    application:
      /\b(?:const|let|var) ([A-Za-z_$][\w$]{0,60})(?:: ?[\w.<>]{1,80})? ?= ?(?:await )?(?:express|fastify|Fastify|require\(['"](?:express|fastify)['"]\)|new (?:Hono|Elysia))(?:<[^>\n]{0,80}>)?\(/g,
    route:
      /^[ \t]{0,40}([A-Za-z_$][\w$]{0,60})\.get\(\s{0,20}['"`]([^'"`$:*?\n]{1,200})['"`] ?,(?!\s{0,20}(?:\w{0,40}(?:auth|jwt|protect|guard|verif)|passport))/gim,
    guard: JS_GUARD,
    prefix: /\.basePath\(|\bprefix\s*:/,
  },
  // Go: the default mux, gin, echo, fiber, chi.
  {
    files: /\.go$/,
    application:
      /\b([A-Za-z_]\w{0,60}) ?:?= ?(?:gin\.(?:Default|New)|echo\.New|fiber\.New|chi\.NewRouter|chi\.NewMux|http\.NewServeMux|mux\.NewRouter|httprouter\.New)\(/g,
    route: /\b([A-Za-z_]\w{0,60})\.(?:GET|Get|HandleFunc|Handle)\("(?:GET )?(\/[^"{}:*\s]{0,200})"/g,
    guard: /\.Use\([^)\n]{0,120}(?:auth|jwt|session|token|protect)/i,
    prefix: /StripPrefix/,
  },
  // Sinatra.
  {
    files: /\.rb$/,
    application: /\brequire ["'](sinatra)["']/g,
    route: /^()get ["']([^"':*\n]{1,200})["'] do\b/gm,
    guard: /^\s*before\b|Rack::Auth/m,
    prefix: /\bnamespace\b|\bmap\s+["']/,
  },
];

function* routesOf(input: SourceInput, path: string, text: string): Generator<HealthRoute> {
  for (const style of STYLES) {
    if (!style.files.test(path)) continue;
    const code = withoutComments(path, text);
    const applications = new Set([...code.matchAll(style.application)].map((match) => match[1]!));
    if (path.endsWith('.go')) applications.add('http');
    if (path.endsWith('.rb') && applications.size > 0) applications.add('');
    if (applications.size === 0 || style.prefix.test(code)) continue;
    const isGuarded = style.guard.test(code);
    for (const match of code.matchAll(style.route)) {
      const [, owner = '', route = ''] = match;
      if (!applications.has(owner) || !route.startsWith('/') || rank(route) >= NAMES.length) continue;
      const line = lineOf(code, match.index + match[0].length);
      yield {
        path: route,
        firstHand: !isGuarded && path === input.started,
        accepts: isGuarded ? 'answer' : 'success',
        evidence: { kind: 'context', path, line, note: `the route ${route}` },
      };
    }
  }
}

/** Comment lines and block comments become blanks, so that lines keep their numbers. One pass. */
function withoutComments(path: string, text: string): string {
  const isScript = /\.(?:py|rb)$/.test(path);
  const lines = text.replace(isScript ? /^[ \t]*#.*$/gm : /^[ \t]*\/\/.*$/gm, '');
  return isScript ? withoutBlocks(lines, '\"\"\"', '\"\"\"') : withoutBlocks(lines, '/*', '*/');
}

function withoutBlocks(text: string, open: string, close: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return parts.join('') + text.slice(at);
    parts.push(text.slice(at, start), text.slice(start, end).replace(/[^\n]/g, ''));
    at = end + close.length;
  }
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

// ---- contracts of frameworks --------------------------------------------------------------------------------------

function* contracts(input: SourceInput): Generator<HealthRoute> {
  yield* rails(input);
  yield* laravel(input);
  yield* actuator(input);
  yield* nest(input);
}

function textIn(
  { context, folder, paths }: SourceInput,
  name: string,
): { path: string; text: string } | null {
  const path = folder === '' ? name : `${folder}/${name}`;
  const text = paths.has(path) ? context.texts.get(path) : undefined;
  return text === undefined ? null : { path, text };
}

/** `get "up" => "rails/health#show"`: drawn by Rails 7.1 and later, answers without a login. */
function* rails(input: SourceInput): Generator<HealthRoute> {
  const routes = textIn(input, 'config/routes.rb');
  if (!routes) return;
  const code = withoutComments(routes.path, routes.text);
  const found = /^[ \t]{0,40}get ["']\/?([\w/-]{1,100})["'] ?(?:=>|, to:) ?["']rails\/health#show["']/m.exec(
    code,
  );
  if (!found || /^[ \t]{0,40}(?:scope|namespace)\b/m.test(code.slice(0, found.index))) return;
  const evidence: Evidence = {
    kind: 'context',
    path: routes.path,
    line: lineOf(code, found.index + found[0].length),
    note: "Rails' own health route",
  };
  yield { path: `/${found[1]!}`, firstHand: true, accepts: 'success', evidence };
}

/** `->withRouting(…, health: '/up')` of Laravel 11. */
function* laravel(input: SourceInput): Generator<HealthRoute> {
  const app = textIn(input, 'bootstrap/app.php');
  const found = app && /\bhealth: ?['"](\/[\w/-]{1,100})['"]/.exec(withoutComments(app.path, app.text));
  if (!found) return;
  const evidence: Evidence = {
    kind: 'context',
    path: app.path,
    line: lineOf(app.text, found.index),
    note: "Laravel's own health route",
  };
  yield { path: found[1]!, firstHand: true, accepts: 'success', evidence };
}

/** Spring Boot's actuator; what moves or locks it makes it no proof. */
function* actuator(input: SourceInput): Generator<HealthRoute> {
  const manifest = ['pom.xml', 'build.gradle', 'build.gradle.kts']
    .map((name) => textInContext(input, name))
    .find((found) => found !== null);
  if (!manifest || !/spring-boot-starter-actuator/.test(manifest.text)) return;
  if (
    !/spring-boot-starter-(?:web|webflux|jersey)\b|spring-cloud-starter-gateway|spring-cloud-config-server|netflix-eureka-server/.test(
      manifest.text,
    )
  )
    return;
  const settings = settingsOf(input);
  if (MOVES.test(settings)) return;
  const isLocked = /spring-boot-starter-(?:security|oauth2)|spring-security|keycloak/.test(manifest.text);
  const evidence: Evidence = {
    kind: 'context',
    path: manifest.path,
    note: 'spring-boot-starter-actuator answers /actuator/health',
  };
  // With several modules it is not known which one is in the image.
  const modules = [...input.context.texts.keys()].filter((path) => JAVA_MANIFEST.test(path));
  yield {
    path: '/actuator/health',
    firstHand: !isLocked && modules.length === 1,
    accepts: isLocked ? 'answer' : 'success',
    evidence,
  };
}

const JAVA_MANIFEST = /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/;
const MOVES =
  /base-?path|context-?path|management[^\n]{0,80}port|^management:|health[^\n]{0,40}enabled ?[:=] ?false/im;

/** A manifest is read by the build and need not be in the image. */
function textInContext(
  { context, folder }: SourceInput,
  name: string,
): { path: string; text: string } | null {
  const path = folder === '' ? name : `${folder}/${name}`;
  const text = context.texts.get(path);
  return text === undefined ? null : { path, text };
}

function settingsOf({ context, folder }: SourceInput): string {
  const texts: string[] = [];
  for (const [path, text] of context.texts) {
    if (
      isInside(path, folder) &&
      /^(?:application|bootstrap)(?:-[\w-]+)?\.(?:ya?ml|properties)$/.test(baseNameOf(path))
    )
      texts.push(text);
  }
  return texts.join('\n');
}

/** `@Controller('health')` with `@Get()`, behind the global prefix of main.ts where that is a literal. */
function* nest(input: SourceInput): Generator<HealthRoute> {
  const { context, folder } = input;
  let prefix: string | null = '';
  const controllers: { path: string; route: string; line: number; isGuarded: boolean }[] = [];
  for (const [path, text] of context.texts) {
    if (
      !/\.ts$/.test(path) ||
      NO_SOURCE.test(path) ||
      !isInside(path, folder) ||
      !context.entries.get(path)?.sent
    )
      continue;
    if (/setGlobalPrefix\(|enableVersioning\(|APP_GUARD|useGlobalGuards\(/.test(text)) {
      const literal = /setGlobalPrefix\(['"]\/?([\w/-]{1,100})['"]\)/.exec(text);
      prefix =
        literal && !/enableVersioning\(|APP_GUARD|useGlobalGuards\(/.test(text) ? `/${literal[1]!}` : null;
      if (prefix === null) return;
    }
    const found = /@Controller\(['"]\/?([\w/-]{0,100})['"]\)/.exec(text);
    if (!found) continue;
    for (const route of text.matchAll(/@Get\((?:['"]\/?([\w/-]{0,100})['"])?\)/g)) {
      const whole = [found[1] ?? '', route[1] ?? ''].filter((part) => part !== '').join('/');
      controllers.push({
        path,
        route: `/${whole}`,
        line: lineOf(text, route.index),
        isGuarded: /@UseGuards\(/.test(text),
      });
    }
  }
  for (const { path, route, line, isGuarded } of controllers) {
    if (isGuarded || rank(route) >= NAMES.length) continue;
    const evidence: Evidence = { kind: 'context', path, line, note: `the route ${prefix}${route}` };
    yield { path: `${prefix}${route}`, firstHand: false, accepts: 'success', evidence };
  }
}
