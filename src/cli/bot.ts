/** `dockfix bot`: keeps the digests of repositories fresh by pull requests. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { FactSource } from '../app/gather.ts';
import { createLookUps } from '../bot/look-ups.ts';
import { createMetrics } from '../bot/metrics.ts';
import type { Metrics } from '../bot/metrics.ts';
import type { LogEntry } from '../bot/repository.ts';
import { DEFAULT_AUTHOR } from '../bot/settings.ts';
import { inShard, parseShard, runCycle } from '../bot/run.ts';
import type { CycleSummary } from '../bot/run.ts';
import { openFileStore } from '../bot/store.ts';
import { announced, withoutWrites } from '../bot/writes.ts';
import type { Write } from '../bot/writes.ts';
import { botSettings } from '../config/bot.ts';
import type { OperatorConfig } from '../config/config.ts';
import { loadOperatorConfig } from '../config/load.ts';
import { EnvironmentError, UsageError } from '../core/errors.ts';
import type { Forge } from '../forge/forge.ts';
import { visibleLine } from '../report/visible.ts';
import type { Registry } from '../registry/registry.ts';
import { transforms } from '../../transforms/index.ts';
import { createConfigReader } from './bot-config.ts';
import { openLocalForge, openRemoteForge } from './bot-forge.ts';
import { gitCredential } from './git-credential.ts';
import { HOSTED_FORGES, isHosted, openHostedForge } from './hosted-forge.ts';
import { writeText } from './bot-text.ts';
import { cacheFolder } from './cache-folder.ts';
import { EXIT, worse } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { createImageCheck } from './image-check.ts';
import type { GuardedIo } from './io.ts';
import { createLog } from './log.ts';
import type { RunLog } from './log.ts';
import { logLevelOf } from './options.ts';
import type { CommonFlags } from './options.ts';
import { openRegistry } from './real-registry.ts';

export interface BotFlags extends Pick<
  CommonFlags,
  'config' | 'cache' | 'cacheDir' | 'debug' | 'verbose' | 'quiet' | 'jobs' | 'insecureRegistry' | 'offline'
> {
  repo?: string;
  repos?: string;
  org?: string;
  shard?: string;
  forge?: string;
  base?: string;
  out?: string;
  state?: string;
  metrics?: string;
  dryRun?: boolean;
  packages?: boolean;
}

export const FORGES = ['local', 'git', ...HOSTED_FORGES] as const;

const BOT_TRANSFORMS = new Set(['update-image-digest', 'pin-image-digest']);

/** Throws {@link UsageError} for flags that make no sense, {@link EnvironmentError} for a state that cannot be kept. */
export async function bot(flags: BotFlags, io: GuardedIo): Promise<ExitCode> {
  const operator = (await loadOperatorConfig(flags.config ?? null, io, transforms))?.config ?? {};
  if (flags.offline || operator.offline) {
    const said = flags.offline ? '--offline' : 'offline in your configuration';
    throw new UsageError(
      'usage',
      `${said}: the bot asks registries what tags have now, so it has nothing to do offline; leave it away`,
    );
  }
  checkFlags(flags);
  const isDryRun = flags.dryRun === true;
  const nowMs = (): number => Date.now();
  const log = createLog(io.stderr, logLevelOf(flags), () => {});
  const named = await namedRepositories(flags, io);
  const forge = await openForge({ flags, operator, io, log, isDryRun, nowMs, named });
  const paths = await repositoriesOf(flags, named, forge);
  const cache = flags.cache === false ? null : cacheFolder(flags, io);
  const scanned = (flags.forge ?? 'local') !== 'local' ? [] : paths.map((path) => resolve(io.cwd, path));
  const { registry, source, close } = openRegistry(operator, {
    io,
    scanned,
    log,
    cache,
    deep: true,
    verifyDigests: false,
    insecure: flags.insecureRegistry ?? [],
    mode: isOwnClone(flags) ? 'trusted' : 'untrusted',
  });
  const metrics = createMetrics();
  const show = (repository: string, write: Write): void => io.stdout.write(writeText(repository, write));
  const watched = announced(
    isDryRun ? withoutWrites(forge) : forge,
    isDryRun || !flags.quiet ? show : () => {},
  );
  const store = await openFileStore(statePath(flags, io), isDryRun);
  const options = {
    forge: watched,
    lookUps: createLookUps({
      source: counted(source, metrics),
      pushed: (image, digest) => registry.pushed(image, digest),
      exists: existsIn(registry),
      observations: store,
      nowMs,
      check: createImageCheck(operator.bot?.verify ?? [], { env: io.env, log }),
    }),
    store,
    nowMs,
    transforms: transforms.filter(({ meta }) => BOT_TRANSFORMS.has(meta.id)),
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    config: createConfigReader(operator),
    operatorSettings: await botSettings('the configuration', operator.bot ?? {}, operator.bot?.presets ?? {}),
    spreadMs: operator.bot?.spread ?? 0,
    readPackages: flags.packages !== false,
    log: (entry: LogEntry) => {
      if (!flags.quiet || entry.action === 'failed') io.stderr.write(`${logLine(entry)}\n`);
    },
    metrics,
    jobs: flags.jobs ?? operator.jobs ?? 4,
    isStopped: () => io.interrupted(),
  };
  try {
    const summary = await runCycle(paths, options);
    if (flags.metrics !== undefined) await writeMetrics(resolve(io.cwd, flags.metrics), metrics);
    return exitOf(summary, io);
  } finally {
    await forge.close();
    await close();
  }
}

function exitOf(summary: CycleSummary, io: GuardedIo): ExitCode {
  const { done, unchanged, skipped, failed, incomplete, defects } = summary;
  const parts = [`${done} done`, `${unchanged} unchanged`, `${skipped} skipped`, `${failed} failed`];
  if (incomplete > 0) parts.push(`${incomplete} with questions that got no answer`);
  io.stderr.write(`dockfix bot: ${parts.join(', ')}\n`);
  for (const defect of defects) io.stderr.write(`dockfix: a defect of dockfix: ${visibleLine(defect)}\n`);
  if (io.interrupted()) return EXIT.interrupted;
  const exit = failed > 0 || incomplete > 0 ? EXIT.notJudged : EXIT.done;
  return defects.length > 0 ? worse(exit, EXIT.bug) : exit;
}

// ---- what to work on --------------------------------------------------------------------------------------------------

function checkFlags(flags: BotFlags): void {
  const given = (['repo', 'repos', 'org'] as const).filter((name) => flags[name] !== undefined);
  if (given.length > 1) throw new UsageError('usage', '--repo, --repos and --org exclude each other');
  if (flags.shard !== undefined && parseShard(flags.shard) === null)
    throw new UsageError('usage', `--shard ${flags.shard}: is no part such as 1/4`);
}

/** What flags and files name; what an organisation has, only the forge can say. */
async function namedRepositories(flags: BotFlags, io: GuardedIo): Promise<readonly string[]> {
  if (flags.org !== undefined) return [];
  return flags.repos === undefined ? [flags.repo ?? '.'] : await listed(resolve(io.cwd, flags.repos));
}

async function repositoriesOf(
  flags: BotFlags,
  named: readonly string[],
  forge: Forge,
): Promise<readonly string[]> {
  const shard = parseShard(flags.shard ?? '1/1')!;
  if (flags.org === undefined) return named.filter((path) => inShard(path, shard));
  const found = await forge.listRepositories(flags.org);
  if (!found.ok) throw new EnvironmentError(found.code, `--org ${flags.org}: ${found.reason}`);
  return found.value.map(({ path }) => path).filter((path) => inShard(path, shard));
}

/** What one person has cloned and named is theirs; a list of repositories may be anybody's. */
function isOwnClone({ forge = 'local', repos, org }: BotFlags): boolean {
  return forge === 'local' && repos === undefined && org === undefined;
}

/** One a line; empty lines and comments count for nothing. */
async function listed(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError('usage', `--repos ${path}: cannot be read`);
  });
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}

interface Opening {
  readonly flags: BotFlags;
  readonly operator: OperatorConfig;
  readonly io: GuardedIo;
  readonly log: RunLog;
  readonly isDryRun: boolean;
  readonly nowMs: () => number;
  readonly named: readonly string[];
}

async function openForge({ flags, operator, io, log, isDryRun, nowMs, named }: Opening): Promise<Forge> {
  const kind = flags.forge ?? 'local';
  const { base = null, out = null } = flags;
  if (base !== null && (!/^[\w./-]{1,200}$/.test(base) || base.startsWith('-')))
    throw new UsageError('usage', `--base ${base}: is no name of a branch`);
  const settings = { io, author: operator.bot?.author ?? DEFAULT_AUTHOR, base, out, isDryRun, nowMs };
  if (kind === 'local') return openLocalForge(settings);
  if (kind === 'git') {
    const credential = gitCredential(named, io);
    return openRemoteForge({ ...settings, cache: cacheFolder(flags, io), credential });
  }
  if (isHosted(kind)) {
    const author = operator.bot?.author ?? null;
    return openHostedForge(kind, { io, operator, log, cache: cacheFolder(flags, io), author });
  }
  throw new UsageError('usage', `--forge ${kind} does not exist; there are ${FORGES.join(', ')}`);
}

// ---- what belongs to a run -----------------------------------------------------------------------------------------------

/** `$XDG_STATE_HOME/dockfix/bot.json`; a relative folder does not count, it would lead into a repository. */
function statePath({ state }: BotFlags, { cwd, env, home }: GuardedIo): string {
  if (state !== undefined) return resolve(cwd, state);
  const folder = env['XDG_STATE_HOME'] ?? '';
  return join(
    isAbsolute(folder) ? folder : join(env['HOME'] ?? home ?? homedir(), '.local', 'state'),
    'dockfix',
    'bot.json',
  );
}

function counted(source: FactSource, metrics: Metrics): FactSource {
  return async (request) => {
    metrics.add('lookups');
    const fact = await source(request);
    if (!fact.ok) metrics.add('lookups_failed');
    if (!fact.ok && fact.code === 'rate-limited') metrics.add('rate_limited');
    return fact;
  };
}

function existsIn(registry: Registry): Parameters<typeof createLookUps>[0]['exists'] {
  return async (image, digest) => {
    const answer = await registry.exists(image, digest);
    return answer.ok ? answer.value : null;
  };
}

function logLine({ repository, key, action, reason }: LogEntry): string {
  const field = (name: string, text: string): string =>
    `${name}=${/[\s"=]|^$/.test(text) ? JSON.stringify(text) : text}`;
  return visibleLine(
    [field('repo', repository), field('key', key), field('action', action), field('reason', reason)].join(
      ' ',
    ),
  );
}

/** A scraper that reads it at any moment sees the old figures or the new ones. */
async function writeMetrics(path: string, metrics: Metrics): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.tmp`, metrics.text());
    await rename(`${path}.tmp`, path);
  } catch {
    throw new EnvironmentError('metrics', `--metrics ${path}: cannot be written`);
  }
}
