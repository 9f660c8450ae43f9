/**
 * PHP: the extensions that were compiled and Composer's packages go to a clean copy of the same image; Composer, git and
 * the headers stay behind.
 */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { startupOf } from './startup.ts';
import { above, below } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Place, Planned, Reading, Step } from './words.ts';

const EXTENSIONS =
  /^(?:docker-php-ext-(?:install|configure|enable)|docker-php-source|pecl|phpize|install-php-extensions)$/;
const FOLDERS = ['/usr/local/lib/php/extensions', '/usr/local/etc/php/conf.d'];

export function planPhp(reading: Reading): Planned {
  const { stage, variant } = reading;
  const composes = reading.steps.filter(({ commands }) => (commands ?? []).some(isComposer));
  const install = composes.find(({ commands }) =>
    (commands ?? []).some(({ words }) => words.some(({ value }) => value === 'install')),
  );
  if (!install) return { code: 'nothing-installed', reason: 'no composer install' };
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  if (
    startup.programs.has('composer') ||
    startup.texts.some((text) => /\bcomposer\s+(?:install|update|dump)/.test(text))
  ) {
    return {
      code: 'installs-at-start',
      reason:
        'composer is called when the container starts, so it and what it needs have to stay in the image',
    };
  }
  const { line } = install.instruction;
  const { workdir } = install;
  if (workdir === null || workdir === '/')
    return {
      code: 'works-in-root',
      reason: `line ${line} installs into a folder that is not known, or into /; set WORKDIR to a folder of the application`,
    };
  const elsewhere = composes
    .flatMap(({ commands }) => (commands ?? []).filter(isComposer))
    .some(({ words }) => words.some(({ text }) => /^(?:-d|--working-dir|global)\b/.test(text)));
  if (elsewhere)
    return {
      code: 'installs-elsewhere',
      reason: `line ${line}: composer works in another folder than the working folder`,
    };
  if (!reading.files.files.has(`${workdir}/composer.lock`))
    return {
      code: 'no-lock-file',
      reason: `line ${line}: composer.lock is not in the image, so what composer installs is decided anew by every build`,
    };
  const extended = reading.steps.filter(({ commands }) =>
    (commands ?? []).some((one) => EXTENSIONS.test(programOf(one.words))),
  );
  const last = [...composes, ...extended].sort((a, b) => b.instruction.index - a.instruction.index)[0]!;
  const isWhole = above(reading, last.instruction.index).some((step) => copiesAll(step, workdir));
  const isAgain = below(reading, last.instruction.index).some((step) => copiesAll(step, workdir));
  const early = extended.find((step) =>
    (step.commands ?? []).some((one) => programOf(one.words) === 'install-php-extensions'),
  );
  if (early)
    return {
      code: 'extension-installer',
      reason: `line ${early.instruction.line}: install-php-extensions installs and removes packages by itself, so what stays behind is not known`,
    };
  const isBuild = (one: ShellCommand): boolean =>
    isComposer(one) ||
    EXTENSIONS.test(programOf(one.words)) ||
    programOf(one.words) === 'php' ||
    /getcomposer\.org/.test(one.words.map(({ text }) => text).join(' '));
  const placed = placeSteps(reading, {
    cut: last.instruction.index,
    isBuild,
    copy: (step) => copyPlace(step, workdir, isWhole, isAgain),
    movesFiles: !isWhole,
    buildPackages: /^(?:git|unzip|p7zip-full)$/,
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  const drops = placed.dropped.length > 0;
  if (!drops)
    return {
      code: 'nothing-to-leave-behind',
      reason: 'no tools are installed for the build, so a second stage would leave out composer alone',
    };
  const before = places.get(last.instruction);
  places.set(last.instruction, {
    at: 'builder',
    instead: [
      ...((before?.at === 'builder' ? before.instead : undefined) ?? []),
      ...(extended.length > 0 ? FOLDERS.map((folder) => `COPY --from=${BUILDER} ${folder} ${folder}`) : []),
      isWhole ? `COPY --from=${BUILDER} ${workdir} ./` : `COPY --from=${BUILDER} ${workdir}/vendor ./vendor`,
    ],
  });
  return {
    runtime: stage.base.text,
    cut: last.instruction,
    places,
    certainty: 'likely',
    leaves: `composer, git and the headers${variant.kind === 'alpine' ? '' : ' of the libraries'}`,
    reason:
      'an extension that was compiled here loads a library that the runtime stage installs by its package; a run shows whether one is missing',
    evidence: composes.map(({ instruction }) => ({
      kind: 'source',
      span: instruction.span,
      note: 'installs packages',
    })),
  };
}

function isComposer({ words }: ShellCommand): boolean {
  return (
    /^composer(?:\.phar)?$/.test(programOf(words)) || words.some(({ value }) => value === 'composer.phar')
  );
}

function copiesAll({ instruction, workdir: at }: Step, workdir: string): boolean {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  if (instruction.flags.some(({ name }) => name === 'from')) return false;
  const words = (instruction.json ??
    plainWords(instruction.rest).map(({ text }) => text)) as readonly string[];
  return (
    absolutePath(at, words.at(-1) ?? '?') === workdir &&
    words.slice(0, -1).some((word) => /^\.?\/?$|^[\w-]+\/?$/.test(word))
  );
}

/** `isAgain`: everything is copied once more behind the installation, the manifests with it. */
function copyPlace(
  { instruction, workdir: at }: Step,
  workdir: string,
  isWhole: boolean,
  isAgain: boolean,
): Place {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value?.text;
  if (from !== undefined)
    return { at: /(?:^|\/)composer(?::|@|$)|install-php-extensions/.test(from) ? 'builder' : 'both' };
  const words = (instruction.json ??
    plainWords(instruction.rest).map(({ text }) => text)) as readonly string[];
  const target = absolutePath(at, words.at(-1) ?? '?');
  if (target === null || !isBelow(target, workdir)) return { at: isWhole ? 'both' : 'runtime' };
  if (isWhole) return { at: 'builder' };
  const isManifest = words
    .slice(0, -1)
    .every((word) =>
      /^(?:composer\.(?:json|lock|\*)|composer\*|symfony\.lock|auth\.json)$/.test(baseNameOf(word)),
    );
  if (!isManifest) return { at: 'runtime' };
  return { at: isAgain ? 'builder' : 'both' };
}
