/** Ruby: Bundler's folder and the application go to the slim image, with the libraries that gems were compiled against. */
import { plainWords } from '../arguments.ts';
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import type { Withheld } from '../types.ts';
import { librariesOf, lostPrograms } from './demands.ts';
import { slimOf } from './images.ts';
import { aptRun } from './installs.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { startupOf } from './startup.ts';
import { above, below } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Place, Planned, Reading, Step } from './words.ts';

const BUNDLE = '/usr/local/bundle';

/** Gems that load libraries of the system which the slim image lacks. S: their installation notes. */
const GEMS: Readonly<Record<string, readonly string[] | 'anything'>> = {
  pg: ['libpq-dev'],
  mysql2: ['default-libmysqlclient-dev'],
  sqlite3: ['libsqlite3-dev'],
  'ruby-vips': ['libvips-dev'],
  image_processing: [],
  charlock_holmes: ['libicu-dev'],
  curb: ['libcurl4-openssl-dev'],
  rmagick: 'anything',
  'ruby-filemagic': ['libmagic-dev'],
  rugged: 'anything',
  tiny_tds: ['freetds-dev'],
  rdkafka: [],
};

export function planRuby(reading: Reading): Planned {
  const { variant, stage, image } = reading;
  const installs = reading.steps.filter(({ commands }) => (commands ?? []).some(isInstall));
  const install = installs.at(-1);
  if (!install) return { code: 'nothing-installed', reason: 'no bundle install' };
  const startup = startupOf(reading);
  if (isWithheld(startup)) return startup;
  if (startup.texts.some((text) => /\bbundle\s+(?:install|update)\b|\bgem\s+install\b/.test(text))) {
    return {
      code: 'installs-at-start',
      reason: 'gems are installed when the container starts, so what that needs has to stay in the image',
    };
  }
  const { line } = install.instruction;
  const { workdir } = install;
  if (workdir === null || workdir === '/')
    return {
      code: 'works-in-root',
      reason: `line ${line} installs into /, where the application cannot be told from the system; set WORKDIR to a folder such as /app`,
    };
  if (install.user !== '' && !/^(?:root|0)(?::|$)/.test(install.user))
    return {
      code: 'installs-as-a-user',
      reason: `line ${line} installs as the user ${install.user}, into folders of that user`,
    };
  if (!reading.files.files.has(`${workdir}/Gemfile.lock`)) {
    return {
      code: 'no-lock-file',
      reason: `line ${line}: Gemfile.lock is not in the image, so what bundle installs is decided anew by every build`,
    };
  }
  const lock = stageText(reading.context, reading.files, `${workdir}/Gemfile.lock`);
  const gemfile = stageText(reading.context, reading.files, `${workdir}/Gemfile`);
  const listed = lock ?? gemfile;
  if (listed === null)
    return {
      code: 'manifest-not-seen',
      reason: `line ${line}: neither Gemfile nor Gemfile.lock is among the files that could be read`,
    };
  if (/^GIT$|^[ \t]*git\s|\bgit(?:hub)?:/m.test(listed))
    return {
      code: 'git-gems',
      reason: 'a gem comes from a git repository, and may need git and its history when it runs',
    };
  if (/^PATH$|\bpath:\s*['"]/m.test(listed))
    return { code: 'local-dependency', reason: 'a gem comes from a folder of the build context' };
  const settings = reading.steps
    .map(({ instruction }) => (/^(?:RUN|ENV)$/.test(instruction.keyword) ? instruction.rest.text : ''))
    .join('\n');
  if (/BUNDLE_PATH|GEM_HOME|vendor\/bundle|--path\b|--deployment\b|deployment\b/.test(settings)) {
    return {
      code: 'bundle-path',
      reason: 'the gems are put into a folder of their own, by a setting or by --deployment',
    };
  }
  const builds = reading.steps.filter(({ commands }) =>
    (commands ?? []).some((one) => isInstall(one) || isTask(one)),
  );
  const last = builds.at(-1)!;
  const isFull = variant.kind === 'full';
  const runtime = isFull ? slimOf(stage.base.text, image) : stage.base.text;
  if (runtime === null || variant.kind === 'other')
    return {
      code: 'variant-not-known',
      reason: `the tag of ${stage.base.text} does not say which variant it is, so no smaller one is known`,
    };
  const extra = isFull ? systemNeeds(reading, listed) : [];
  if (isWithheld(extra)) return extra;
  const isWhole =
    last !== install || above(reading, last.instruction.index).some((step) => copiesAll(step, workdir));
  const placed = placeSteps(reading, {
    cut: last.instruction.index,
    isBuild: (one) => isBuild(one),
    copy: (step) => copyPlace(reading, step, workdir, isWhole, last),
    extraPackages: extra,
    movesFiles: !isWhole,
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  const drops = placed.dropped.length > 0;
  if (!isFull && !drops)
    return {
      code: 'nothing-to-leave-behind',
      reason:
        'the base image is small and no tools are installed for the build, so a second stage would leave nothing out',
    };
  const before = places.get(last.instruction);
  places.set(last.instruction, {
    at: 'builder',
    instead: [
      ...(placed.extra.length > 0 ? [aptRun(reading, placed.extra, false)] : []),
      ...((before?.at === 'builder' ? before.instead : undefined) ?? []),
      `COPY --from=${BUILDER} ${BUNDLE} ${BUNDLE}`,
      ...(isWhole ? [`COPY --from=${BUILDER} ${workdir} ./`] : []),
    ],
  });
  return {
    runtime,
    cut: last.instruction,
    places,
    certainty: 'likely',
    leaves: isFull ? "the build tools of ruby's full image" : 'the compilers and headers',
    reason: 'a gem that was compiled here may load a library that only the build image has; a run shows it',
    evidence: builds.map(({ instruction }) => ({
      kind: 'source',
      span: instruction.span,
      note: 'installs or builds',
    })),
  };
}

function isInstall({ words }: ShellCommand): boolean {
  return (
    programOf(words) === 'bundle' &&
    (words.length === 1 || words.slice(1).some(({ value }) => value === 'install'))
  );
}

/** `rails assets:precompile`, `bundle exec rake x`, `bootsnap precompile`. */
function isTask({ words }: ShellCommand): boolean {
  return (
    /^(?:rails|rake|bundle|bootsnap)$/.test(programOf(words)) &&
    words.some(({ text }) =>
      /assets:precompile|bootsnap|assets:clean|webpacker:compile|vite:build/.test(text),
    )
  );
}

function isBuild(command: ShellCommand): boolean {
  const program = programOf(command.words);
  if (isInstall(command) || isTask(command)) return true;
  return /^(?:bundle|gem|npm|yarn|corepack|pnpm)$/.test(program);
}

function copiesAll({ instruction, workdir: at }: Step, workdir: string): boolean {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  const words = (instruction.json ??
    plainWords(instruction.rest).map(({ text }) => text)) as readonly string[];
  const target = absolutePath(at, words.at(-1) ?? '?');
  return target === workdir && words.slice(0, -1).some((word) => /^\.?\/?$/.test(word));
}

function copyPlace(reading: Reading, step: Step, workdir: string, isWhole: boolean, last: Step): Place {
  const { instruction } = step;
  if (instruction.flags.some(({ name }) => name === 'from')) return { at: 'both' };
  const words = (instruction.json ??
    plainWords(instruction.rest).map(({ text }) => text)) as readonly string[];
  const target = absolutePath(step.workdir, words.at(-1) ?? '?');
  if (target === null || !isBelow(target, workdir)) return { at: isWhole ? 'both' : 'runtime' };
  if (isWhole) return { at: 'builder' };
  if (
    words
      .slice(0, -1)
      .every((word) =>
        /^(?:Gemfile\*?|Gemfile\.lock\*?|\.ruby-version|\.tool-versions|[\w-]+\.gemspec)$/.test(
          baseNameOf(word),
        ),
      )
  ) {
    // Bundler looks for the Gemfile again when the program starts.
    return {
      at: below(reading, last.instruction.index).some((other) => copiesAll(other, workdir))
        ? 'builder'
        : 'both',
    };
  }
  return { at: 'both' };
}

function systemNeeds(reading: Reading, listed: string): readonly string[] | Withheld {
  const lost = lostPrograms(reading);
  if (isWithheld(lost)) return lost;
  const needed = new Set(lost);
  for (const [gem, links] of Object.entries(GEMS)) {
    if (!new RegExp(`^\\s*(?:gem\\s+['"])?${gem}(?:['"]|\\s+\\(|\\s*$)`, 'm').test(listed)) continue;
    if (links === 'anything')
      return {
        code: 'links-to-what-it-finds',
        reason: `${gem} is compiled against whatever libraries the build image has, so which of them it needs is not known`,
      };
    const libraries = librariesOf(reading, links, gem);
    if (isWithheld(libraries)) return libraries;
    for (const library of libraries) needed.add(library);
  }
  const own = reading.steps
    .map(({ instruction }) => (instruction.keyword === 'RUN' ? instruction.rest.text : ''))
    .join('\n');
  return [...needed].filter(
    (name) => !new RegExp(`(?:^|\\s)${name.replace(/[.+]/g, '\\$&')}(?=[\\s=;]|$)`, 'm').test(own),
  );
}
