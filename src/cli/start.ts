/**
 * Starts the command line from the modules that the build has made, and keeps what V8 compiled of them for the next
 * start: compiling is a third of a short run's time. Node has this built in from 22.1 on; here it works on 20 as well.
 *
 * What is kept is trusted like the program itself, so it is only read from a file that this person owns, that nobody
 * else may write, and that still has its checksum: V8 does not survive damaged data.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** Put in by the build: a hash of all modules. */
declare const DOCKFIX_BUILD: string;

const MODULES = join(__dirname, 'cli');
const UNUSED_AFTER_MS = 30 * 24 * 3600_000;

/** Runs the command line; gives the exit code. */
export async function start(argv: readonly string[]): Promise<number> {
  // The version is one small module.
  const isSmall = argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V');
  const file = isSmall || argv.includes('--no-cache') ? null : compiledFile(process.env);
  const compiled = file === null ? new Map<string, Buffer>() : readCompiled(file);
  const { load, added } = createLoader(compiled);
  const { main } = load('main.cjs') as { main(argv: readonly string[]): Promise<number> };
  const exitCode = await main(argv);
  if (file !== null && added()) writeCompiled(file, compiled);
  return exitCode;
}

interface Loader {
  /** What the module exports. */
  load(name: string): unknown;
  /** Whether something had to be compiled; it is then in the map as well. */
  added(): boolean;
}

function createLoader(compiled: Map<string, Buffer>): Loader {
  const modules = new Map<string, { exports: unknown }>();
  const fresh = new Map<string, Script>();
  const url = pathToFileURL(join(MODULES, 'main.cjs')).href;
  const outside = createRequire(url);
  const load = (name: string): unknown => {
    const known = modules.get(name);
    if (known) return known.exports;
    const filename = join(MODULES, name);
    const cachedData = compiled.get(name);
    const script = new Script(
      `(function(exports,require,module,__moduleUrl){${readFileSync(filename, 'latin1')}\n})`,
      cachedData ? { filename, cachedData } : { filename },
    );
    if (!cachedData || script.cachedDataRejected) fresh.set(name, script);
    const module = { exports: {} };
    modules.set(name, module);
    // The wrapper above.
    const run = script.runInThisContext() as (...values: unknown[]) => void;
    run(module.exports, (id: string) => (id.startsWith('./') ? load(id.slice(2)) : outside(id)), module, url);
    return module.exports;
  };
  return {
    load,
    added() {
      // Only now: functions that have run are compiled, and are kept with the rest.
      for (const [name, script] of fresh) compiled.set(name, script.createCachedData());
      return fresh.size > 0;
    },
  };
}

// ---- what is kept -----------------------------------------------------------------------------------------------

/** One file for a build, a Node and its flags: compiled code of another one is useless. Null when there is no home. */
function compiledFile(env: NodeJS.ProcessEnv): string | null {
  const home = env['XDG_CACHE_HOME'] ?? '';
  const folder = isAbsolute(home) ? home : join(homedir(), '.cache');
  const flags = [process.version, process.arch, ...process.execArgv, env['NODE_OPTIONS'] ?? ''];
  const key = sha256(JSON.stringify([DOCKFIX_BUILD, ...flags])).slice(0, 16);
  return isAbsolute(folder) ? join(folder, 'dockfix-code', `${key}.bin`) : null;
}

/** A line of JSON with the checksum of the rest and where each module is in it; then the rest. */
interface Header {
  readonly sha256: string;
  readonly modules: Readonly<Record<string, readonly [start: number, end: number]>>;
}

function readCompiled(file: string): Map<string, Buffer> {
  try {
    const bytes = readOwn(file);
    const lineEnd = bytes.indexOf(0x0a);
    // Written below; the checksum is compared before anything of it is used.
    const header = JSON.parse(bytes.toString('latin1', 0, lineEnd)) as Header;
    const rest = bytes.subarray(lineEnd + 1);
    if (sha256(rest) !== header.sha256) return new Map();
    return new Map(
      Object.entries(header.modules).map(([name, [from, to]]) => [name, rest.subarray(from, to)]),
    );
  } catch {
    return new Map();
  }
}

function readOwn(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const { uid, mode } = fstatSync(descriptor);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0))
      throw new Error('not ours alone');
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A cache that cannot be written is none; nobody needs to hear of it. */
function writeCompiled(file: string, compiled: ReadonlyMap<string, Buffer>): void {
  try {
    let at = 0;
    const modules: Record<string, [number, number]> = {};
    for (const [name, { length }] of compiled) modules[name] = [at, (at += length)];
    const rest = Buffer.concat([...compiled.values()]);
    const header: Header = { sha256: sha256(rest), modules };
    const folder = join(file, '..');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), rest]), {
      mode: 0o600,
    });
    renameSync(temporary, file);
    for (const name of readdirSync(folder)) {
      const other = join(folder, name);
      if (Date.now() - statSync(other).mtimeMs > UNUSED_AFTER_MS) rmSync(other, { force: true });
    }
  } catch {
    // The next run compiles again.
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
