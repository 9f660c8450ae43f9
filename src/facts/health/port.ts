/** The port to probe: what is proven of it, and what makes a proven one the wrong one to ask. */
import { folderOf } from '../../core/context/build-context.ts';
import { exposedPorts, listeningPort } from '../../core/context/listening-port.ts';
import type { ListeningPort, PortAtRunTime } from '../../core/context/listening-port.ts';
import type { StartCommand } from '../../core/context/start-command.ts';
import { chainInstructions, stagesOf } from '../../core/stages.ts';
import type { Withheld } from '../../core/types.ts';
import { expandAt } from '../../core/variables.ts';
import { publishedPort } from './deployment.ts';
import type { ProbePort } from './probe.ts';
import type { HealthView } from './view.ts';

/** A port as far as a probe needs it. */
export interface KnownPort extends Omit<ListeningPort, 'port'> {
  /** Null when only {@link ListeningPort.variable} says it. */
  readonly port: number | null;
}

/** The port by every proof at hand, or what would prove one. */
export function portOf(view: HealthView): KnownPort | Withheld {
  const { document, stage, context, start, config, workdir } = view;
  const exposedByBase = config?.ok ? config.value.config.ports : [];
  const found = listeningPort(document, stage, context, start, exposedByBase, workdir);
  const port = 'code' in found ? resolvedPort(view, found) : found;
  if (!('code' in port)) return port;
  const isOpen =
    port.code.startsWith('no-port') || port.code === 'several-ports' || port.code === 'default-not-proven';
  return (isOpen ? publishedPort(view) : null) ?? portReason(view, port);
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

const SERVERS_OF_LANGUAGE: Readonly<Record<string, string>> = {
  python: 'a --bind or --port in the command, or a single EXPOSE',
  node: 'app.listen(process.env.PORT || 3000) in the file that is started, ENV PORT, or a single EXPOSE',
  java: 'server.port in application.yml, or a single EXPOSE',
  dotnet: 'ENV ASPNETCORE_HTTP_PORTS, or a single EXPOSE',
  ruby: 'a -p in the command, or a single EXPOSE',
  php: 'a single EXPOSE',
  go: 'http.ListenAndServe(":8080", …) in the package that is built, a --port in the command, or a single EXPOSE',
};

/** A port that nothing says is withheld by what would have said it. */
function portReason(view: HealthView, port: Withheld): Withheld {
  const { language, start } = view;
  if (port.code !== 'no-port' && port.code !== 'serves-nothing') return port;
  if (port.code === 'serves-nothing')
    return { code: 'serves-nothing', reason: `${port.reason}; there is nothing to probe` };
  const unset = unsetExpose(view);
  if (unset) return unset;
  const program = 'code' in start ? '' : start.program;
  const kind = language ?? compiledLanguage(view);
  const prove = SERVERS_OF_LANGUAGE[kind] ?? 'a --port in the command, or a single EXPOSE';
  return {
    code: `no-port-${kind}`,
    reason: `nothing says that ${program === '' ? 'it' : program} listens on a port; what would: ${prove}. If it listens on none, write HEALTHCHECK NONE`,
  };
}

/** What a program was compiled from, by the base images of the file and the manifest that lies beside it. */
function compiledLanguage({ context, document, start }: HealthView): string {
  const bases = stagesOf(document).map(({ base }) => base.text);
  const folder = context?.dockerfile ? folderOf(context.dockerfile) : '';
  const has = (name: string): boolean =>
    context?.texts.has(folder === '' ? name : `${folder}/${name}`) === true;
  if ('code' in start || /\.\w+$/.test(start.program)) return 'program';
  if (bases.some((base) => /golang/.test(base)) || has('go.mod')) return 'go';
  if (bases.some((base) => /rust|cargo/.test(base)) || has('Cargo.toml')) return 'rust';
  return 'program';
}

/** `EXPOSE ${PORT}` with a variable that only the build knows: what would have said the port, and does not. */
function unsetExpose({ document, stage }: HealthView): Withheld | null {
  for (const instruction of chainInstructions(stage)) {
    if (instruction.keyword !== 'EXPOSE' || expandAt(document, instruction, instruction.rest.text) !== null)
      continue;
    const name = /\$\{?(\w+)/.exec(instruction.rest.text)?.[1];
    if (name === undefined) continue;
    const reason = `EXPOSE in line ${instruction.line} takes the port from ${name}, which has no value in the file; give it a default (ARG ${name}=8080)`;
    return { code: 'exposed-port-not-set', reason };
  }
  return null;
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

export function portTrap(view: HealthView, port: KnownPort): Withheld | null {
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

export function textOfStart(start: StartCommand | Withheld): string {
  return 'code' in start ? '' : start.words.map(({ text }) => text).join(' ');
}

/** A variable may hold more than a number (`http://+:8080`, `8080;8081`); then the number alone is asked. */
export function probePortOf({ start }: HealthView, { port, variable }: KnownPort): ProbePort {
  if (port === null) return { number: null, variable: variable! };
  const set = 'code' in start ? undefined : start.environment.get(variable ?? '');
  const isNumber =
    variable !== null &&
    /^[A-Z_][A-Z0-9_]*PORT$|^PORT$/.test(variable) &&
    (set === undefined || set === null || /^\d*$/.test(set));
  return { number: port, variable: isNumber ? variable : null };
}
