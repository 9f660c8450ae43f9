/**
 * The port that a container listens on, by proof: the command's flags, the variables that its framework reads,
 * configuration and code of the context, EXPOSE, and last a framework's own default. Two proofs that disagree prove
 * nothing, and both are named.
 */
import { plainWords } from '../arguments.ts';
import type { Document } from '../document.ts';
import { parseImageRef } from '../image-ref.ts';
import type { Stage } from '../stages.ts';
import type { Evidence, Withheld } from '../types.ts';
import { expandAt } from '../variables.ts';
import { expandFrom } from '../build-arguments.ts';
import { baseNameOf, cleanPath, folderOf, isInside } from './build-context.ts';
import type { BuildContext } from './build-context.ts';
import { addressPort, bindOf, environmentPort, optionValue, portNumber, wordPort } from './port-values.ts';
import type { SaidPort } from './port-values.ts';
import type { RunWord } from './shell-words.ts';
import {
  contextPathOf,
  goPort,
  gunicornPort,
  javaPort,
  nginxListens,
  nodePort,
  packageFolder,
  pumaPort,
  pythonPort,
} from './source-ports.ts';
import { filesInStage, stageText } from './stage-files.ts';
import type { StageFiles } from './stage-files.ts';
import type { StartCommand } from './start-command.ts';

export interface PortProof {
  readonly kind: 'flag' | 'environment' | 'configuration' | 'source' | 'expose' | 'default';
  readonly port: number;
  /** A clause for people: `gunicorn is given --bind 0.0.0.0:8000`. */
  readonly note: string;
  readonly evidence: Evidence;
}

/** The port is that of a variable which nothing in the image sets: a probe inside the container can read it as well. */
export interface PortAtRunTime extends Withheld {
  readonly code: 'port-at-run-time';
  /** Null when more than one variable decides it. */
  readonly variable: string | null;
  readonly server: string | null;
  readonly protocol: ListeningPort['protocol'];
  readonly evidence: Evidence;
}

export interface ListeningPort {
  readonly port: number;
  /** At least one, the strongest first; they agree. */
  readonly proofs: readonly PortProof[];
  /** A variable that changes the port when it is set at run time. */
  readonly variable: string | null;
  /** `loopback`: a probe inside the container reaches it, nobody else does. */
  readonly bind: SaidPort['bind'];
  /** What serves: `gunicorn`, `express`, `nginx`; null when only EXPOSE says that something does. */
  readonly server: string | null;
  /** How it is spoken to; `unknown` when only EXPOSE says that something listens. */
  readonly protocol: 'http' | 'fastcgi' | 'unknown';
}

interface Found extends SaidPort {
  /** A default that a configuration may change which was not seen: EXPOSE counts before it. */
  readonly isWeak?: true;
  readonly kind: PortProof['kind'];
  readonly note: string;
  readonly evidence: Evidence;
}

/** The port by 4.2's order, or why there is none. `start` is what {@link StartCommand} found. */
export function listeningPort(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  start: StartCommand | Withheld,
  exposedByBase: readonly string[] = [],
): ListeningPort | PortAtRunTime | Withheld {
  const exposed = exposedPorts(document, stage);
  const files = context ? filesInStage(document, stage, context) : null;
  const known = 'code' in start ? null : serverOf({ document, stage, context, files, start });
  if (known && 'code' in known) return known;
  const found = known?.found ?? [];
  const open = found.find(({ port }) => port === null);
  const exposes = exposed.length > 0;
  const proofs = found.filter(
    (one): one is Found & { port: number } => one.port !== null && one.isWeak !== true,
  );
  if (open && proofs.length === 0) {
    return {
      code: 'port-at-run-time',
      reason: `${open.note}, and nothing in the image sets ${open.variable ?? 'it'}; give it a default (ENV ${open.variable ?? 'PORT'}=8080)`,
      variable: open.variable,
      server: known?.name ?? null,
      protocol: known?.protocol ?? 'unknown',
      evidence: open.evidence,
    };
  }
  const base = exposedByBase
    .map((text) => portNumber(text.replace(/\/tcp$/, '')))
    .filter((port) => port !== null);
  const weak = found.find(({ isWeak }) => isWeak === true);
  if (weak && !exposes && proofs.length === 0) {
    const reason = `${weak.note}, but its configuration may say otherwise and was not seen whole`;
    return { code: 'default-not-proven', reason: `${reason}; EXPOSE or a flag of the command would say it` };
  }
  if (known?.unseen && !exposes && proofs.length === 0) return known.unseen;
  const fromExpose = [...proofsOf(exposed)];
  if (proofs.length === 0 && fromExpose.length === 0 && base.length === 1 && !known) {
    const note = `the base image exposes ${base[0]}`;
    fromExpose.push({
      kind: 'expose',
      port: base[0]!,
      note,
      evidence: { kind: 'knowledge', entry: note, source: 'configuration of the image' },
    });
  }
  return decide(proofs, fromExpose, known);
}

function decide(
  proofs: readonly (Found & { readonly port: number })[],
  exposed: readonly PortProof[],
  known: Server | null,
): ListeningPort | Withheld {
  const all: readonly PortProof[] = proofs.map(({ kind, port, note, evidence }) => ({
    kind,
    port,
    note,
    evidence,
  }));
  const first = all[0];
  const other = all.find(({ port }) => port !== first!.port);
  if (other) return disagree(first!, other);
  if (first) {
    // Several EXPOSE: one of them has to be it.
    const agrees = exposed.length === 0 || exposed.some(({ port }) => port === first.port);
    if (!agrees) return disagree(first, exposed[0]!);
    return {
      port: first.port,
      proofs: [...all, ...exposed.filter(({ port }) => port === first.port)],
      variable: proofs.find(({ variable }) => variable !== null)?.variable ?? null,
      bind: proofs.find(({ bind }) => bind !== 'unknown')?.bind ?? 'unknown',
      server: known!.name,
      protocol: known!.protocol,
    };
  }
  if (known?.serves === false) {
    return { code: 'serves-nothing', reason: `${known.name} is not known to listen on a port` };
  }
  const ports = new Set(exposed.map(({ port }) => port));
  if (ports.size > 1) {
    return {
      code: 'several-ports',
      reason: `EXPOSE names ${[...ports].join(', ')}, and nothing says which one serves`,
    };
  }
  if (ports.size === 0) {
    return {
      code: 'no-port',
      reason: 'neither the command, nor the code, nor EXPOSE says which port it listens on',
    };
  }
  return {
    port: exposed[0]!.port,
    proofs: exposed,
    variable: null,
    bind: 'unknown',
    server: known?.name ?? null,
    protocol: known?.protocol ?? 'unknown',
  };
}

function disagree(one: PortProof, other: PortProof): Withheld {
  return { code: 'ports-disagree', reason: `${one.note}, but ${other.note}: one of the two is wrong` };
}

// ---- EXPOSE -----------------------------------------------------------------------------------------------------

interface Exposed {
  readonly port: number;
  readonly evidence: Evidence;
}

/** Where debuggers listen: of Node, Java, Python and Go. No probe wants them. */
const DEBUG_PORTS = new Set([9229, 5005, 5678, 2345]);

/** TCP ports that the stage and its parents expose, those of debuggers left out. */
export function exposedPorts(document: Document, stage: Stage): readonly Exposed[] {
  let ports = knownPorts.get(stage);
  if (!ports) knownPorts.set(stage, (ports = readExposed(document, stage)));
  return ports;
}

const knownPorts = new WeakMap<Stage, readonly Exposed[]>();

function readExposed(document: Document, stage: Stage): readonly Exposed[] {
  const found: Exposed[] = [];
  let depth = 0;
  for (let at: Stage | null = stage; at && depth < 1000; at = at.parent, depth++) {
    for (const instruction of at.instructions) {
      if (instruction.keyword !== 'EXPOSE') continue;
      for (const word of plainWords(instruction.rest)) {
        const text = expandAt(document, instruction, word.text)?.toLowerCase();
        const port = text === undefined ? null : portNumber(text.replace(/\/tcp$/, ''));
        if (port === null || DEBUG_PORTS.has(port)) continue;
        found.push({ port, evidence: { kind: 'source', span: instruction.span, note: `EXPOSE ${port}` } });
      }
    }
  }
  return found;
}

function proofsOf(exposed: readonly Exposed[]): readonly PortProof[] {
  return exposed.map(({ port, evidence }) => ({
    kind: 'expose',
    port,
    note: `EXPOSE says ${port}`,
    evidence,
  }));
}

// ---- who serves -------------------------------------------------------------------------------------------------

interface Look {
  readonly document: Document;
  readonly stage: Stage;
  readonly context: BuildContext | null;
  readonly files: StageFiles | null;
  readonly start: StartCommand;
}

interface Server {
  readonly name: string;
  readonly protocol: ListeningPort['protocol'];
  /** What it says of its port, the strongest first. */
  readonly found: readonly Found[];
  /** False for a program that is known to serve nothing by itself. */
  readonly serves?: false;
  /** Why nothing was found, where that is more than "nobody says". */
  readonly unseen?: Withheld;
}

type Reader = (look: Look) => Server | Withheld | null;

function serverOf(look: Look): Server | Withheld | null {
  const { program } = look.start;
  const reader = Object.hasOwn(READERS, program) ? READERS[program] : undefined;
  if (reader) return reader(look);
  if (/^(?:python|pypy)[0-9.]*$/.test(program)) return pythonServer(look);
  if (/^(?:php-fpm)[0-9.]*$/.test(program)) return simple('php-fpm', 9000, 'fastcgi')(look);
  if (/^php[0-9.]*$/.test(program)) return phpServer(look);
  if (/\.dll$/i.test(look.start.args[0]?.value ?? '') && program === 'dotnet') return dotnetServer(look);
  return binaryServer(look);
}

const SOCKET: Withheld = { code: 'socket', reason: 'it listens on a unix socket, not on a port' };

/** A server with options for its port, variables that it reads, and a default. */
interface Settings {
  readonly options?: readonly string[];
  readonly variables?: readonly string[];
  readonly standard: number | null;
  /** Where it listens when nobody says. */
  readonly bind?: SaidPort['bind'];
  /** A configuration of its own may change the default. */
  readonly isWeak?: true;
}

function plain(name: string, settings: Settings): Reader {
  return (look) => {
    const { start } = look;
    const flag = wordPort(optionValue(start.args, settings.options ?? []));
    if (flag === 'socket') return SOCKET;
    if (flag) return http(name, [flagFound(look, name, flag)]);
    const variable = environmentPort(start.environment, ...(settings.variables ?? []));
    if (variable) return http(name, [environmentFound(look, name, variable)]);
    return http(name, standard(name, { ...settings, ...toldBind(look) }));
  };
}

/** A server that is told its address does not listen where it does otherwise. */
function toldBind({ start }: Look): { readonly bind?: SaidPort['bind'] } {
  const host = optionValue(start.args, ['--host', '--hostname', '-H', '--address', '--server.address']);
  return host === null ? {} : { bind: host.value === null ? 'unknown' : bindOf(host.value) };
}

function http(name: string, found: readonly Found[]): Server {
  return { name, protocol: 'http', found };
}

function standard(name: string, settings: Settings): readonly Found[] {
  if (settings.standard === null) return [];
  const found = defaultFound(
    name,
    settings.standard,
    settings.bind ?? 'unknown',
    settings.variables?.[0] ?? null,
  );
  return [settings.isWeak ? { ...found, isWeak: true } : found];
}

function flagFound({ start }: Look, name: string, said: SaidPort): Found {
  const note =
    said.port === null
      ? `the command takes the port of ${name} from ${said.variable ?? 'the run'}`
      : `the command tells ${name} port ${said.port}`;
  return { ...said, kind: 'flag', note, evidence: start.steps.at(-1)!.evidence };
}

function environmentFound({ start }: Look, name: string, said: SaidPort): Found {
  const note = `${name} reads ${said.variable}${said.port === null ? '' : `, which is ${said.port}`}`;
  return { ...said, kind: 'environment', note, evidence: start.steps.at(-1)!.evidence };
}

function defaultFound(name: string, port: number, bind: SaidPort['bind'], variable: string | null): Found {
  const note = `${name} listens on ${port} when nobody says otherwise`;
  return {
    port,
    bind,
    variable,
    kind: 'default',
    note,
    evidence: { kind: 'knowledge', entry: note, source: `documentation of ${name}` },
  };
}

function sourceFound(
  kind: 'source' | 'configuration',
  name: string,
  said: SaidPort & { readonly path: string; readonly line: number; readonly text: string },
): Found {
  const { path, line, port, variable, bind } = said;
  const what = port === null ? `takes its port from ${variable}` : `says port ${port}`;
  return {
    port,
    variable,
    bind,
    kind,
    note: `${path}:${line} ${what}`,
    evidence: { kind: 'context', path, line, note: `${name}: ${said.text}` },
  };
}

function simple(name: string, port: number, protocol: ListeningPort['protocol']): Reader {
  return () => ({ name, protocol, found: [defaultFound(name, port, 'any', null)] });
}

/** The same for servers whose port a RUN may have written into a configuration. */
function configurable(name: string, port: number, files: RegExp): Reader {
  return ({ stage }) => {
    const found = defaultFound(name, port, 'any', null);
    return http(name, [isTouched(stage, files) ? { ...found, isWeak: true } : found]);
  };
}

/** Whether a RUN, COPY or ADD of the stage speaks of such a file. */
function isTouched(stage: Stage, files: RegExp): boolean {
  let depth = 0;
  for (let at: Stage | null = stage; at && depth < 1000; at = at.parent, depth++) {
    if (
      at.instructions.some(({ keyword, rest }) => /^(?:RUN|COPY|ADD)$/.test(keyword) && files.test(rest.text))
    )
      return true;
  }
  return false;
}

const APACHE_FILES =
  /\/etc\/apache2|\/etc\/httpd|\/usr\/local\/apache2\/conf|ports\.conf|httpd\.conf|APACHE_/;

const none =
  (name: string): Reader =>
  () => ({ name, protocol: 'unknown', found: [], serves: false });

const READERS: Readonly<Record<string, Reader>> = {
  gunicorn: gunicornServer,
  uvicorn: plain('uvicorn', {
    options: ['--port'],
    variables: ['UVICORN_PORT'],
    standard: 8000,
    bind: 'loopback',
  }),
  hypercorn: plain('hypercorn', { options: ['-b', '--bind'], standard: 8000, bind: 'loopback' }),
  granian: plain('granian', {
    options: ['--port'],
    variables: ['GRANIAN_PORT'],
    standard: 8000,
    bind: 'loopback',
  }),
  daphne: plain('daphne', { options: ['-p', '--port'], standard: 8000, bind: 'loopback' }),
  fastapi: plain('fastapi', { options: ['--port'], standard: 8000 }),
  'waitress-serve': plain('waitress', { options: ['--port', '--listen'], standard: 8080, bind: 'any' }),
  flask: plain('flask', {
    isWeak: true,
    options: ['-p', '--port'],
    variables: ['FLASK_RUN_PORT'],
    standard: 5000,
    bind: 'loopback',
  }),
  streamlit: plain('streamlit', {
    isWeak: true,
    options: ['--server.port'],
    variables: ['STREAMLIT_SERVER_PORT'],
    standard: 8501,
    bind: 'any',
  }),
  jupyter: plain('jupyter', {
    isWeak: true,
    options: ['--port', '--ServerApp.port', '--NotebookApp.port'],
    standard: 8888,
  }),
  'http.server': firstArgument('http.server', 8000),
  next: subcommand('next', ['start', 'dev'], {
    options: ['-p', '--port'],
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  nuxt: subcommand('nuxt', ['start', 'dev', 'preview'], {
    isWeak: true,
    options: ['-p', '--port'],
    variables: ['NITRO_PORT', 'PORT'],
    standard: 3000,
  }),
  vite: viteServer,
  'react-scripts': subcommand('react-scripts', ['start'], {
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  'react-router-serve': plain('react-router-serve', { variables: ['PORT'], standard: 3000, bind: 'any' }),
  'remix-serve': plain('remix-serve', { variables: ['PORT'], standard: 3000, bind: 'any' }),
  'vue-cli-service': subcommand('vue-cli-service', ['serve'], {
    isWeak: true,
    options: ['--port'],
    variables: ['PORT'],
    standard: 8080,
  }),
  ng: subcommand('ng', ['serve'], { isWeak: true, options: ['--port'], standard: 4200, bind: 'loopback' }),
  astro: subcommand('astro', ['preview', 'dev'], { isWeak: true, options: ['--port'], standard: 4321 }),
  serve: plain('serve', {
    options: ['-l', '--listen', '-p', '--port'],
    variables: ['PORT'],
    standard: 3000,
    bind: 'any',
  }),
  'http-server': plain('http-server', {
    options: ['-p', '--port'],
    variables: ['PORT'],
    standard: 8080,
    bind: 'any',
  }),
  node: nodeServer,
  nodemon: nodeServer,
  tsx: nodeServer,
  'ts-node': nodeServer,
  'ts-node-dev': nodeServer,
  'pm2-runtime': nodeServer,
  nest: nodeServer,
  bun: nodeServer,
  java: javaServer,
  dotnet: dotnetServer,
  nginx: nginxServer,
  'nginx-debug': nginxServer,
  httpd: configurable('httpd', 80, APACHE_FILES),
  'httpd-foreground': configurable('httpd', 80, APACHE_FILES),
  'apache2-foreground': configurable('Apache', 80, APACHE_FILES),
  apachectl: configurable('Apache', 80, APACHE_FILES),
  apache2ctl: configurable('Apache', 80, APACHE_FILES),
  caddy: plain('caddy', { options: ['--listen'], standard: null }),
  puma: pumaServer,
  rails: railsServer,
  rackup: plain('rackup', { options: ['-p', '--port'], standard: 9292 }),
  unicorn: plain('unicorn', { options: ['-p', '--port', '-l', '--listen'], standard: 8080 }),
  thin: plain('thin', { options: ['-p', '--port'], standard: 3000 }),
  celery: none('celery'),
  sidekiq: none('sidekiq'),
  bash: none('a shell'),
  sh: none('a shell'),
  tail: none('tail'),
  sleep: none('sleep'),
  cron: none('cron'),
  crond: none('cron'),
  supervisord: (_look) => ({
    code: 'several-programs',
    reason: 'supervisord starts several programs, whose ports are not followed',
  }),
};

function subcommand(name: string, commands: readonly string[], settings: Settings): Reader {
  const reader = plain(name, settings);
  return (look) => {
    const command = look.start.args.find(({ text }) => !text.startsWith('-'))?.value ?? '';
    return commands.includes(command) ? reader(look) : { name, protocol: 'unknown', found: [] };
  };
}

function firstArgument(name: string, otherwise: number): Reader {
  return (look) => {
    const word = look.start.args.find(({ text }) => /^[\d$"']/.test(text)) ?? null;
    const said = wordPort(word);
    if (said === 'socket') return SOCKET;
    return http(name, said ? [flagFound(look, name, said)] : [defaultFound(name, otherwise, 'any', null)]);
  };
}

function gunicornServer(look: Look): Server | Withheld {
  const { start, context, files } = look;
  const more = start.environment.get('GUNICORN_CMD_ARGS') ?? '';
  const words: readonly RunWord[] = [
    ...start.args,
    ...more.split(/\s+/).map((text) => ({ text, value: text, variable: 'GUNICORN_CMD_ARGS' })),
  ];
  const flag = wordPort(optionValue(words, ['-b', '--bind']));
  if (flag === 'socket') return SOCKET;
  if (flag) return http('gunicorn', [flagFound(look, 'gunicorn', flag)]);
  const named = optionValue(words, ['-c', '--config'])?.value?.replace(/^(?:file:|python:)/, '');
  const name = named ?? 'gunicorn.conf.py';
  const path = name.startsWith('/')
    ? `/${cleanPath(name)}`
    : start.workdir === null
      ? null
      : `/${cleanPath(`${start.workdir}/${name}`)}`;
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  if (text !== null) {
    const said = gunicornPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
    if (said === 'socket') return SOCKET;
    if (said) return http('gunicorn', [sourceFound('configuration', 'gunicorn', said)]);
  } else if (named !== undefined) {
    const reason = `gunicorn reads ${name.slice(0, 80)}, which is not among the files that could be read`;
    return {
      name: 'gunicorn',
      protocol: 'http',
      found: [],
      unseen: { code: 'configuration-not-seen', reason },
    };
  }
  // gunicorn listens on all addresses when PORT is set.
  const variable = environmentPort(start.environment, 'PORT');
  if (variable) return http('gunicorn', [environmentFound(look, 'gunicorn', { ...variable, bind: 'any' })]);
  const standard = defaultFound('gunicorn', 8000, 'loopback', 'PORT');
  // Without the context, nobody knows whether there is a gunicorn.conf.py.
  return http('gunicorn', [files ? standard : { ...standard, isWeak: true }]);
}

function pythonServer(look: Look): Server | Withheld | null {
  const { start, context, files } = look;
  const script = start.args[0]?.value;
  if (!script) return null;
  const behind = start.args.slice(1);
  if (baseNameOf(script) === 'manage.py') {
    if (behind[0]?.value !== 'runserver')
      return { name: 'manage.py', protocol: 'unknown', found: [], serves: false };
    const address = behind.slice(1).find(({ text }) => !text.startsWith('-')) ?? null;
    const said = wordPort(address);
    if (said === 'socket') return SOCKET;
    return http(
      'django',
      said ? [flagFound(look, 'runserver', said)] : [defaultFound('runserver', 8000, 'loopback', null)],
    );
  }
  const path = imagePath(start, script);
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  if (text === null) return null;
  const flag = wordPort(optionValue(behind, ['--port', '-p']));
  if (flag && flag !== 'socket') return http('python', [flagFound(look, baseNameOf(script), flag)]);
  const said = pythonPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
  return said ? http('python', [sourceFound('source', 'python', said)]) : null;
}

function imagePath(start: StartCommand, path: string): string | null {
  if (path.startsWith('/')) return `/${cleanPath(path) ?? ''}`;
  return start.workdir === null ? null : `/${cleanPath(`${start.workdir}/${path}`) ?? ''}`;
}

/** Where the folders of the image came from: `/app` is `services/orders` of the context. */
function sourceFolders({ files }: Look): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const { path, source } of files?.files.values() ?? []) {
    if (source === null || baseNameOf(path) !== baseNameOf(source)) continue;
    const folder = folderOf(path) || '/';
    if (!folders.has(folder)) folders.set(folder, folderOf(source));
  }
  return folders;
}

/** Folder of the context with the package that the program belongs to: by the image's files, else by the Dockerfile. */
function packageOf(look: Look, path: string | null, manifests: RegExp): string | null {
  const { context } = look;
  if (!context) return null;
  const source = path === null ? null : contextPathOf(path, sourceFolders(look));
  if (source !== null) {
    const found = packageFolder(context, folderOf(source), manifests);
    if (found !== null) return found;
  }
  const beside =
    context.dockerfile === null || context.dockerfile.startsWith('..') ? '' : folderOf(context.dockerfile);
  return packageFolder(context, beside, manifests);
}

function viteServer(look: Look): Server | Withheld | null {
  const isPreview = look.start.args[0]?.value === 'preview';
  return plain('vite', {
    isWeak: true,
    options: ['--port'],
    standard: isPreview ? 4173 : 5173,
    bind: 'loopback',
  })(look);
}

const NODE_FRAMEWORKS = [
  'express',
  'fastify',
  'koa',
  '@nestjs/core',
  'hono',
  '@hapi/hapi',
  'next',
  'nuxt',
  'restify',
  'polka',
  'socket.io',
];

function nodeServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const script = start.args.find(({ text }) => !text.startsWith('-') && text !== 'start')?.value ?? null;
  const path = script === null ? null : imagePath(start, script);
  const folder = packageOf(
    look,
    path ?? (start.workdir === null ? null : `${start.workdir}/x`),
    /^package\.json$/,
  );
  if (!context || folder === null) return null;
  const dependencies = dependenciesOf(
    context.texts.get(folder === '' ? 'package.json' : `${folder}/package.json`) ?? '',
  );
  const name = NODE_FRAMEWORKS.find((one) => dependencies.has(one)) ?? 'node';
  const flag = wordPort(optionValue(start.args, ['--port']));
  if (flag && flag !== 'socket') return http(name, [flagFound(look, name, flag)]);
  // The server of Next's standalone build and of Nitro read variables and have a default.
  if (
    path !== null &&
    dependencies.has('next') &&
    baseNameOf(path) === 'server.js' &&
    !context.texts.has(join(folder, 'server.js'))
  ) {
    return plain('next', { variables: ['PORT'], standard: 3000 })(look);
  }
  if (path !== null && /\.output\/server\/index\.mjs$/.test(path)) {
    return plain('nitro', { variables: ['NITRO_PORT', 'PORT'], standard: 3000, bind: 'any' })(look);
  }
  const source = path === null ? null : contextPathOf(path, sourceFolders(look));
  const said = nodePort(context, source, folder, start.environment);
  if (said) return http(name, [sourceFound('source', name, said)]);
  return name === 'node' ? null : { name, protocol: 'http', found: [] };
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function dependenciesOf(text: string): ReadonlySet<string> {
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
      string,
      Record<string, string>
    >;
    return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]);
  } catch {
    return new Set();
  }
}

const JAVA_SERVERS: readonly { readonly name: string; readonly marks: RegExp; readonly variable: string }[] =
  [
    {
      name: 'spring-boot',
      marks:
        /spring-boot-starter-(?:web\b|webflux|webmvc|undertow|jetty|data-rest)|spring-cloud-starter-(?:gateway|netflix-eureka-server)|spring-cloud-config-server/,
      variable: 'SERVER_PORT',
    },
    { name: 'quarkus', marks: /quarkus-(?:rest|resteasy|vertx-http)/, variable: 'QUARKUS_HTTP_PORT' },
    { name: 'micronaut', marks: /micronaut-http-server/, variable: 'MICRONAUT_SERVER_PORT' },
  ];

function javaServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const flag = optionValue(start.args, ['-Dserver.port', '--server.port', '-Dquarkus.http.port']);
  const said = wordPort(flag);
  if (said && said !== 'socket') return http('java', [flagFound(look, 'the server', said)]);
  const folder =
    packageOf(look, null, /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/) ??
    builtFolder(look, /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/);
  if (!context || folder === null) return null;
  const manifest = ['pom.xml', 'build.gradle', 'build.gradle.kts']
    .map((file) => context.texts.get(join(folder, file)) ?? '')
    .join('\n');
  const server = JAVA_SERVERS.find(({ marks }) => marks.test(manifest));
  if (!server) return null;
  const variable = environmentPort(start.environment, server.variable);
  if (variable) return http(server.name, [environmentFound(look, server.name, variable)]);
  const configured = javaPort(context, folder, start.environment);
  if (configured) return http(server.name, [sourceFound('configuration', server.name, configured)]);
  const standard = defaultFound(server.name, 8080, 'any', server.variable);
  const isSeen = hasRead(context, folder, /(?:^|\/)(?:application|bootstrap)[\w.-]*\.(?:properties|ya?ml)$/);
  // A configuration server, or a profile, may name another port.
  const isWeak = !isSeen || /spring-cloud-starter-config|spring-cloud-config-client/.test(manifest);
  return http(server.name, [isWeak ? { ...standard, isWeak } : standard]);
}

/** Whether every file below a folder that such a name has was read. */
function hasRead({ entries, texts }: BuildContext, folder: string, names: RegExp): boolean {
  for (const [path, { kind }] of entries) {
    if (kind === 'file' && isInside(path, folder) && names.test(path) && !texts.has(path)) return false;
  }
  return true;
}

/** The only folder of the context with such a manifest. */
function builtFolder({ context }: Look, manifests: RegExp): string | null {
  const folders = [...(context?.texts.keys() ?? [])]
    .filter((path) => manifests.test(baseNameOf(path)))
    .map(folderOf);
  return folders.length === 1 ? folders[0]! : null;
}

function dotnetServer(look: Look): Server | Withheld | null {
  const { start, context, document } = look;
  const flag = wordPort(optionValue(start.args, ['--urls', '--server.urls', '--http_ports']));
  if (flag && flag !== 'socket') return http('aspnet', [flagFound(look, 'Kestrel', flag)]);
  const variable = environmentPort(
    start.environment,
    'ASPNETCORE_URLS',
    'DOTNET_URLS',
    'ASPNETCORE_HTTP_PORTS',
    'DOTNET_HTTP_PORTS',
  );
  if (variable)
    return http('aspnet', [
      environmentFound(look, 'ASP.NET', {
        ...variable,
        bind: variable.bind === 'unknown' ? 'any' : variable.bind,
      }),
    ]);
  const projects = [...(context?.texts ?? [])].filter(([path]) => /\.(?:cs|fs)proj$/.test(path));
  const dll = baseNameOf(start.args.find(({ text }) => /\.dll"?$/i.test(text))?.value ?? '').replace(
    /\.dll$/i,
    '',
  );
  const project = projects.find(([path]) => baseNameOf(path).replace(/\.\w+$/, '') === dll);
  if (!project || !/Sdk="Microsoft\.NET\.Sdk\.Web"/.test(project[1])) return null;
  const major = dotnetMajor(document, look.stage);
  if (major === null) return { name: 'aspnet', protocol: 'http', found: [] };
  return http('aspnet', [
    defaultFound(`ASP.NET ${major}`, major >= 8 ? 8080 : 80, 'any', 'ASPNETCORE_HTTP_PORTS'),
  ]);
}

/** The version in the tag of Microsoft's images, which decides the default. */
function dotnetMajor(document: Document, stage: Stage): number | null {
  let root = stage;
  while (root.parent) root = root.parent;
  const name = expandFrom(document, root.base.text);
  const image = name === null ? null : parseImageRef(name);
  if (!image || 'error' in image || !/^dotnet\/(?:aspnet|sdk)$/.test(image.repository)) return null;
  const major = /^(\d+)\./.exec(image.tag ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

const NGINX_FILES =
  /^\/etc\/nginx\/(?:nginx\.conf|(?:conf|http)\.d\/[^/]+\.conf|sites-(?:enabled|available)\/[^/]+|templates\/[^/]+\.template)$/;

function nginxServer(look: Look): Server | Withheld | null {
  const { start, context, files, document, stage } = look;
  if (!context || !files) return http('nginx', []);
  const settings = [...files.files.values()].filter(({ path }) => NGINX_FILES.test(path));
  const listens = settings.flatMap((file) => {
    const text = stageText(context, files, file.path);
    return text === null ? [] : nginxListens(file.source ?? file.path, text, start.environment);
  });
  const open = listens.filter(({ tls }) => !tls);
  const ports = new Set((open.length > 0 ? open : []).map(({ port }) => port));
  if (listens.length > 0 && open.length === 0) {
    return { code: 'tls-only', reason: `${listens[0]!.path} listens with TLS only` };
  }
  if (ports.size > 1) {
    return {
      code: 'several-ports',
      reason: `the configuration of nginx listens on ${[...ports].join(', ')}`,
    };
  }
  const [listen] = open;
  if (listen) {
    const said = { ...listen, variable: null, text: `listen ${listen.port}` };
    return http('nginx', [sourceFound('configuration', 'nginx', said)]);
  }
  // What the start writes, or names by -c, may say anything.
  const isWritten = start.steps.some(({ text }) => /\/etc\/nginx|nginx[\w.-]*\.conf/.test(text));
  if (isWritten || optionValue(start.args, ['-c']) !== null) {
    const reason = 'the command writes or names a configuration of nginx of its own';
    return { name: 'nginx', protocol: 'http', found: [], unseen: { code: 'configuration-not-seen', reason } };
  }
  // A configuration that came from elsewhere, or could not be read, may say anything.
  const isElsewhere = files.unknown.some(({ target }) => target?.startsWith('/etc/nginx') === true);
  if (isElsewhere || settings.some(({ path }) => stageText(context, files, path) === null)) {
    const reason = 'the configuration of nginx comes from a place that could not be read';
    return { name: 'nginx', protocol: 'http', found: [], unseen: { code: 'configuration-not-seen', reason } };
  }
  let root = stage;
  while (root.parent) root = root.parent;
  const base = expandFrom(document, root.base.text) ?? '';
  if (/nginx-unprivileged/.test(base))
    return http('nginx', [defaultFound('nginx-unprivileged', 8080, 'any', null)]);
  return /(?:^|\/)nginx(?:[:@]|$)/.test(base)
    ? configurable('nginx', 80, /\/etc\/nginx/)(look)
    : http('nginx', []);
}

function pumaServer(look: Look): Server | Withheld | null {
  const { start, context, files } = look;
  const bind = optionValue(start.args, ['-b', '--bind']);
  const flag = wordPort(optionValue(start.args, ['-p', '--port']) ?? bind);
  if (flag === 'socket') return SOCKET;
  if (flag) return http('puma', [flagFound(look, 'puma', flag)]);
  const name = optionValue(start.args, ['-C', '--config'])?.value ?? 'config/puma.rb';
  const path = imagePath(start, name);
  const text = path === null || !context || !files ? null : stageText(context, files, path);
  const said =
    text === null ? null : pumaPort(files!.files.get(path!)!.source ?? path!, text, start.environment);
  if (said) return http('puma', [sourceFound('configuration', 'puma', said)]);
  const variable = environmentPort(start.environment, 'PORT');
  if (variable) return http('puma', [environmentFound(look, 'puma', variable)]);
  return http('puma', text === null && files ? [] : [defaultFound('puma', 9292, 'any', 'PORT')]);
}

function railsServer(look: Look): Server | Withheld | null {
  const { start } = look;
  const [command] = start.args;
  if (command?.value !== 's' && command?.value !== 'server')
    return { name: 'rails', protocol: 'unknown', found: [], serves: false };
  const flag = wordPort(optionValue(start.args, ['-p', '--port']));
  if (flag && flag !== 'socket') return http('rails', [flagFound(look, 'rails', flag)]);
  const puma = pumaServer({ ...look, start: { ...start, args: [] } });
  if (puma && !('code' in puma) && puma.found[0] && puma.found[0].kind !== 'default')
    return { ...puma, name: 'rails' };
  const standard = defaultFound('rails', 3000, 'loopback', 'PORT');
  const path = imagePath(start, 'config/puma.rb');
  const isSeen =
    path !== null && look.context && look.files && stageText(look.context, look.files, path) !== null;
  return http('rails', [isSeen ? standard : { ...standard, isWeak: true }]);
}

function phpServer(look: Look): Server | Withheld | null {
  const { args } = look.start;
  const at = args.findIndex(({ text }) => text === '-S');
  if (at >= 0) {
    const said = wordPort(args[at + 1] ?? null);
    if (said === 'socket') return SOCKET;
    return said ? http('php', [flagFound(look, 'php -S', said)]) : null;
  }
  if (baseNameOf(args[0]?.value ?? '') !== 'artisan') return null;
  const command = args[1]?.value ?? '';
  if (command !== 'serve')
    return {
      name: `artisan ${command}`,
      protocol: 'unknown',
      found: [],
      ...(/^(?:queue|schedule)/.test(command) ? { serves: false as const } : {}),
    };
  return plain('artisan serve', {
    options: ['--port'],
    variables: ['SERVER_PORT'],
    standard: 8000,
    bind: 'loopback',
  })(look);
}

/** A program that the build makes: what its source says, where the language is plain from the manifests. */
function binaryServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const flag = wordPort(
    optionValue(start.args, ['--port', '-port', '--listen', '--addr', '-addr', '--bind', '--http-port']),
  );
  if (flag === 'socket') return SOCKET;
  if (flag)
    return { name: start.program, protocol: 'unknown', found: [flagFound(look, start.program, flag)] };
  if (!context) return null;
  const folder = packageOf(look, null, /^go\.mod$/) ?? builtFolder(look, /^go\.mod$/);
  const said = folder === null ? null : goPort(context, folder, start.environment);
  return said ? http('go', [sourceFound('source', 'go', said)]) : null;
}

/** For those who only have an address at hand. */
export { addressPort, bindOf };
