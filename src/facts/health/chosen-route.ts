/** Which path of the application is asked, and why it is known that it speaks HTTP at all. */
import { folderOf } from '../../core/context/build-context.ts';
import { filesInStage } from '../../core/context/stage-files.ts';
import type { StartCommand } from '../../core/context/start-command.ts';
import type { Withheld } from '../../core/types.ts';
import { frameworksIn, manifestFolders } from './frameworks.ts';
import type { Framework } from './frameworks.ts';
import type { KnownPort } from './port.ts';
import { healthRoute } from './route.ts';
import type { HealthRoute } from './route.ts';
import { PYTHON_SERVERS } from './started.ts';
import type { HealthView } from './view.ts';

/** Why it is known that HTTP is spoken. */
export interface SpeaksHttp {
  readonly because: string;
  /** The program itself says so, and not only a manifest. */
  readonly firstHand: boolean;
}

/** Frameworks that the application's manifest names. */
export function frameworkNames({
  context,
  start,
  language,
  document,
  stage,
  workdir: baseWorkdir,
}: HealthView): readonly Framework[] {
  if (!context) return [];
  const names = MANIFEST_LANGUAGES.has(language ?? '') ? language : null;
  const folders = manifestFolders(context, names);
  const files = filesInStage(document, stage, context, baseWorkdir);
  const workdir = 'code' in start ? files.workdir : start.workdir;
  const here = folders.filter((folder) => {
    for (const file of files.files.values()) {
      if (
        file.source !== null &&
        folderOf(file.source) === folder &&
        workdir !== null &&
        folderOf(file.path) === (workdir === '/' ? '' : workdir)
      )
        return true;
    }
    return false;
  });
  const folder = here[0] ?? (folders.length === 1 ? folders[0]! : folders.includes('') ? '' : null);
  return folder === null ? [] : frameworksIn(context, folder, names);
}

const MANIFEST_LANGUAGES = new Set(['python', 'node', 'java', 'ruby', 'php']);

/** Why it is known that HTTP is spoken; null when it is not. */
export function httpOf(
  { language, start, base }: HealthView,
  port: KnownPort,
  frameworks: readonly Framework[],
): SpeaksHttp | null {
  if (port.protocol === 'fastcgi') return null;
  if (port.protocol === 'http')
    return { because: `${port.server ?? 'its server'} speaks HTTP`, firstHand: true };
  const program = 'code' in start ? '' : start.program;
  if (/^(?:nginx|httpd|caddy|apache2-foreground|catalina\.sh|frankenphp|traefik)$/.test(program)) {
    return { because: `${program} speaks HTTP`, firstHand: true };
  }
  // Its entry point was not followed, and manifests beside it are those of another image.
  const server = 'code' in start ? SERVER_IMAGES.exec(base.image?.repository ?? '')?.[1] : undefined;
  if (server !== undefined) return { because: `the base image is that of ${server}`, firstHand: false };
  const [framework] = frameworks;
  const isLanguage = language !== null || frameworks.length > 0;
  return framework && isLanguage
    ? { because: `${framework.manifest} names ${framework.name}`, firstHand: false }
    : null;
}

const SERVER_IMAGES = /^(?:library|nginxinc)\/(nginx|httpd|caddy|traefik)(?:-unprivileged)?$/;

export function routeOf(
  view: HealthView,
  frameworks: readonly Framework[],
  port: KnownPort,
): HealthRoute | null {
  const { context, document, stage, start } = view;
  const known = fixedRoute(start);
  if (known) return known;
  if (!context) return null;
  const files = filesInStage(document, stage, context, view.workdir);
  const inImage = [...files.files.values()].flatMap(({ source }) => (source === null ? [] : [source]));
  // A stage that compiles has the source; what it makes of it is in the image.
  const paths = new Set(inImage);
  for (const [path, entry] of context.entries) if (entry.sent && COMPILED.test(path)) paths.add(path);
  const started = 'code' in start ? null : startedFile(view, start);
  const folder = started === null ? '' : folderOf(started);
  const route = healthRoute({
    context,
    paths,
    started,
    folder: frameworks[0] ? folderOf(frameworks[0].manifest) : folder,
  });
  // Django refuses a host that it does not know, whatever the path.
  if (route && frameworks.some(({ name }) => name === 'django'))
    return { ...route, accepts: 'answer', firstHand: false };
  // What is compiled has no file that is started; the file that says the port and the route is as good.
  const same = port.proofs.some(
    ({ kind, evidence }) =>
      kind === 'source' &&
      evidence.kind === 'context' &&
      route?.evidence.kind === 'context' &&
      evidence.path === route.evidence.path,
  );
  return route && same && route.accepts === 'success' ? { ...route, firstHand: true } : route;
}

const COMPILED = /\.(?:go|java|kt|ts|cs|rs)$/;

/** Routes that a server has whatever it serves. */
function fixedRoute(start: StartCommand | Withheld): HealthRoute | null {
  if ('code' in start) return null;
  const path =
    start.program === 'streamlit'
      ? '/_stcore/health'
      : /^jupyter(?:-lab|-notebook)?$/.test(start.program)
        ? '/api'
        : null;
  if (path === null) return null;
  return {
    path,
    firstHand: true,
    accepts: 'success',
    evidence: {
      kind: 'knowledge',
      entry: `${start.program} answers ${path}`,
      source: `documentation of ${start.program}`,
    },
  };
}

/** Context path of the file whose routes are served: `main.py` of `uvicorn main:app`, the script of `node server.js`. */
function startedFile(view: HealthView, start: StartCommand): string | null {
  const files = filesInStage(view.document, view.stage, view.context!, view.workdir);
  const { workdir, program, args } = start;
  const inWorkdir = (name: string): string | null => {
    const path = name.startsWith('/')
      ? name
      : workdir === null
        ? null
        : `${workdir === '/' ? '' : workdir}/${name.replace(/^\.\//, '')}`;
    return path === null ? null : (files.files.get(path)?.source ?? null);
  };
  const values = args.map(({ value }) => value ?? '');
  if (PYTHON_SERVERS.has(program)) {
    if (program === 'fastapi' || program === 'streamlit') {
      const file = values.find((value) => value.endsWith('.py'));
      return file === undefined ? null : inWorkdir(file);
    }
    const module =
      program === 'flask'
        ? (start.environment.get('FLASK_APP') ?? 'app').replace(/\.py$/, '')
        : values.find((value) => /^[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(\))?$/.test(value));
    if (module === undefined || module === null) return null;
    const name = module.split(':')[0]!.replace(/\./g, '/');
    return inWorkdir(`${name}.py`) ?? inWorkdir(`${name}/__init__.py`);
  }
  const file =
    values.find((value) => /\.(?:py|[cm]?[jt]s|rb|php)$/.test(value)) ??
    [start.words[0]?.value ?? ''].find((value) => /\.(?:py|js)$/.test(value));
  return file === undefined ? null : inWorkdir(file);
}
