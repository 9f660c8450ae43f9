/** What a server says of its port, and how most servers say it: by an option, a variable, a default. */
import type { Document } from '../../document.ts';
import type { Stage } from '../../stages.ts';
import type { Withheld } from '../../types.ts';
import type { BuildContext } from '../build-context.ts';
import type { Found, ListeningPort } from '../port-proof.ts';
import { bindOf, environmentPort, optionValue, wordPort } from '../port-values.ts';
import type { SaidPort } from '../port-values.ts';
import type { StageFiles } from '../stage-files.ts';
import type { StartCommand } from '../start-command.ts';

export interface Look {
  readonly document: Document;
  readonly stage: Stage;
  readonly context: BuildContext | null;
  readonly files: StageFiles | null;
  readonly start: StartCommand;
}

export interface Server {
  readonly name: string;
  readonly protocol: ListeningPort['protocol'];
  /** What it says of its port, the strongest first. */
  readonly found: readonly Found[];
  /** False for a program that is known to serve nothing by itself. */
  readonly serves?: false;
  /** Why nothing was found, where that is more than "nobody says". */
  readonly unseen?: Withheld;
}

export type Reader = (look: Look) => Server | Withheld | null;

export const SOCKET: Withheld = { code: 'socket', reason: 'it listens on a unix socket, not on a port' };

/** A server with options for its port, variables that it reads, and a default. */
export interface Settings {
  readonly options?: readonly string[];
  readonly variables?: readonly string[];
  readonly standard: number | null;
  /** Where it listens when nobody says. */
  readonly bind?: SaidPort['bind'];
  /** A configuration of its own may change the default. */
  readonly isWeak?: true;
}

export function plain(name: string, settings: Settings): Reader {
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

export function http(name: string, found: readonly Found[]): Server {
  return { name, protocol: 'http', found };
}

export function standard(name: string, settings: Settings): readonly Found[] {
  if (settings.standard === null) return [];
  const found = defaultFound(
    name,
    settings.standard,
    settings.bind ?? 'unknown',
    settings.variables?.[0] ?? null,
  );
  return [settings.isWeak ? { ...found, isWeak: true } : found];
}

export function flagFound({ start }: Look, name: string, said: SaidPort): Found {
  const note =
    said.port === null
      ? `the command takes the port of ${name} from ${said.variable ?? 'the run'}`
      : `the command tells ${name} port ${said.port}`;
  return { ...said, kind: 'flag', note, evidence: start.steps.at(-1)!.evidence };
}

export function environmentFound({ start }: Look, name: string, said: SaidPort): Found {
  const note = `${name} reads ${said.variable}${said.port === null ? '' : `, which is ${said.port}`}`;
  return { ...said, kind: 'environment', note, evidence: start.steps.at(-1)!.evidence };
}

export function defaultFound(
  name: string,
  port: number,
  bind: SaidPort['bind'],
  variable: string | null,
): Found {
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

export function sourceFound(
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

export function simple(name: string, port: number, protocol: ListeningPort['protocol']): Reader {
  return () => ({ name, protocol, found: [defaultFound(name, port, 'any', null)] });
}

/** The same for servers whose port a RUN may have written into a configuration. */
export function configurable(name: string, port: number, files: RegExp): Reader {
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
