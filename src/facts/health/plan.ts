/**
 * The health check that a file should have: whether one applies, which port and path it asks, with which program, and
 * how far each of these is proven. Nothing is guessed: what is not proven is said, with what would prove it.
 */
import type { BuildContext } from '../../core/context/build-context.ts';
import { baseNameOf, folderOf } from '../../core/context/build-context.ts';
import { exposedPorts, listeningPort } from '../../core/context/listening-port.ts';
import type { ListeningPort, PortAtRunTime } from '../../core/context/listening-port.ts';
import { filesInStage, finalStage } from '../../core/context/stage-files.ts';
import { startCommand, startInstructions } from '../../core/context/start-command.ts';
import type { BaseConfig, StartCommand } from '../../core/context/start-command.ts';
import type { Document } from '../../core/document.ts';
import { chainInstructions, effectiveCheck } from '../../core/healthcheck.ts';
import type { ConfiguredImage } from '../../core/image-facts.ts';
import type { Stage } from '../../core/stages.ts';
import type { Evidence, Fact, FactRequest, Facts, Withheld } from '../../core/types.ts';
import { baseImageOf, documentedStart, hintOf } from './base.ts';
import type { BaseImage } from './base.ts';
import { chooseProbe } from './chosen.ts';
import type { ChosenProbe } from './chosen.ts';
import { frameworksIn, loadsModels, manifestFolders } from './frameworks.ts';
import type { Framework } from './frameworks.ts';
import { PROBE_PATHS, programsOf } from './programs.ts';
import type { Programs, StartedProgram } from './programs.ts';
import type { ProbePort, ProbeTarget } from './probe.ts';
import { imagePurpose, isWindowsImage, notServing } from './purpose.ts';
import { healthRoute } from './route.ts';
import type { HealthRoute } from './route.ts';
import { serviceOf } from './services.ts';
import type { Service } from './services.ts';

/** Everything about the final stage that health checks depend on. */
export interface HealthView {
  readonly document: Document;
  readonly stage: Stage;
  readonly base: BaseImage;
  readonly context: BuildContext | null;
  readonly config: Fact<ConfiguredImage> | null;
  readonly start: StartCommand | Withheld;
  /** What was taken for granted on the way to `start`. */
  readonly assumptions: readonly string[];
  readonly programs: Programs;
  /** `python`, `node`, …: what the started program is written in; null when that is not known. */
  readonly language: string | null;
  readonly isPython2: boolean;
}

export interface HealthPlan {
  /** The words of the exec form. */
  readonly words: readonly string[];
  readonly timeoutS: number;
  readonly startPeriodS: number;
  readonly safety: 'safe' | 'unsafe';
  /** Why it is as safe as it says. */
  readonly reason: string;
  /** What the check asks, for the title. */
  readonly asks: string;
  readonly evidence: readonly Evidence[];
}

export type HealthDecision =
  | { readonly kind: 'checked' }
  | { readonly kind: 'withheld'; readonly withheld: Withheld; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'plan'; readonly plan: HealthPlan };

/** What has to be known of the final stage's base image and of the build context. */
function healthRequests(document: Document): readonly FactRequest[] {
  const { image, platform } = baseImageOf(document, finalStage(document));
  const context: FactRequest = { kind: 'context' };
  if (!image) return [context];
  return [
    context,
    { kind: 'image-config', image, platform },
    { kind: 'image-files', image, platform, paths: PROBE_PATHS },
  ];
}

/** The same for a file that has no health check, where one may be added. */
export function requestsToAdd(document: Document): readonly FactRequest[] {
  return effectiveCheck(finalStage(document)) ? [] : healthRequests(document);
}

/** The same for a file that has one. */
export function requestsToFix(document: Document): readonly FactRequest[] {
  return effectiveCheck(finalStage(document)) ? healthRequests(document) : [];
}

/** What decides early is at hand; what has to read shell texts is read when somebody asks for it. */
export function healthView(document: Document, facts: Facts): HealthView {
  const stage = finalStage(document);
  const base = baseImageOf(document, stage);
  const { image, platform } = base;
  const found = facts.get({ kind: 'context' });
  const context = found.ok ? found.value : null;
  const config = image ? facts.get({ kind: 'image-config', image, platform }) : null;
  const documented = config?.ok ? null : documentedStart(base);
  const started = once(() => startOf(document, stage, context, baseConfig(config) ?? documented));
  const programs = once(() => {
    const files = image ? facts.get({ kind: 'image-files', image, platform, paths: PROBE_PATHS }) : null;
    const starts = startedPrograms(stage, started().start);
    return programsOf({ document, stage, files, config, hint: hintOf(base), started: starts });
  });
  return {
    document,
    stage,
    base,
    context,
    config,
    get start() {
      return started().start;
    },
    get assumptions() {
      const { assumed } = started();
      const byDocumentation = documented && startInstructions(stage).cmd === null;
      return [
        ...(byDocumentation ? [`what ${base.name} starts is known from its documentation`] : []),
        ...(assumed === null ? [] : [assumed]),
      ];
    },
    get programs() {
      return programs();
    },
    get language() {
      const { start } = started();
      return ('code' in start ? null : languageOf(start)) ?? languageOfBase(base);
    },
    isPython2: /(?:^|\/)python:2/.test(base.name),
  };
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: read() }).value;
}

/** What is started; an entry script that cannot be read is taken to run the command that it is given. */
function startOf(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
  config: BaseConfig | null,
): { readonly start: StartCommand | Withheld; readonly assumed: string | null } {
  const start = startCommand(document, stage, context, config);
  const { entrypoint, cmd } = startInstructions(stage);
  if (!('code' in start) || !UNSEEN.has(start.code) || !entrypoint || !cmd || stage.parent)
    return { start, assumed: null };
  const bare: Stage = {
    ...stage,
    instructions: stage.instructions.filter(({ keyword }) => keyword !== 'ENTRYPOINT'),
  };
  const given = startCommand(document, bare, context, {
    entrypoint: [],
    cmd: null,
    env: new Map(),
    workingDir: '',
  });
  return 'code' in given
    ? { start, assumed: null }
    : {
        start: given,
        assumed: `the entry script in line ${entrypoint.line} was not read and is taken to run CMD`,
      };
}

const UNSEEN = new Set(['script-not-seen', 'script-branches']);

function baseConfig(config: Fact<ConfiguredImage> | null): BaseConfig | null {
  if (!config?.ok) return null;
  const { entrypoint, cmd, env, workingDirectory } = config.value.config;
  return {
    entrypoint,
    cmd,
    env: new Map(env.map(({ name, value }) => [name, value])),
    workingDir: workingDirectory,
  };
}

// ---- what is started --------------------------------------------------------------------------------------------

const PYTHON = /^python[0-9.]*$/;
/** Programs that are scripts of an interpreter on the path (`#!/usr/bin/env …`). */
const INTERPRETED: Readonly<Record<string, string>> = {
  npm: 'node',
  npx: 'node',
  yarn: 'node',
  pnpm: 'node',
  next: 'node',
  nuxt: 'node',
  vite: 'node',
  nest: 'node',
  nodemon: 'node',
  'ts-node': 'node',
  tsx: 'node',
  serve: 'node',
  'pm2-runtime': 'node',
  'http-server': 'node',
  'react-scripts': 'node',
  rails: 'ruby',
  puma: 'ruby',
  bundle: 'ruby',
  rackup: 'ruby',
  unicorn: 'ruby',
  thin: 'ruby',
};

/** What the first words of ENTRYPOINT or CMD name is started, also where it could not be followed any further. */
function startedPrograms(stage: Stage, start: StartCommand | Withheld): ReadonlyMap<string, StartedProgram> {
  const programs = new Map<string, StartedProgram>();
  const add = (path: string, evidence: Evidence): void => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const plain = PYTHON.test(name) ? (name === 'python' ? 'python' : 'python3') : name;
    const isUsual = !path.includes('/') || /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/.test(path);
    if (/^(?:python3?|node|bun|deno|php|ruby|bash|sh)$/.test(plain)) {
      programs.set(plain, { program: isUsual ? name : path, evidence });
    }
    const interpreter = Object.hasOwn(INTERPRETED, name) ? INTERPRETED[name] : undefined;
    if (interpreter !== undefined && !programs.has(interpreter))
      programs.set(interpreter, { program: interpreter, evidence });
  };
  const { entrypoint, cmd } = startInstructions(stage);
  const first = entrypoint ?? cmd;
  if (first) {
    const evidence: Evidence = {
      kind: 'source',
      span: first.span,
      note: `${first.keyword} in line ${first.line}`,
    };
    const word = first.json?.[0];
    if (word !== undefined && /^[\w./-]+$/.test(word)) add(word, evidence);
    // The shell form is run by a shell.
    if (first.json === null) add('/bin/sh', evidence);
  }
  if ('code' in start) return programs;
  const evidence = start.steps[0]?.evidence;
  if (!evidence) return programs;
  for (const step of start.steps) if (step.kind === 'shell') add('/bin/sh', evidence);
  if (start.firstProcess === 'package-manager') add('npm', evidence);
  const [word] = start.words;
  if (word?.value) add(word.value, evidence);
  return programs;
}

function languageOf({ words, program, firstProcess, wrappers }: StartCommand): string | null {
  const first = (words[0]?.value ?? '').replace(/^.*\//, '');
  if (PYTHON.test(first) || PYTHON_SERVERS.has(program)) return 'python';
  if (first === 'bun' || first === 'deno' || first === 'java' || first === 'dotnet' || first === 'ruby')
    return first;
  if (/^php[0-9.]*$|^php-fpm/.test(first) || program === 'apache2-foreground') return 'php';
  if (first === 'node' || INTERPRETED[program] === 'node' || firstProcess === 'package-manager')
    return 'node';
  if (INTERPRETED[program] === 'ruby' || wrappers.includes('bundle')) return 'ruby';
  if (program === 'catalina.sh') return 'java';
  return null;
}

const PYTHON_SERVERS = new Set([
  'gunicorn',
  'uvicorn',
  'hypercorn',
  'granian',
  'daphne',
  'fastapi',
  'waitress-serve',
  'flask',
  'streamlit',
  'jupyter',
  'jupyter-lab',
  'uwsgi',
  'celery',
  'http.server',
  'gradio',
  'chainlit',
  'poetry',
  'uv',
]);

function languageOfBase({ image }: BaseImage): string | null {
  const found =
    /(?:^|\/)(python|node|ruby|php|openjdk|eclipse-temurin|amazoncorretto|tomcat|bun|deno)\b|dotnet\/(aspnet|runtime)/.exec(
      image?.repository ?? '',
    );
  const name = found?.[1] ?? (found?.[2] ? 'dotnet' : null);
  return name !== null && /^(?:openjdk|eclipse-temurin|amazoncorretto|tomcat)$/.test(name) ? 'java' : name;
}

// ---- the decision -----------------------------------------------------------------------------------------------

export function decideHealth(view: HealthView): HealthDecision {
  const { document, stage, base, config, start } = view;
  if (effectiveCheck(stage)) return { kind: 'checked' };
  const before = beforeStart(view);
  if (before) return before;
  const service = serviceFor(view);
  if (service) return servicePlan(view, service);
  const purpose = 'code' in start ? nothingToStart(view, start) : notServing(start);
  if (purpose) return withhold(purpose, startEvidence(start));
  const exposedByBase = config?.ok ? config.value.config.ports : [];
  const found = listeningPort(document, stage, view.context, start, exposedByBase);
  const port = 'code' in found ? resolvedPort(view, found) : found;
  if ('code' in port) return withhold(portReason(view, port), startEvidence(start));
  const trap = portTrap(view, port);
  if (trap)
    return withhold(
      trap,
      port.proofs.map(({ evidence }) => evidence),
    );
  if (base.name === 'scratch' && view.programs.presence('sh').state === 'absent')
    return withhold(
      nothingInside(view),
      port.proofs.map(({ evidence }) => evidence),
    );
  return probePlan(view, port);
}

function withhold(withheld: Withheld, evidence: readonly Evidence[] = []): HealthDecision {
  return { kind: 'withheld', withheld, evidence };
}

function startEvidence(start: StartCommand | Withheld): readonly Evidence[] {
  return 'code' in start ? [] : start.steps.slice(-1).map(({ evidence }) => evidence);
}

/** What the base alone decides. */
function beforeStart({ document, stage, base, config }: HealthView): HealthDecision | null {
  const shell = chainInstructions(stage).findLast(({ keyword }) => keyword === 'SHELL');
  if (
    isWindowsImage(base.name) ||
    /(?:powershell|pwsh|cmd)(?:\.exe)?/i.test(shell?.json?.[0] ?? '') ||
    base.platform?.startsWith('windows')
  ) {
    return withhold({
      code: 'windows',
      reason: 'Windows images have other shells and programs; write the probe in PowerShell',
    });
  }
  const purpose = base.image ? imagePurpose(base.image) : null;
  if (purpose) return withhold(purpose, [{ kind: 'source', span: stage.from.span, note: base.name }]);
  const own = config?.ok ? config.value.config.healthcheck : null;
  if (own && config?.ok) {
    const reason =
      own.kind === 'none'
        ? 'the base image switches health checks off (HEALTHCHECK NONE)'
        : `the base image brings its own check: ${own.command.join(' ').slice(0, 120)}`;
    return withhold({ code: own.kind === 'none' ? 'base-switches-it-off' : 'base-has-its-own', reason }, [
      config.evidence,
    ]);
  }
  if (document.directives.some(({ name }) => name === 'escape') && /^[A-Z]:|\\/i.test(base.name)) {
    return withhold({
      code: 'windows',
      reason: 'Windows images have other shells and programs; write the probe in PowerShell',
    });
  }
  return null;
}

/** There is no program to follow: a reason of its own for each way that can be. */
function nothingToStart(view: HealthView, start: Withheld): Withheld | null {
  const { document, stage, base } = view;
  const hasPort = exposedPorts(document, stage).length > 0;
  if (start.code === 'no-command') {
    return {
      code: 'starts-nothing',
      reason:
        'neither ENTRYPOINT nor CMD starts a program, so this image is made to build on or to be given a command',
    };
  }
  if (start.code === 'command-of-base' && STARTS_A_SHELL.test(base.image?.repository ?? '')) {
    return {
      code: 'starts-a-shell',
      reason: `no ENTRYPOINT or CMD says what to start, and ${base.image!.repository} starts an interpreter or a shell for a person`,
    };
  }
  if (start.code === 'command-of-base' && !hasPort) {
    return {
      code: 'command-of-base-unknown',
      reason: `what ${base.name.slice(0, 80)} starts was not asked; with access to its registry it would be known`,
    };
  }
  if (start.code === 'other-shell') return { code: 'windows', reason: start.reason };
  // EXPOSE still says that something listens.
  return hasPort ? null : start;
}

/** A port as far as a probe needs it. */
interface KnownPort extends Omit<ListeningPort, 'port'> {
  /** Null when only {@link ListeningPort.variable} says it. */
  readonly port: number | null;
}

/** What is still known where no single number is: the variable that decides it, or the one port that serves. */
function resolvedPort(
  { document, stage }: HealthView,
  found: PortAtRunTime | Withheld,
): KnownPort | Withheld {
  if (isAtRunTime(found) && found.variable !== null && /^[A-Z_][A-Z0-9_]*$/.test(found.variable)) {
    const { variable, server, protocol, evidence } = found;
    const note = `the command takes the port from ${variable}, and so does the check`;
    return {
      port: null,
      proofs: [{ kind: 'flag', port: 0, note, evidence }],
      variable,
      bind: 'unknown',
      server,
      protocol,
    };
  }
  if (found.code !== 'several-ports') return found;
  const serving = exposedPorts(document, stage).filter(({ port }) => NO_SERVICE[port] === undefined);
  const [first] = serving;
  if (!first || serving.some(({ port }) => port !== first.port)) return found;
  const note = `EXPOSE says ${first.port}, and its other ports are for debuggers or TLS`;
  const proofs = [{ kind: 'expose' as const, port: first.port, note, evidence: first.evidence }];
  return { port: first.port, proofs, variable: null, bind: 'unknown', server: null, protocol: 'unknown' };
}

function isAtRunTime(found: Withheld): found is PortAtRunTime {
  return found.code === 'port-at-run-time' && 'variable' in found;
}

/** Bases whose own command waits for a person. */
const STARTS_A_SHELL =
  /^(?:library\/(?:python|node|ruby|golang|rust|debian|ubuntu|alpine|busybox|fedora|amazonlinux|buildpack-deps|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|gcc|elixir|erlang|perl|swift)|amazonlinux\/amazonlinux)$/;

const SERVERS_OF_LANGUAGE: Readonly<Record<string, string>> = {
  python: 'a --bind or --port in the command, or a single EXPOSE',
  node: 'app.listen(process.env.PORT || 3000) in the file that is started, ENV PORT, or a single EXPOSE',
  java: 'server.port in application.yml, or a single EXPOSE',
  dotnet: 'ENV ASPNETCORE_HTTP_PORTS, or a single EXPOSE',
  ruby: 'a -p in the command, or a single EXPOSE',
  php: 'a single EXPOSE',
};

/** A port that nothing says is withheld by what would have said it. */
function portReason(view: HealthView, port: Withheld): Withheld {
  const { language, start } = view;
  if (port.code !== 'no-port' && port.code !== 'serves-nothing') return port;
  if (port.code === 'serves-nothing')
    return { code: 'serves-nothing', reason: `${port.reason}; there is nothing to probe` };
  const program = 'code' in start ? '' : start.program;
  const prove = SERVERS_OF_LANGUAGE[language ?? ''] ?? 'a --port in the command, or a single EXPOSE';
  return {
    code: `no-port-${language ?? compiledLanguage(view)}`,
    reason: `nothing says that ${program === '' ? 'it' : program} listens on a port; what would: ${prove}. If it listens on none, write HEALTHCHECK NONE`,
  };
}

/** What a program was compiled from, by the manifests and the base images of the file. */
function compiledLanguage({ context, document }: HealthView): string {
  const bases = document.instructions
    .filter(({ keyword }) => keyword === 'FROM')
    .map(({ rest }) => rest.text);
  const has = (name: string): boolean =>
    context !== null && [...context.texts.keys()].some((path) => baseNameOf(path) === name);
  if (bases.some((base) => /golang/.test(base)) || has('go.mod')) return 'go';
  if (bases.some((base) => /rust|cargo/.test(base)) || has('Cargo.toml')) return 'rust';
  return 'program';
}

/** Ports that are exposed but tell nothing of the application's health. */
const NO_SERVICE: Readonly<Record<number, string>> = {
  22: 'SSH',
  443: 'TLS',
  8443: 'TLS',
  5005: 'the debugger of Java',
  9229: 'the debugger of Node',
  2345: 'the debugger of Go',
  5678: 'the debugger of Python',
};

function portTrap(view: HealthView, port: KnownPort): Withheld | null {
  const onlyExposed = port.proofs.every(({ kind }) => kind === 'expose');
  const what = port.port === null ? undefined : NO_SERVICE[port.port];
  if (onlyExposed && what !== undefined) {
    return {
      code: 'port-of-another-kind',
      reason: `EXPOSE says ${port.port}, which is the port of ${what}: a probe of it would tell nothing of the application`,
    };
  }
  const local = localServer(view);
  if (local !== null) {
    return {
      code: 'listens-on-localhost',
      reason: `${local} listens on localhost only, which may be ::1, and nothing outside the container reaches it; give it --host 0.0.0.0`,
    };
  }
  if (onlyExposed) {
    const own = portOfDotnet(view);
    if (own !== null && own !== port.port) {
      return {
        code: 'ports-disagree',
        reason: `EXPOSE says ${port.port}, but this version of ASP.NET listens on ${own} when nobody says otherwise: one of the two is wrong`,
      };
    }
  }
  return view.context &&
    /\b(?:ssl[_-]?(?:keyfile|certfile|cert|key)|--certfile|--keyfile|--https|ssl:\/\/)/i.test(
      textOfStart(view.start),
    )
    ? {
        code: 'tls',
        reason:
          'it is started with a certificate; a probe over TLS needs to know which name the certificate has',
      }
    : null;
}

/** A development server that nobody tells to listen for others. */
function localServer({ start, context }: HealthView): string | null {
  if ('code' in start || !LOCAL_SERVERS.test(start.program)) return null;
  const isTold = start.args.some(({ text }) => /^(?:--host\b|-H\b|--hostname\b|0\.0\.0\.0)/.test(text));
  const isSet = ['HOST', 'NITRO_HOST', 'NUXT_HOST'].some((name) => start.environment.has(name));
  const isConfigured = [...(context?.texts ?? [])].some(
    ([path, text]) => LOCAL_CONFIGURATION.test(path) && /\bhost\b/.test(text),
  );
  return isTold || isSet || isConfigured ? null : start.program;
}

const LOCAL_SERVERS = /^(?:vite|ng|astro|nuxt|react-router|remix)$/;
const LOCAL_CONFIGURATION = /(?:^|\/)(?:vite|astro|nuxt|angular|react-router)(?:\.config)?\.\w+$/;

/** The default of Microsoft's images, which set it themselves: 8080 since .NET 8, 80 before. */
function portOfDotnet({ base, start }: HealthView): number | null {
  if (
    base.image?.registry !== 'mcr.microsoft.com' ||
    !/^dotnet\/(?:core\/)?aspnet$/.test(base.image.repository)
  )
    return null;
  const major = Number(/^\d+/.exec(base.image.tag ?? '')?.[0] ?? NaN);
  const isSet =
    'code' in start ||
    [...start.environment.keys()].some((name) =>
      /^(?:ASPNETCORE|DOTNET)_(?:URLS|HTTP_PORTS)$|^Kestrel__/.test(name),
    );
  return Number.isNaN(major) || isSet ? null : major >= 8 ? 8080 : 80;
}

function textOfStart(start: StartCommand | Withheld): string {
  return 'code' in start ? '' : start.words.map(({ text }) => text).join(' ');
}

function nothingInside({ start }: HealthView): Withheld {
  const program = 'code' in start ? 'the program' : (start.words[0]?.value ?? 'the program');
  return {
    code: 'nothing-to-probe-with',
    reason:
      `an image from scratch holds ${program} and no other program that could ask it; give the program a subcommand ` +
      `(["${program}", "healthcheck"]), copy a static prober into the image, or let the platform probe the port`,
  };
}

// ---- services -----------------------------------------------------------------------------------------------------

/** The service of the base image, as long as the file does not start something else. */
function serviceFor({ base, stage, start }: HealthView): Service | null {
  const service = base.image ? serviceOf(base.image) : null;
  if (!service) return null;
  const { entrypoint, cmd } = startInstructions(stage);
  if (!entrypoint && !cmd) return service;
  if (entrypoint || 'code' in start) return null;
  return service.programs.includes(start.program) ? service : null;
}

function servicePlan({ base, programs, config }: HealthView, service: Service): HealthDecision {
  const presence = programs.presence(service.program);
  if (presence.state === 'absent') {
    return withhold(
      { code: 'no-client', reason: `${service.program} is not in the image: ${presence.how}` },
      [presence.evidence],
    );
  }
  const isProven = presence.state === 'present' && presence.firstHand;
  const evidence: Evidence[] = [{ kind: 'knowledge', entry: service.name, source: service.source }];
  if (presence.state === 'present') evidence.unshift(presence.evidence);
  else if (config?.ok) evidence.unshift(config.evidence);
  return {
    kind: 'plan',
    plan: {
      words: service.words,
      timeoutS: service.timeoutS,
      startPeriodS: service.startPeriodS,
      safety: 'unsafe',
      reason: `${service.program} comes with ${base.image!.repository}${isProven ? '' : ' by its documentation'} and shows that ${service.shows}; that no setting moves its port is not seen`,
      asks: `${service.name} by ${service.program}`,
      evidence,
    },
  };
}

// ---- probes -------------------------------------------------------------------------------------------------------

function probePlan(view: HealthView, port: KnownPort): HealthDecision {
  const frameworks = frameworkNames(view);
  const http = httpOf(view, port, frameworks);
  const route = http ? routeOf(view, frameworks, port) : null;
  const probePort = probePortOf(view, port);
  const target: ProbeTarget = !http
    ? { kind: 'tcp', port: probePort }
    : { kind: 'http', port: probePort, path: route?.path ?? '/', accepts: route?.accepts ?? 'answer' };
  const options = { language: view.language, isPython2: view.isPython2 };
  const chosen = chooseProbe(view.programs, target, options);
  const proofs = port.proofs.slice(0, 1).map(({ evidence }) => evidence);
  if (!('words' in chosen)) return withhold(noTool(view, chosen), proofs);
  return { kind: 'plan', plan: planOf(view, port, { http, route, target, chosen }) };
}

/** A variable may hold more than a number (`http://+:8080`, `8080;8081`); then the number alone is asked. */
function probePortOf({ start }: HealthView, { port, variable }: KnownPort): ProbePort {
  if (port === null) return { number: null, variable: variable! };
  const set = 'code' in start ? undefined : start.environment.get(variable ?? '');
  const isNumber =
    variable !== null &&
    /^[A-Z_][A-Z0-9_]*PORT$|^PORT$/.test(variable) &&
    (set === undefined || set === null || /^\d*$/.test(set));
  return { number: port, variable: isNumber ? variable : null };
}

interface Parts {
  /** Why it is known that HTTP is spoken; null when it is not. */
  readonly http: { readonly because: string; readonly firstHand: boolean } | null;
  readonly route: HealthRoute | null;
  readonly target: ProbeTarget;
  readonly chosen: ChosenProbe;
}

function planOf(view: HealthView, port: KnownPort, { http, route, target, chosen }: Parts): HealthPlan {
  const proof = port.proofs[0]!;
  const portProven = proof.kind !== 'expose' && proof.kind !== 'default';
  const doubts: string[] = [...view.assumptions];
  if (!portProven) doubts.push(`the port is only known because ${proof.note}`);
  if (port.port !== null && port.variable !== null && target.port.variable === null) {
    doubts.push(`${port.variable} may move the port at run time`);
  }
  // A program of which only the option is known may still listen on ::1 alone.
  if (
    port.protocol === 'unknown' &&
    portProven &&
    !/\b0\.0\.0\.0\b|(?:^|[ =])(?:\[::\]|\*)?:\d/.test(textOfStart(view.start))
  ) {
    doubts.push('on which address it listens was not seen');
  }
  if (port.bind === 'loopback') doubts.push('by what is seen it listens inside the container only');
  if (!chosen.firstHand)
    doubts.push(`the registry was not asked for the program (${chosen.because.join('; ')})`);
  if (view.base.isVariable) doubts.push('a build argument may choose another base image');
  if (!('code' in view.start) && !view.start.isCertain && !isOfficial(view.base))
    doubts.push('the ENTRYPOINT of the base image was not seen');
  if ('code' in view.start) doubts.push(`what is started was not followed: ${view.start.reason}`);
  if (chosen.shows !== 'tcp') {
    if (http && !http.firstHand) doubts.push(`that it speaks HTTP follows from ${http.because}`);
    if (!route) doubts.push('no health route was found, so any answer below 500 to / counts as healthy');
    else if (!route.firstHand)
      doubts.push(`the route ${route.path} was not followed from the program that is started`);
    if (route?.accepts === 'answer')
      doubts.push('something may refuse the probe before the route answers, so any answer below 500 counts');
  }
  const isSafe = doubts.length === 0;
  const portText = port.port === null ? `port $${port.variable}` : `port ${port.port}`;
  const shown =
    chosen.shows === 'tcp'
      ? `a connection to ${portText}`
      : `GET ${target.kind === 'http' ? target.path : '/'} on ${portText}`;
  return {
    words: chosen.words,
    timeoutS: 5,
    startPeriodS: startPeriod(view, port),
    safety: isSafe ? 'safe' : 'unsafe',
    reason: isSafe
      ? `${proof.note}; ${chosen.because.join('; ')}${route && chosen.shows !== 'tcp' ? `; the source has the route ${route.path}` : ''}`
      : doubts.join('; '),
    asks: `${shown} with ${chosen.tool.replace(/^.*-|2$/g, '')}`,
    evidence: [
      ...port.proofs.slice(0, 2).map(({ evidence }) => evidence),
      ...(route && chosen.shows !== 'tcp' ? [route.evidence] : []),
      ...chosen.evidence,
    ],
  };
}

/** The entry scripts of the official images run the command that they are given. */
function isOfficial({ image }: BaseImage): boolean {
  return image?.registry === 'docker.io' && image.repository.startsWith('library/');
}

function noTool(
  view: HealthView,
  { isAbsent, how }: { readonly isAbsent: boolean; readonly how: string },
): Withheld {
  const { language, base } = view;
  const ways =
    'add a subcommand that asks itself, copy a static prober into the image, or let the platform probe the port';
  if (!isAbsent && base.name === 'scratch') {
    return { code: 'files-not-known', reason: `which programs are in the image is not proven: ${how}` };
  }
  if (!isAbsent) {
    return {
      code: base.image === null ? 'base-not-known' : 'tools-not-known',
      reason: `which programs are in the image is not proven (${how}); with access to the registry of ${base.name.slice(0, 80)} it would be`,
    };
  }
  const what = language === 'java' || language === 'dotnet' ? language : 'program';
  return { code: `no-tool-${what}`, reason: `no program in the image can ask it: ${how}; ${ways}` };
}

/** Frameworks that the application's manifest names. */
export function frameworkNames({
  context,
  start,
  language,
  document,
  stage,
}: HealthView): readonly Framework[] {
  if (!context) return [];
  const names = MANIFEST_LANGUAGES.has(language ?? '') ? language : null;
  const folders = manifestFolders(context, names);
  const files = filesInStage(document, stage, context);
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

function httpOf(
  { language, start }: HealthView,
  port: KnownPort,
  frameworks: readonly Framework[],
): Parts['http'] {
  if (port.protocol === 'fastcgi') return null;
  if (port.protocol === 'http')
    return { because: `${port.server ?? 'its server'} speaks HTTP`, firstHand: true };
  const program = 'code' in start ? '' : start.program;
  if (/^(?:nginx|httpd|caddy|apache2-foreground|catalina\.sh|frankenphp|traefik)$/.test(program)) {
    return { because: `${program} speaks HTTP`, firstHand: true };
  }
  const [framework] = frameworks;
  const isLanguage = language !== null || frameworks.length > 0;
  return framework && isLanguage
    ? { because: `${framework.manifest} names ${framework.name}`, firstHand: false }
    : null;
}

function routeOf(view: HealthView, frameworks: readonly Framework[], port: KnownPort): HealthRoute | null {
  const { context, document, stage, start } = view;
  const known = fixedRoute(start);
  if (known) return known;
  if (!context) return null;
  const files = filesInStage(document, stage, context);
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
function startedFile({ context, document, stage }: HealthView, start: StartCommand): string | null {
  const files = filesInStage(document, stage, context!);
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

// ---- options --------------------------------------------------------------------------------------------------------

function startPeriod({ language, context, start }: HealthView, port: KnownPort): number {
  if (context && language === 'python' && loadsModels(context, '')) return 120;
  if (
    language === 'java' ||
    port.server === 'Spring Boot' ||
    (!('code' in start) && start.program === 'catalina.sh')
  )
    return 60;
  if (language === 'ruby') return 30;
  return language === 'python' || language === 'dotnet' ? 20 : 10;
}
