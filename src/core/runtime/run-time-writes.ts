/**
 * Where a program writes when it runs, as far as its sources, its options and the variables of the image say it, and
 * what another user than root needs for that. A folder that is nobody else's is given to the user; a file in a folder
 * of the system cannot be.
 */
import { keyValuePairs } from '../arguments.ts';
import type { Document, Instruction } from '../document.ts';
import type { Evidence } from '../types.ts';
import { absolutePath, isBelow } from './final-image.ts';
import type { FinalImage } from './final-image.ts';
import { appFolders, isHandedOver, volumesOf } from './ownership.ts';
import type { Blocker } from './root-needs.ts';
import { isSource, writesInSource } from './source-writes.ts';
import type { ImageTexts, Place, StartTrace } from './start-trace.ts';
import { variableAt } from '../variables.ts';

/** A path that the program writes to. */
interface RunTimeWrite {
  /** Absolute path of the folder that has to be writable. */
  readonly folder: string;
  readonly path: string;
  readonly label: string;
  readonly evidence: Evidence;
}

export interface RunTimeWrites {
  /** Folders outside the application's own that it gets, each once. */
  readonly folders: readonly string[];
  readonly evidence: readonly Evidence[];
  /** How many source texts were searched. */
  readonly searched: number;
  /** And how many were not, because they are too many or could not be read. */
  readonly unread: number;
}

export interface WritesInput {
  readonly document: Document;
  readonly image: FinalImage;
  readonly texts: ImageTexts;
  readonly trace: StartTrace;
  /** Where the program is started; null when that is not known. */
  readonly workdir: string | null;
  readonly baseWorkdir: string | null;
  readonly hasShell: boolean;
}

/** What the user has to be given, or what cannot be given to it. */
export function runTimeWrites(input: WritesInput): RunTimeWrites | Blocker {
  const { hasShell } = input;
  const { writes: inSources, searched, unread } = sourceWrites(input);
  const writes = [...optionWrites(input), ...variableWrites(input), ...inSources];
  const folders: string[] = [];
  const evidence: Evidence[] = [];
  for (const write of writes) {
    if (isOpen(write.folder) || isOwned(input, write.folder)) continue;
    if (isShared(write.folder)) {
      return {
        code: 'writes-to-system-folder',
        reason: `${write.label} writes ${write.path}, and ${write.folder} belongs to root; log to standard output, or name a folder of its own and make it in the image`,
        evidence: [write.evidence],
      };
    }
    if (!hasShell) {
      return {
        code: 'writes-without-shell',
        reason: `${write.label} writes ${write.path}, and the image has no shell to make ${write.folder} for its user; COPY it from another stage with --chown`,
        evidence: [write.evidence],
      };
    }
    if (folders.includes(write.folder)) continue;
    folders.push(write.folder);
    evidence.push(write.evidence);
  }
  return { folders, evidence, searched, unread };
}

// ---- where it is said -------------------------------------------------------------------------------------------

const MAX_SOURCES = 400;
const MAX_SOURCE_BYTES = 3_000_000;
/** What people run by hand, and what only tests and builds run. */
const NOT_STARTED =
  /(?:^|\/)(?:scripts?|tools?|deploy(?:ment)?|ops|bench(?:marks?)?|notebooks?|playground|sandbox|examples?|samples?|docs?|tests?|__tests__|spec|e2e|fixtures|mocks?|migrations|seeds?|\.github|\.devcontainer|node_modules|frontend|client)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)(?:setup|conftest|test_\w+|gulpfile|Gruntfile|webpack[\w.]*|vite[\w.]*|rollup[\w.]*|jest[\w.]*)\.\w+$/i;

function sourceWrites({ texts, workdir }: WritesInput): {
  readonly writes: readonly RunTimeWrite[];
  readonly searched: number;
  readonly unread: number;
} {
  const writes: RunTimeWrite[] = [];
  let bytes = 0;
  let searched = 0;
  let unread = 0;
  for (const { path: file, text } of texts.sources()) {
    if (!isSource(file) || NOT_STARTED.test(file)) continue;
    if (text === null || searched >= MAX_SOURCES || bytes > MAX_SOURCE_BYTES) {
      unread++;
      continue;
    }
    searched++;
    bytes += text.length;
    for (const { path, isFolder, line } of writesInSource(file, text)) {
      const whole = absolutePath(workdir, path);
      if (whole === null) continue;
      writes.push({
        path: whole,
        folder: isFolder ? whole : parentOf(whole),
        label: `${file}:${line}`,
        evidence: { kind: 'context', path: file, line, note: `writes ${whole}` },
      });
    }
  }
  return { writes, searched, unread };
}

const FILE_OPTION =
  /^--?(?:log-?file|log-?path|logto2?|(?:access|error)-?log-?file|pid-?file|pid|statedb|schedule(?:-filename)?|database|db|db-?(?:path|file)|output-?file)$/i;
const FOLDER_OPTION =
  /^--?(?:log-?dir|data-?dir|datadir|upload-?dir|output-?dir|cache-?dir|storage-?dir|state-?dir)$/i;
const JAVA_OPTION =
  /^-D(?:logging\.file(?:\.name)?|logging\.path|log\.(?:file|path|dir)|LOG_(?:FILE|PATH|DIR))=(.+)$/;

/** `--access-logfile /var/log/shop/access.log`. */
function optionWrites({ trace, workdir }: WritesInput): readonly RunTimeWrite[] {
  const writes: RunTimeWrite[] = [];
  const add = (place: Place, text: string | null | undefined, isFolder: boolean): void => {
    // A relative path is only taken for one where it looks like a file.
    if (!text || text === '-' || !(text.startsWith('/') || /^[\w./-]+\.(?:log|pid|db|sqlite3?)$/.test(text)))
      return;
    const path = absolutePath(workdir, text);
    if (path === null) return;
    writes.push({
      path,
      folder: isFolder ? path : parentOf(path),
      label: place.label,
      evidence: place.evidence(`writes ${path}`),
    });
  };
  for (const { words, place } of trace.commands) {
    words.forEach((word, index) => {
      if (word === null) return;
      const [, name = word, value = null] = /^(--?[\w-]+)=(.*)$/.exec(word) ?? [];
      if (FILE_OPTION.test(name)) add(place, value ?? words[index + 1], false);
      else if (FOLDER_OPTION.test(name)) add(place, value ?? words[index + 1], true);
      else add(place, JAVA_OPTION.exec(word)?.[1], /path|dir/i.test(word.split('=', 1)[0]!));
    });
  }
  return writes;
}

/** Names of variables that say where something is written. */
const WRITTEN_VARIABLE =
  /^(?:\w+_)?(?:LOGS?|UPLOADS?|OUTPUT|DATA|DB|DATABASE|SQLITE|STORAGE|STATE|EXPORTS?|DOWNLOADS?|BACKUPS?|MEDIA|PERSIST\w*)_?(?:FILE|DIR|PATH|FOLDER|ROOT|DIRECTORY|LOCATION)(?:NAME)?$/;

/** `ENV UPLOAD_DIR=/uploads`, `ENV DATABASE_URL=sqlite:////data/shop.db`. */
function variableWrites({ document, image }: WritesInput): readonly RunTimeWrite[] {
  return image.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'ENV') return [];
    const pairs = keyValuePairs(instruction.rest, document.escape);
    if ('error' in pairs) return [];
    return pairs.flatMap(({ key }) => variableWrite(document, image, instruction, key));
  });
}

function variableWrite(
  document: Document,
  image: FinalImage,
  instruction: Instruction,
  name: string,
): readonly RunTimeWrite[] {
  const last = image.instructions.at(-1)!;
  const value = variableAt(document, { ...last, index: last.index + 1 }, name)?.value ?? null;
  if (value === null) return [];
  const url = /^(?:sqlite(?:3|\+\w+)?:\/\/\/|file:)(\/[\w./-]+)/.exec(value);
  if (!url && !(WRITTEN_VARIABLE.test(name) && /^\/[\w./-]+$/.test(value))) return [];
  const path = absolutePath('/', url?.[1] ?? value);
  if (path === null) return [];
  const isFolder = !url && !/\.\w{1,8}$/.test(path);
  // What is only read, a model for example, is copied or downloaded by the build.
  if (/^\/(?:usr|etc|bin|lib|opt)\//.test(path)) return [];
  return [
    {
      path,
      folder: isFolder ? path : parentOf(path),
      label: `line ${instruction.line}`,
      evidence: { kind: 'source', span: instruction.span, note: `${name} names what is written` },
    },
  ];
}

// ---- whose folder it is -----------------------------------------------------------------------------------------

function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** What everybody may write. */
function isOpen(folder: string): boolean {
  return /^\/(?:tmp|var\/tmp|var\/lock|run\/lock|dev|proc)(?:\/|$)/.test(folder);
}

/** A folder that other programs use as well, or that only root can enter. */
function isShared(folder: string): boolean {
  return /^\/(?:$|(?:var|opt|srv|home|mnt|media|run)$|(?:etc|usr|bin|sbin|lib|lib64|boot|root|sys)(?:\/|$)|var\/(?:log|lib|cache|run|spool|mail|opt|www)$|(?:var\/)?run\/secrets(?:\/|$))/.test(
    folder,
  );
}

/** The user gets it anyway: it is the application's, a volume, made for it, or handed over by a RUN. */
function isOwned({ document, image, baseWorkdir }: WritesInput, folder: string): boolean {
  return (
    appFolders(document, image, baseWorkdir).some(({ path }) => isBelow(folder, path)) ||
    volumesOf(document, image).some(({ path }) => isBelow(folder, path)) ||
    isHandedOver(document, image, folder, -1, false, baseWorkdir)
  );
}
