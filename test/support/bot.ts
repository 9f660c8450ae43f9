/** The bot on a real clone, with its own clock and the real registry client. Every run is a process of its own. */
import { join } from 'node:path';
import { createLookUps } from '../../src/bot/look-ups.ts';
import { createMetrics } from '../../src/bot/metrics.ts';
import type { Metrics } from '../../src/bot/metrics.ts';
import type { LogEntry } from '../../src/bot/repository.ts';
import { runCycle } from '../../src/bot/run.ts';
import type { CycleOptions, CycleSummary } from '../../src/bot/run.ts';
import type { BotSettings } from '../../src/bot/settings.ts';
import { openFileStore } from '../../src/bot/store.ts';
import { announced } from '../../src/bot/writes.ts';
import type { Write } from '../../src/bot/writes.ts';
import { createConfigReader } from '../../src/cli/bot-config.ts';
import { openLocalForge } from '../../src/cli/bot-forge.ts';
import { guarded } from '../../src/cli/io.ts';
import { createLog } from '../../src/cli/log.ts';
import { openRegistry } from '../../src/cli/real-registry.ts';
import type { OperatorConfig } from '../../src/config/config.ts';
import type { FactSource } from '../../src/app/gather.ts';
import type { Forge } from '../../src/forge/forge.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { transforms } from '../../transforms/index.ts';
import type { TestRepository } from './git.ts';

export const DAY = 86_400_000;

export interface BotRun {
  readonly summary: CycleSummary;
  readonly writes: readonly Write[];
  readonly log: readonly LogEntry[];
  readonly metrics: Metrics;
}

export interface TestBotOptions {
  readonly settings?: Partial<BotSettings>;
  readonly operator?: OperatorConfig;
  /** Stands between the bot and its forge. */
  readonly wrapForge?: (forge: Forge) => Forge;
  readonly wrapSource?: (source: FactSource) => FactSource;
  readonly readPackages?: boolean;
  readonly state?: string;
}

export interface TestBot {
  nowMs: number;
  run(options?: TestBotOptions): Promise<BotRun>;
}

/** No cool-down, no hourly limit: what most tests are not about. */
export const EAGER: Partial<BotSettings> = { minAgeMs: 0, maxNewPerHour: 100 };

export function createTestBot(repository: TestRepository, defaults: TestBotOptions = {}): TestBot {
  const bot: TestBot = {
    nowMs: Date.UTC(2026, 5, 1),
    run: (options = {}) =>
      runBot([repository.folder], bot, {
        state: join(repository.folder, '.git', 'bot.json'),
        ...defaults,
        ...options,
      }),
  };
  return bot;
}

export async function runBot(
  paths: readonly string[],
  clock: { readonly nowMs: number },
  options: TestBotOptions & { readonly state: string },
): Promise<BotRun> {
  const { wrapForge = (forge) => forge, wrapSource = (source) => source } = options;
  const { registry, source, close } = openTestRegistry();
  const writes: Write[] = [];
  const log: LogEntry[] = [];
  const nowMs = (): number => clock.nowMs;
  const io = { cwd: '/', env: process.env };
  const author = { name: 'dockfix', email: 'dockfix@bot.example' };
  const local = openLocalForge({ io, author, base: null, out: null, isDryRun: false, nowMs });
  const store = await openFileStore(options.state, false);
  const metrics = createMetrics();
  const cycle: CycleOptions = {
    forge: announced(wrapForge(local), (_, write) => void writes.push(write)),
    lookUps: createLookUps({
      source: wrapSource(source),
      pushed: () => Promise.resolve(null),
      exists: async (image, digest) => {
        const answer = await registry.exists(image, digest);
        return answer.ok ? answer.value : null;
      },
      observations: store,
      nowMs,
    }),
    store,
    nowMs,
    transforms: transforms.filter(({ meta }) =>
      ['update-image-digest', 'pin-image-digest'].includes(meta.id),
    ),
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    config: createConfigReader(options.operator ?? {}),
    operatorSettings: options.settings ?? EAGER,
    spreadMs: 0,
    readPackages: options.readPackages ?? false,
    log: (entry) => void log.push(entry),
    metrics,
    jobs: 4,
    isStopped: () => false,
  };
  try {
    const summary = await runCycle(paths, cycle);
    return { summary, writes, log, metrics };
  } finally {
    await close();
  }
}

function openTestRegistry(): { registry: Registry; source: FactSource; close(): Promise<void> } {
  const stream = { write: () => {}, isTerminal: false };
  const io = guarded({
    stdout: stream,
    stderr: stream,
    readStdin: () => Promise.resolve(new Uint8Array()),
    stdinIsTerminal: false,
    ask: () => Promise.resolve(null),
    env: { XDG_CONFIG_HOME: '/nonexistent', HOME: '/nonexistent' },
    cwd: '/',
    interrupted: () => false,
  });
  const log = createLog(stream, 'normal', () => {});
  return openRegistry(
    {},
    { io, scanned: [], log, cache: null, deep: true, verifyDigests: false, insecure: [] },
  );
}
