/** .NET: what `dotnet publish` writes goes to the runtime image of the same version and distribution. */
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import { written } from './assets.ts';
import { startedFile } from './compiled.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { lastOf } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Planned, Reading } from './words.ts';

export function planDotnet(reading: Reading): Planned {
  const { image, start } = reading;
  if (
    !isWithheld(start) &&
    start.program === 'dotnet' &&
    /^(?:run|watch|test|ef)$/.test(start.args[0]?.text ?? '')
  ) {
    return {
      code: 'development-server',
      reason: 'dotnet run compiles the sources when the container starts; start what dotnet publish has made',
    };
  }
  const publish = reading.steps.findLast(({ commands }) => (commands ?? []).some(isPublish));
  if (!publish) return { code: 'nothing-installed', reason: 'no dotnet publish' };
  const { line } = publish.instruction;
  const command = publish.commands!.findLast(isPublish)!;
  const at = command.words.findIndex(({ text }) => /^(?:-o|--output)(?:=|$)/.test(text));
  const out =
    at < 0
      ? null
      : command.words[at]!.text.includes('=')
        ? command.words[at]!.text.replace(/^[^=]*=/, '')
        : (command.words[at + 1]?.value ?? null);
  const folder = out === null ? null : absolutePath(publish.workdir, out);
  if (folder === null || folder === publish.workdir)
    return {
      code: 'output-not-known',
      reason: `line ${line}: into which folder dotnet publishes is not known; say it with -o`,
    };
  const started = startedFile(reading, false);
  if (isWithheld(started)) return started;
  const dll = started.words[0] === 'dotnet' ? started.words[1] : undefined;
  const workdir = lastOf(reading.steps, 'WORKDIR')?.workdir ?? publish.workdir;
  const path = dll === undefined ? started.path : absolutePath(workdir, dll);
  if (path === null || !isBelow(path, folder))
    return {
      code: 'other-program-started',
      reason: `what is started, ${(dll ?? started.words[0] ?? '').slice(0, 60)}, does not lie in ${folder}, where dotnet publishes`,
    };
  const projects = [...reading.files.files.values()].filter(({ path: file }) =>
    /\.(?:cs|fs|vb)proj$/.test(file),
  );
  const texts = projects.map(({ path: file }) => stageText(reading.context, reading.files, file) ?? '');
  const programs = texts.filter((text) =>
    /Microsoft\.NET\.Sdk\.(?:Web|Worker)|<OutputType>\s*Exe/.test(text),
  );
  if (programs.length !== 1)
    return {
      code: 'several-projects',
      reason:
        programs.length === 0
          ? 'which project is started is not known'
          : 'several projects can be started, and which of them it is, is not followed',
    };
  const isWeb =
    /Microsoft\.NET\.Sdk\.Web/.test(programs[0]!) || /Microsoft\.AspNetCore\.App/.test(programs[0]!);
  const tag = image.tag ?? '';
  if (!/^\d+\.\d+/.test(tag))
    return { code: 'version-not-known', reason: `the tag of ${image.raw} does not say which version it is` };
  const placed = placeSteps(reading, {
    cut: publish.instruction.index,
    isBuild: (one) => programOf(one.words) === 'dotnet',
    copy: ({ instruction }) =>
      instruction.flags.some(({ name }) => name === 'from') ? { at: 'both' } : { at: 'builder' },
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  places.set(publish.instruction, {
    at: 'builder',
    instead: [`COPY --from=${BUILDER} ${folder} ${written(folder, publish.workdir)}`],
  });
  return {
    runtime: `mcr.microsoft.com/dotnet/${isWeb ? 'aspnet' : 'runtime'}:${runtimeTag(tag)}`,
    cut: publish.instruction,
    places,
    certainty: 'likely',
    leaves: 'the SDK and the sources',
    reason:
      'what was published runs on the runtime of the same version; dockfix has not run one of these images, so build and run it',
    evidence: [{ kind: 'source', span: command.span, note: 'publishes the program' }],
  };
}

/** `8.0.100` is a version of the SDK; the runtime has versions of its own. */
function runtimeTag(tag: string): string {
  return tag.replace(/^(\d+\.\d+)\.\d+/, '$1');
}

function isPublish({ words }: ShellCommand): boolean {
  return programOf(words) === 'dotnet' && words[1]?.value === 'publish';
}
