/** What is looked at to judge the health check of a file: its final stage, what is in its image, what it starts. */
import type { BuildContext } from '../../core/context/build-context.ts';
import { builtStage } from '../../core/context/built-stage.ts';
import { finalStage } from '../../core/context/stage-files.ts';
import { startInstructions } from '../../core/context/start/configuration.ts';
import { startCommand } from '../../core/context/start-command.ts';
import type { BaseConfig, StartCommand } from '../../core/context/start-command.ts';
import type { Document } from '../../core/document.ts';
import { effectiveCheck } from '../../core/healthcheck.ts';
import type { ConfiguredImage } from '../../core/image-facts.ts';
import { shippedStages, stagesOf } from '../../core/stages.ts';
import type { Stage } from '../../core/stages.ts';
import type { Fact, FactRequest, Facts, Withheld } from '../../core/types.ts';
import { baseImageOf, documentedStart, documentedWorkdir, hintOf } from './base.ts';
import type { BaseImage } from './base.ts';
import { PROBE_PATHS, programsOf } from './programs.ts';
import type { Programs } from './programs.ts';
import { languageOf, languageOfBase, startedPrograms } from './started.ts';

/** Everything about the final stage that health checks depend on. */
export interface HealthView {
  readonly document: Document;
  readonly stage: Stage;
  readonly base: BaseImage;
  readonly context: BuildContext | null;
  readonly config: Fact<ConfiguredImage> | null;
  /** Where the base image starts; null when that is not known. */
  readonly workdir: string | null;
  readonly start: StartCommand | Withheld;
  /** What was taken for granted on the way to `start`. */
  readonly assumptions: readonly string[];
  readonly programs: Programs;
  /** `python`, `node`, …: what the started program is written in; null when that is not known. */
  readonly language: string | null;
  readonly isPython2: boolean;
}

/** Whether the file itself says how the image that is run is checked, `HEALTHCHECK NONE` included. */
export function hasOwnCheck(document: Document, facts: Facts): boolean {
  return effectiveCheck(builtStage(document, contextOf(facts))) !== null;
}

function contextOf(facts: Facts): BuildContext | null {
  const found = facts.get({ kind: 'context' });
  return found.ok ? found.value : null;
}

/** What has to be known of the base image of every stage that may be the one that is run, and of the context. */
function healthRequests(document: Document, hasCheck: boolean): readonly FactRequest[] {
  const stages = stagesOf(document).length === 1 ? stagesOf(document) : shippedStages(document);
  const requests: FactRequest[] = [];
  for (const stage of stages) {
    if ((effectiveCheck(stage) !== null) !== hasCheck) continue;
    const { image, platform } = baseImageOf(document, stage);
    if (!image) continue;
    requests.push(
      { kind: 'image-config', image, platform },
      { kind: 'image-files', image, platform, paths: PROBE_PATHS },
    );
  }
  const isAsked = requests.length > 0 || (effectiveCheck(finalStage(document)) !== null) === hasCheck;
  return isAsked ? [{ kind: 'context' }, ...requests] : [];
}

/** What to ask for a file that has no health check, where one may be added. */
export function requestsToAdd(document: Document): readonly FactRequest[] {
  return healthRequests(document, false);
}

/** The same for a file that has one. */
export function requestsToFix(document: Document): readonly FactRequest[] {
  return healthRequests(document, true);
}

/** What decides early is at hand; what has to read shell texts is read when somebody asks for it. */
export function healthView(document: Document, facts: Facts): HealthView {
  const context = contextOf(facts);
  const stage = builtStage(document, context);
  const base = baseImageOf(document, stage);
  const { image, platform } = base;
  const config = image ? facts.get({ kind: 'image-config', image, platform }) : null;
  const documented = config?.ok ? null : documentedStart(base);
  const workdir = config?.ok ? config.value.config.workingDirectory || '/' : documentedWorkdir(base);
  const started = once(() => startOf(document, stage, context, baseConfig(config) ?? documented, workdir));
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
    workdir,
    get start() {
      return started().start;
    },
    get assumptions() {
      const { assumed } = started();
      const own = startInstructions(stage);
      // With an ENTRYPOINT of its own, what the base image starts is gone.
      const byDocumentation = documented && own.cmd === null && own.entrypoint === null;
      return [
        ...(byDocumentation
          ? [`what ${base.image?.repository ?? base.name} starts is known from its documentation`]
          : []),
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
  workdir: string | null,
): { readonly start: StartCommand | Withheld; readonly assumed: string | null } {
  const start = startCommand(document, stage, context, config, workdir);
  const { entrypoint, cmd } = startInstructions(stage);
  if (!('code' in start) || !UNSEEN.has(start.code) || !entrypoint || !cmd || stage.parent)
    return { start, assumed: null };
  const bare: Stage = {
    ...stage,
    instructions: stage.instructions.filter(({ keyword }) => keyword !== 'ENTRYPOINT'),
  };
  const nothing: BaseConfig = { entrypoint: [], cmd: null, env: new Map(), workingDir: '' };
  const given = startCommand(document, bare, context, nothing, workdir);
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
