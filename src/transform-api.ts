/**
 * The only door through which a transform sees the rest of dockfix: the words it speaks and the readers it may use.
 * Nothing behind it does I/O, so a transform cannot either.
 */
export type {
  ContextRequest,
  DigestRequest,
  Edit,
  Evidence,
  Fact,
  FactRequest,
  Facts,
  Finding,
  Fix,
  Footprint,
  ImageConfigRequest,
  ImageFilesRequest,
  ImageTagsRequest,
  ImageUpdateRequest,
  OptionSpec,
  OptionValues,
  OsReleaseRequest,
  ResolvedImage,
  Safety,
  Span,
  Transform,
  TransformMeta,
  Withheld,
} from './core/types.ts';
export type { BuildContext, ComposeBuild, ContextEntry, Project } from './core/context/build-context.ts';
export type { ListeningPort, PortProof } from './core/context/listening-port.ts';
export type { RunWord } from './core/context/shell-words.ts';
export type { ProjectDescription, Said } from './core/context/project.ts';
export type { StageFile, StageFiles, UnknownFiles } from './core/context/stage-files.ts';
export type { BaseConfig, StartCommand, StartStep } from './core/context/start-command.ts';
export type { Document, Instruction } from './core/document.ts';
export type {
  ConfiguredImage,
  FilePresence,
  Healthcheck,
  ImageConfig,
  ImageFiles,
  ImageUpdate,
  OsRelease,
  VersionTag,
} from './core/image-facts.ts';
export type { ImageRef } from './core/image-ref.ts';
export type { ImageUse } from './core/image-uses.ts';
export type { ShellCommand, ShellScript, ShellWord } from './core/shell.ts';
export type { Stage } from './core/stages.ts';
export type { AptCall } from './core/apt.ts';
export type { BaseImageFacts, BaseImageHint, Tool } from './facts/base-images.ts';

export { aptCall, effectOnLists, firstProgram, leavesOutRecommended } from './core/apt.ts';
export { argumentNames, escapeQuoted, keyValuePairs, unquote } from './core/arguments.ts';
export { expandFrom } from './core/build-arguments.ts';
export { baseNameOf, cleanPath, contextHas, folderOf, sentText } from './core/context/build-context.ts';
export { exposedPorts, listeningPort } from './core/context/listening-port.ts';
export { builtStage } from './core/context/built-stage.ts';
export { describeProject, labelsSetByCi } from './core/context/project.ts';
export { expandWord } from './core/context/shell-words.ts';
export { filesInStage, finalStage, stageText } from './core/context/stage-files.ts';
export { startCommand } from './core/context/start-command.ts';
export { startInstructions } from './core/context/start/configuration.ts';
export { labelEdits } from './core/label-edits.ts';
export { labelRepairs } from './core/label-repairs.ts';
export { LABEL_FEEDS, basesOf, newLabels } from './core/label-values.ts';
export { LABEL_KEYS, LABEL_PREFIX, labelsOf } from './core/labels.ts';
export type { Label } from './core/labels.ts';
export { lineAt, lineEndingAt, lineStartAt, sourceText } from './core/document.ts';
export { EXCLUDE, isListed } from './core/exclusion.ts';
export { stageSuite } from './core/debian-suite.ts';
export type { DebianSuite, StageSuite } from './core/debian-suite.ts';
export { isFloatingTag, namesOneVersion } from './core/floating-tags.ts';
export { effectiveTag, matchesWildcard, parseImageRef, repositoryName } from './core/image-ref.ts';
export { imageUses } from './core/image-uses.ts';
export { compareImages, counterpart, matchesPlatform } from './core/platforms.ts';
export type { ImageChange, PlatformImage } from './core/platforms.ts';
export { sourceSpan } from './core/lines.ts';
export { appendCommand, isWithheld, readShellText, shellOf } from './core/shell.ts';
export { mountFields, shippedStages, stagesOf } from './core/stages.ts';
export { HANDLES_SIGTERM, UWSGI, handlesSignals, hasCode, signalServerOf } from './core/stop-signals.ts';
export { variableAt } from './core/variables.ts';
export { atMost, baseAccounts, baseImageHint, scratchHint } from './facts/base-images.ts';
export { recommendedPackages, recommendsSource } from './facts/apt-recommends.ts';
export type { BaseAccounts, KnownBase } from './core/runtime/base.ts';
export type { FinalImage } from './core/runtime/final-image.ts';
export type { Profile } from './core/runtime/identity.ts';
export { baseRequests, knownBase } from './core/runtime/base.ts';
export { judgeOwners } from './core/runtime/copy-owner.ts';
export { builtImageOf, finalImageOf } from './core/runtime/final-image.ts';
export { imageTexts } from './core/runtime/image-texts.ts';
export { judgeUserName } from './core/runtime/numeric-user.ts';
export { judgeUser } from './core/runtime/user-ladder.ts';
export { checkDefects } from './facts/health/defects.ts';
export { insertCheck } from './facts/health/layout.ts';
export { decideHealth } from './facts/health/plan.ts';
export { hasOwnCheck, healthView, requestsToAdd, requestsToFix } from './facts/health/view.ts';
export { judgeSplit } from './core/split/judge.ts';
export { splitRequests } from './core/split/reading.ts';
export { judgeShippedTools } from './core/split/shipped.ts';
export { DISTROLESS_STACKS, judgeDistroless } from './core/split/distroless.ts';
export { judgeSlim, slimRequests } from './core/split/slim.ts';
