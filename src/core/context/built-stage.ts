/** Which stage of a file becomes the image that is run, by what compose files say. */
import type { Document } from '../document.ts';
import { stageByName } from '../stages.ts';
import type { Stage } from '../stages.ts';
import type { BuildContext, ComposeBuild } from './build-context.ts';
import { finalStage } from './stage-files.ts';

/** Targets that people build for themselves; what is deployed is the last stage all the same. */
const FOR_DEVELOPERS =
  /^(?:dev|devel|develop|development|local|debug|test|tests|testing|ci|lint|builder?)\b/i;

/**
 * The stage to judge: the last one, which is built when nobody says otherwise, unless all services that build this
 * file name another one, and all the same.
 */
export function builtStage(document: Document, context: BuildContext | null): Stage {
  const last = finalStage(document);
  if (!context || last.index === 0) return last;
  const stages = new Set(context.builds.map((build) => stageOf(document, build)));
  const [stage] = stages;
  return stages.size === 1 && stage && !FOR_DEVELOPERS.test(stage.name ?? '') ? stage : last;
}

/** The compose services that run the image of a stage. */
export function servicesOf(
  document: Document,
  stage: Stage,
  context: BuildContext | null,
): readonly ComposeBuild[] {
  return (context?.builds ?? []).filter((build) => runsStage(document, stage, build));
}

/** Whether what a service builds is that stage. */
export function runsStage(document: Document, stage: Stage, build: ComposeBuild): boolean {
  return stageOf(document, build) === stage;
}

function stageOf(document: Document, { target }: ComposeBuild): Stage | null {
  return target === null ? finalStage(document) : stageByName(document, target);
}
