/** What the runtime stage of a Node project takes over: packages, the output of a build, or everything. */
import { plainWords } from '../arguments.ts';
import { baseNameOf, cleanPath } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { sourceSpan } from '../lines.ts';
import type { StartCommand } from '../context/start-command.ts';
import { isWithheld } from '../shell.ts';
import type { Edit, Evidence, Withheld } from '../types.ts';
import { absolutePath, isBelow } from '../runtime/final-image.ts';
import { expandAt, variableAt } from '../variables.ts';
import { DEV_ENTRIES } from './node.data.ts';
import { above, below, lastOf } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Reading, Step } from './words.ts';
import type { Project } from './node-project.ts';

export interface Takes {
  /** The packages are in the output already. */
  readonly isComplete?: true;
  readonly edits?: readonly Edit[];
  readonly lines: readonly string[];
  /** Everything in the working folder comes from the builder. */
  readonly isWhole: boolean;
  readonly start: StartCommand | null;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

const WHOLE =
  'the whole folder of the application is taken over; a run shows whether it needs more than that';

/** No build: the packages, and the sources as they were. */
export function takeModules(reading: Reading, { workdir, last }: Project): Takes {
  const start = isWithheld(reading.start) ? null : reading.start;
  const early = above(reading, last.instruction.index).some((step) => isWholeCopy(reading, step, workdir));
  if (early)
    return {
      lines: [`COPY --from=${BUILDER} ${workdir} ./`],
      isWhole: true,
      start,
      reason: WHOLE,
      evidence: [],
    };
  return {
    lines: [`COPY --from=${BUILDER} ${workdir}/node_modules ./node_modules`],
    isWhole: false,
    start,
    reason:
      'the packages are taken over and the sources copied as before; a package with native code may load a library that only the build image has',
    evidence: [],
  };
}

/** Copies a folder of the context to the folder of the application. */
export function isWholeCopy(reading: Reading, { instruction, workdir: at }: Step, workdir: string): boolean {
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
  if (instruction.flags.some(({ name }) => name === 'from')) return false;
  const words = (instruction.json ?? plainWords(instruction.rest).map(({ text }) => text)).map((word) =>
    expandAt(reading.document, instruction, word),
  );
  const target = absolutePath(at, words.at(-1) ?? '?');
  if (target !== workdir) return false;
  return words.slice(0, -1).some((word) => {
    const path = word === null ? null : cleanPath(word);
    return path === '' || (path !== null && reading.context.entries.get(path)?.kind === 'folder');
  });
}

/** A build: its output with the packages, or everything. */
export function takeBuild(reading: Reading, project: Project): Takes | Withheld {
  const { start } = reading;
  const { workdir, last } = project;
  if (isWithheld(start)) {
    return {
      lines: [`COPY --from=${BUILDER} ${workdir} ./`],
      isWhole: true,
      start: null,
      reason: WHOLE,
      evidence: [],
    };
  }
  const output = outputOf(reading, project, start);
  const standalone = output === '.next' ? takeStandalone(reading, project, start) : null;
  if (standalone) return standalone;
  if (output === null)
    return {
      lines: [`COPY --from=${BUILDER} ${workdir} ./`],
      isWhole: true,
      start,
      reason: WHOLE,
      evidence: [],
    };
  const extras = readAtRunTime(reading, project, output);
  if (extras === null)
    return {
      lines: [`COPY --from=${BUILDER} ${workdir} ./`],
      isWhole: true,
      start,
      reason: WHOLE,
      evidence: [],
    };
  const copied = new Set(
    below(reading, last.instruction.index).flatMap(({ instruction }) =>
      instruction.keyword === 'COPY'
        ? plainWords(instruction.rest).map(({ text }) => text.replace(/^\.\//, '').replace(/\/$/, ''))
        : [],
    ),
  );
  const files = ['package.json', ...extras.filter((name) => isFile(reading, `${workdir}/${name}`))].filter(
    (name) => !copied.has(name),
  );
  const folders = extras.filter((name) => !isFile(reading, `${workdir}/${name}`) && !copied.has(name));
  const modules = output === '.output' ? [] : ['node_modules'];
  return {
    lines: [
      `COPY --from=${BUILDER} ${files.map((name) => `${workdir}/${name}`).join(' ')} ./`,
      ...[...modules, output, ...folders].map(
        (name) => `COPY --from=${BUILDER} ${workdir}/${name} ./${name}`,
      ),
    ],
    isWhole: false,
    start,
    reason: `${start.steps.at(-1)?.text.slice(0, 60) ?? start.program} starts what the build writes to ${output}; a file that is read at run time and was not foreseen shows in a run`,
    evidence: start.steps.map(({ evidence }) => evidence),
  };
}

/** `output: 'standalone'`: next puts a server with all that it needs beside its other output. */
function takeStandalone(reading: Reading, { workdir, last }: Project, start: StartCommand): Takes | null {
  const config = [...reading.files.files.keys()].find((path) =>
    /^\/.*\/next\.config\.[cm]?[jt]s$/.test(path),
  );
  const text = config === undefined ? null : stageText(reading.context, reading.files, config);
  if (text === null || !/output\s*:\s*['"]standalone['"]/.test(text)) return null;
  const cmd = lastOf(reading.steps, 'CMD')?.instruction;
  // Where the server is put depends on the folder that is traced.
  const isPlain = cmd && cmd.index > last.instruction.index && !lastOf(reading.steps, 'ENTRYPOINT');
  if (!isPlain || /outputFileTracingRoot/.test(text) || start.before.length > 0) return null;
  const { start: from, end } = sourceSpan(cmd.rest, 0, cmd.rest.text.length);
  const at = start.args.findIndex(({ text: word }) => /^(?:-p|--port)$/.test(word));
  const port = at < 0 ? '3000' : (start.args[at + 1]?.value ?? null);
  if (port === null) return null;
  const isSet = (name: string): boolean =>
    variableAt(reading.document, { ...cmd, index: cmd.index + 1 }, name) !== undefined;
  const settings = [
    ...(isSet('HOSTNAME') ? [] : ['HOSTNAME=0.0.0.0']),
    ...(isSet('PORT') ? [] : [`PORT=${port}`]),
  ];
  const hasPublic = [...reading.files.files.keys()].some((path) => isBelow(path, `${workdir}/public`));
  return {
    lines: [
      ...(settings.length > 0 ? [`ENV ${settings.join(' ')}`] : []),
      `COPY --from=${BUILDER} ${workdir}/.next/standalone ./`,
      `COPY --from=${BUILDER} ${workdir}/.next/static ./.next/static`,
      ...(hasPublic ? [`COPY --from=${BUILDER} ${workdir}/public ./public`] : []),
    ],
    isWhole: false,
    isComplete: true,
    edits: [
      { start: from, end, before: reading.document.text.slice(from, end), text: '["node", "server.js"]' },
    ],
    start,
    reason: `${baseNameOf(config!)} asks for a standalone server, which brings the packages that it needs`,
    evidence: start.steps.map(({ evidence }) => evidence),
  };
}

function isFile({ files }: Reading, path: string): boolean {
  return files.files.has(path);
}

/** The folder that the build writes and the start runs; null when the start runs sources. */
function outputOf({ files }: Reading, { workdir }: Project, start: StartCommand): string | null {
  if (start.workdir !== workdir) return null;
  if (start.program === 'next' && start.args[0]?.value === 'start') return '.next';
  if (start.program !== 'node') return null;
  let at = 0;
  while (start.args[at]?.text.startsWith('-'))
    at += /^(?:-r|--require|--import|--loader|--env-file)$/.test(start.args[at]!.text) ? 2 : 1;
  const required = start.args.slice(0, at).some(({ text }) => /ts-node|tsconfig-paths|dotenv/.test(text));
  const entry = start.args[at]?.value;
  const path = entry === undefined || entry === null ? null : absolutePath(workdir, entry);
  if (path === null || required || !isBelow(path, workdir)) return null;
  const output = path.slice(workdir.length + 1).split('/', 1)[0]!;
  if (output === '' || !path.slice(workdir.length + 1).includes('/')) return null;
  // What the context itself has there is no output.
  return [...files.files.keys()].some((file) => isBelow(file, `${workdir}/${output}`)) ? null : output;
}

/** What `next build` has compiled into its output. */
const NEXT_SOURCES =
  /^(?:app|pages|components?|lib|libs|types|typings|hooks|contexts?|stores?|styles|utils|features|modules|providers|services|constants|helpers|middleware\.[jt]s|instrumentation\.[jt]s|components\.json|.*\.tsx?)$/;

const NEXT_CONFIG = /^next\.config\./;

const READS_SOURCES = /['"`](?:\.{1,2}\/){0,9}src\/[^'"`\n]{0,200}['"`]/;

/** Entries of the project that the program may read; null where sources are read, or too much is there. */
function readAtRunTime(reading: Reading, { workdir }: Project, output: string): readonly string[] | null {
  const names = new Set<string>();
  for (const path of reading.files.files.keys()) {
    if (!isBelow(path, workdir) || path === workdir) continue;
    const name = path.slice(workdir.length + 1).split('/', 1)[0]!;
    if (name === output) continue;
    if (output === '.next' && NEXT_SOURCES.test(name) && !NEXT_CONFIG.test(name)) continue;
    if (!DEV_ENTRIES.test(name) || NEXT_CONFIG.test(name) || /^\.env(?:\.production)?$/.test(name))
      names.add(name);
    if (/\/src\/.*\.[cm]?[jt]s$/.test(path)) {
      const text = stageText(reading.context, reading.files, path);
      if (
        text !== null &&
        /readFile|createReadStream|sendFile|express\.static|entities|migrations|glob|typesGenerator|autoload/i.test(
          text,
        ) &&
        READS_SOURCES.test(text.replace(/^[ \t]*(?:import|export)\b.*$/gm, ''))
      )
        return null;
    }
  }
  return names.size > 12 ? null : [...names].sort();
}
