/**
 * Paths that the text of a program writes to, by the calls, settings and names that mean writing. A text is searched
 * and not understood: what is found is named by its line, and what is put together while it runs is not found.
 */
import { baseNameOf } from '../context/build-context.ts';

/** A path in a source text. */
export interface SourceWrite {
  /** As written, up to the first part that only the run knows. */
  readonly path: string;
  /** It names a folder, and not a file in one. */
  readonly isFolder: boolean;
  readonly line: number;
}

/** Longer texts are generated or data. */
const MAX_TEXT = 200_000;
/** More of one file says nothing new. */
const MAX_WRITES = 40;

/** A string in quotes, perhaps behind a prefix of Python. */
const LITERAL = '[fFbBrRuU]{0,2}(["\'`])([^"\'`\\n]{1,200}?)\\1';
/** What may stand between a call and the path it is given. */
const JOINED =
  '(?:(?:os\\.path\\.join|os\\.path\\.dirname|path\\.join|path\\.resolve|path\\.dirname|filepath\\.Join|filepath\\.Dir|Paths?\\.get|Paths?\\.of|Path\\.Combine|Path|new File|File\\.join|Pathname\\.new)\\s{0,9}\\(\\s{0,9})?';
const MAKES_FOLDERS =
  'makedirs|os\\.mkdir|mkdirs?|mkdirSync|mkdirp(?:\\.sync)?|mkdir_p|MkdirAll|os\\.Mkdir|CreateDirectory|createDirector(?:y|ies)|ensureDir(?:Sync)?|create_dir(?:_all)?';
const WRITES_FILES =
  '(?:Timed|Concurrent)?(?:Rotating)?FileHandler|WatchedFileHandler|RotatingFileHandler|writeFile(?:Sync)?|appendFile(?:Sync)?|createWriteStream|outputFile(?:Sync)?|os\\.Create|WriteFile|WriteAll(?:Text|Bytes|Lines)|AppendAll(?:Text|Lines)|FileWriter|FileOutputStream|StreamWriter|file_put_contents|sqlite3?\\.(?:connect|Database)|aiosqlite\\.connect|duckdb\\.connect|new (?:Database|DatabaseSync|StreamHandler)|logger\\.add|pino\\.destination|Logger\\.new|File\\.write|File::create|WriteTo\\.File|RotatingFileStream';

interface Pattern {
  readonly pattern: RegExp;
  readonly isFolder: boolean;
  /** A relative path counts as well. */
  readonly relative: boolean;
}

function pattern(text: string, isFolder: boolean, relative: boolean): Pattern {
  return { pattern: new RegExp(text, 'g'), isFolder, relative };
}

/** The path is the second group of each. */
const PATTERNS: readonly Pattern[] = [
  pattern(`\\b(?:${MAKES_FOLDERS})\\s{0,9}\\(\\s{0,9}${JOINED}${LITERAL}`, true, true),
  pattern(`\\b(?:${WRITES_FILES})\\s{0,9}\\(\\s{0,9}${JOINED}${LITERAL}`, false, true),
  // open(…, 'w'), fopen(…, "a+"), File.open
  pattern(
    `\\b(?:open|fopen)\\s{0,9}\\(\\s{0,9}${JOINED}${LITERAL}\\)?\\s{0,9},\\s{0,9}(?:mode\\s{0,9}=\\s{0,9})?["'](?:[wax]|r\\+|rb\\+)`,
    false,
    true,
  ),
  pattern(
    `\\bOpenFile\\(\\s{0,9}${LITERAL}\\s{0,9},[^\\n]{0,80}?O_(?:CREATE|WRONLY|RDWR|APPEND)`,
    false,
    true,
  ),
  pattern(
    `\\bPath\\(\\s{0,9}${LITERAL}\\s{0,9}\\)[^\\n]{0,80}?\\.(?:mkdir|write_text|write_bytes|touch)\\(`,
    false,
    true,
  ),
  // filename: '…' of winston, basicConfig, dictConfig and lumberjack.
  pattern(`\\b[fF]ilename["']?\\s{0,9}[:=]\\s{0,9}${LITERAL}`, false, false),
  // Folders of uploads and logs: multer, winston-daily-rotate-file, Flask, Django.
  pattern(
    `\\b(?:dest|destination|dirname|uploadDir|logDir|UPLOAD_FOLDER|MEDIA_ROOT)["']?\\s{0,9}\\]?\\s{0,9}[:=]\\s{0,9}${JOINED}${LITERAL}`,
    true,
    false,
  ),
  // A database in a file.
  pattern('(sqlite)(?:\\+\\w{1,20})?:///(/?[\\w./@-]{1,200})', false, true),
  pattern('(jdbc:(?:h2:file|sqlite)|Data Source\\s{0,3}=\\s{0,3}):?(/[\\w./@-]{1,200})', false, false),
];

/** Settings of loggers and frameworks; the path is the first group. */
const SETTINGS: readonly RegExp[] = [
  /<(?:file|fileNamePattern|FileNamePattern|File)>\s{0,9}([^<\s]{1,200})/g,
  /\bfile(?:Name|Pattern)\s{0,9}=\s{0,9}"?([^"\s]{1,200})/g,
  /^(?:logging\.file(?:\.name|\.path)?|logging\.path|[\w.]{1,60}\.(?:fileName|filePattern|File))\s{0,9}[=:]\s{0,9}(\S{1,200})/gm,
  /["']?\b[\w.-]{1,40}["']?\s{0,9}[:=]\s{0,9}["']?(\/var\/(?:log|lib|cache|spool)\/[^"'\s,]{1,200})/g,
];
const SETTING_FILES =
  /^(?:logback|log4j2?|application|bootstrap|appsettings|logging|nlog|log|logger|gunicorn|uwsgi|config)[\w.-]{0,60}\.(?:xml|properties|ya?ml|json|ini|conf|cfg|toml)$/i;

const PROGRAMS = /\.(?:[cm]?[jt]sx?|py|go|java|kts?|scala|rb|php|cs|fs|rs|ru|exs?)$/i;

/** Whether a file can say where a program writes: a program text, or the settings of a logger or a framework. */
export function isSource(file: string): boolean {
  return PROGRAMS.test(file) || SETTING_FILES.test(baseNameOf(file));
}

/** `LOG_FILE = '/var/log/x'`, `const uploads = process.env.UPLOADS || '/data'`. */
const CONSTANT = new RegExp(
  `\\b([A-Za-z_]\\w{1,40})["']?\\s{0,9}(?::\\s{0,9}[\\w.\\[\\]]{1,30}\\s{0,9})?:?=\\s{0,9}(?:(?:os\\.(?:getenv|environ\\.get)|getenv|getEnv|env|config|env\\.str|Path|new File)\\(\\s{0,9}(?:["']\\w{1,60}["']\\s{0,9},\\s{0,9})?|process\\.env\\.\\w{1,60}\\s{0,9}(?:\\|\\||\\?\\?)\\s{0,9})?[fr]?(["'\`])(/[^"'\`\\n]{1,200})\\2`,
  'g',
);
/** A constant of this name is written, whoever uses it. */
const WRITTEN_BY_NAME =
  /^(?:\w*_)?(?:LOGS?|UPLOADS?|OUTPUTS?|CACHE|DB|DATABASE|SQLITE|STORAGE|STATE|SAVE|EXPORTS?|DOWNLOADS?|BACKUPS?|TE?MP|PERSIST\w*)_?(?:FILE|DIR|PATH|FOLDER|ROOT|DIRECTORY|LOCATION)(?:_?(?:NAME|PATH))?$|^(?:\w*[a-z])?(?:[lL]og|[uU]pload|[oO]utput|[dD]b|[sS]torage|[bB]ackup)s?(?:File|Dir|Path|Folder|Directory)$/;
const WRITES_NAME = new RegExp(
  `\\b(?:${MAKES_FOLDERS}|${WRITES_FILES}|open|fopen|OpenFile)\\s{0,9}\\(\\s{0,9}${JOINED}([A-Za-z_]\\w{1,40})\\b|\\b(?:filename|dest|destination|dirname)["']?\\s{0,3}[:=]\\s{0,3}([A-Za-z_]\\w{1,40})\\b|\\b([A-Za-z_]\\w{1,40})\\.(?:mkdir|write_text|write_bytes|touch)\\(`,
  'g',
);
const FOLDER_NAME = /(?:DIR|FOLDER|ROOT|DIRECTORY|[dD]ir|[fF]older|[dD]irectory)$/;

/** The paths that a source text writes to, in the order they are found. */
export function writesInSource(file: string, text: string): readonly SourceWrite[] {
  if (text.length > MAX_TEXT || !/[/.]/.test(text)) return [];
  const found: SourceWrite[] = [];
  const add = (raw: string, at: number, isFolder: boolean): void => {
    const path = knownPart(raw);
    if (found.length >= MAX_WRITES || path === null || isComment(text, at)) return;
    const isCut = path.length < raw.length;
    const line = lineOf(text, at);
    if (found.some((one) => one.path === path && one.line === line)) return;
    // What is put together behind a slash is a file in that folder.
    found.push({ path, isFolder: isCut ? path.endsWith('/') : isFolder, line });
  };
  if (SETTING_FILES.test(baseNameOf(file))) {
    for (const setting of SETTINGS) {
      for (const match of text.matchAll(setting))
        if (match[1]!.startsWith('/')) add(match[1]!, match.index, false);
    }
    return found;
  }
  for (const { pattern: one, isFolder, relative } of PATTERNS) {
    for (const match of text.matchAll(one)) {
      const path = match[2]!;
      if (path.startsWith('/') || (relative && isRelative(path))) add(path, match.index, isFolder);
    }
  }
  for (const { name, path, at } of writtenConstants(text)) {
    add(path, at, FOLDER_NAME.test(name) || !baseNameOf(path).includes('.'));
  }
  return found;
}

function writtenConstants(
  text: string,
): readonly { readonly name: string; readonly path: string; readonly at: number }[] {
  const constants = [...text.matchAll(CONSTANT)].slice(0, MAX_WRITES);
  if (constants.length === 0) return [];
  const used = new Set<string>();
  for (const match of text.matchAll(WRITES_NAME)) used.add(match[1] ?? match[2] ?? match[3]!);
  // fopen and open also read: a constant that is opened counts where its name says that it is written.
  return constants.flatMap((match) => {
    const [, name = '', , path = ''] = match;
    const isWritten = WRITTEN_BY_NAME.test(name)
      ? !/^\/(?:usr|etc|proc|sys)\//.test(path)
      : used.has(name) && !onlyOpened(text, name);
    return isWritten ? [{ name, path, at: match.index }] : [];
  });
}

/** `open(NAME)` and `open(NAME, 'r')` and nothing else. */
function onlyOpened(text: string, name: string): boolean {
  const calls = [
    ...text.matchAll(new RegExp(`\\b(\\w{1,40})\\s{0,9}\\(\\s{0,9}${name}\\b([^\\n]{0,60})`, 'g')),
  ];
  const opened = calls.filter(([, program]) => program === 'open' || program === 'fopen');
  const others = calls.filter(([, program]) =>
    new RegExp(`^(?:${WRITES_FILES}|${MAKES_FOLDERS})$`).test(program!),
  );
  if (others.length > 0 || new RegExp(`\\b${name}\\.(?:mkdir|write_|touch)`).test(text)) return false;
  return (
    opened.length > 0 &&
    !opened.some(([, , rest]) => /^\s*,\s*(?:mode\s*=\s*)?["'](?:[wax]|rb?\+)/.test(rest!))
  );
}

function isRelative(path: string): boolean {
  return /^\.{0,2}[\w-]?[\w./@ -]*$/.test(path) && /[/.]/.test(path) && !/^https?:/.test(path);
}

/** The part in front of what a template or a format fills in; null when nothing of a path is left. */
function knownPart(path: string): string | null {
  const cut = path.search(/\$\{|\{|%[sdv(Y]|\$\(|#\{|\*/);
  const known = cut < 0 ? path : path.slice(0, path.lastIndexOf('/', cut) + 1);
  return known === '' || known.includes('://') || !/^[\w./@ +:~-]+$/.test(known) ? null : known;
}

/** The line is a comment up to there. */
function isComment(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at) + 1;
  return /^\s*(?:#|\/\/|\*|--|<!--|;)/.test(text.slice(start, Math.min(at + 3, start + 200)));
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
