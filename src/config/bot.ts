/**
 * What can be said of the bot under `bot`, and what it means. It is data, and a repository's word counts for its own
 * pull requests alone: nothing here names a host, a credential, a program or a regular expression.
 */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { DEFAULT_AUTHOR, DEFAULT_SETTINGS } from '../bot/settings.ts';
import type { BotSettings } from '../bot/settings.ts';
import { UsageError } from '../core/errors.ts';
import { durationText, parseDuration } from '../core/duration.ts';

const duration = z
  .union([z.string().max(20), z.int().min(0).max(1e9)])
  .transform((value) => parseDuration(String(value)))
  .refine((ms) => ms !== null, 'is no duration such as 90s, 10m, 3h or 14d');

/** A line of text that ends up in titles and issues. */
const line = (maxLength: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{C}*$/u, 'holds control characters');

const address = z.string().regex(/^[^\s<>@]{1,100}@[^\s<>@]{1,100}$/, 'is no address');

const person = z.string().regex(/^(?:team:)?[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, 'is no user name');

const BOT = {
  enabled: z.boolean().optional(),
  /** Names of presets that the operator has made. */
  extends: z.array(line(50)).max(10).optional(),
  group: z
    .union([
      z.enum(['image', 'all', 'directory', 'registry']),
      z
        .array(
          z.strictObject({
            name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,49}$/, 'is no name of a group'),
            patterns: z.array(z.string().min(1).max(300)).min(1).max(50),
          }),
        )
        .max(50),
    ])
    .optional(),
  pin: z.boolean().optional(),
  groupPins: z.boolean().optional(),
  schedule: z
    .strictObject({
      cron: line(100),
      timezone: line(60).optional(),
      openFor: duration.optional(),
    })
    .nullable()
    .optional(),
  updateOutsideSchedule: z.boolean().optional(),
  minAge: duration.optional(),
  maxHold: duration.optional(),
  snooze: duration.optional(),
  limits: z
    .strictObject({
      open: z.int().min(0).max(1000).optional(),
      perRun: z.int().min(0).max(1000).optional(),
      perHour: z.int().min(0).max(1000).optional(),
    })
    .optional(),
  ignoredAuthors: z
    .array(address.transform((text) => text.toLowerCase()))
    .max(50)
    .optional(),
  labels: z.array(line(50)).max(20).optional(),
  createLabels: z.boolean().optional(),
  reviewers: z.array(person).max(15).optional(),
  assignees: z.array(person).max(10).optional(),
  draft: z.boolean().optional(),
  automerge: z.boolean().optional(),
  mergeMethod: z.enum(['merge', 'squash', 'rebase']).optional(),
  dashboard: z.boolean().optional(),
  dashboardTitle: line(100).optional(),
  commitPrefix: z
    .string()
    .regex(/^[\w ()!./-]{1,60}$/, 'is no prefix of a subject such as build(docker)')
    .optional(),
};

const repository = z.strictObject(BOT);

/** What a repository, or a preset, may say. */
export const repositoryBot: z.ZodType = repository;

const imageCheck = z.strictObject({
  /** Repositories with host; `*` stands for any text. Left out: all. */
  images: z.array(z.string().min(1).max(300)).min(1).max(100).optional(),
  command: z
    .array(z.string().min(1).max(1000))
    .min(1)
    .max(50)
    .refine(([program = '']) => isAbsolute(program), 'has to begin with the absolute path of a program')
    .refine(
      (args) => args.slice(1).some((arg) => arg.includes('{image}')),
      'names the image nowhere: {image}',
    ),
  timeout: duration.optional(),
});

/** What the operator may say beside it. */
export const operatorBot: z.ZodType = repository.extend({
  presets: z.record(line(50), repository.omit({ extends: true })).optional(),
  /** Programs that have to vouch for images before they are proposed. */
  verify: z.array(imageCheck).max(50).optional(),
  /** Schedules of many repositories are spread over this time. */
  spread: duration.optional(),
  /** Between two writes to a forge, after the first ten; a second where it is missing, which github.com asks for. */
  writePause: duration.optional(),
  author: z
    .strictObject({
      name: line(100),
      email: address,
    })
    .optional(),
});

/** As it comes out of the schemas: durations are milliseconds. */
export interface BotConfig {
  readonly extends?: readonly string[];
  readonly group?: BotSettings['group'];
  readonly schedule?: {
    readonly cron: string;
    readonly timezone?: string;
    readonly openFor?: number;
  } | null;
  readonly minAge?: number;
  readonly maxHold?: number;
  readonly snooze?: number;
  readonly limits?: { readonly open?: number; readonly perRun?: number; readonly perHour?: number };
  readonly [plain: string]: unknown;
}

/** `timeout` in milliseconds. */
export interface ImageCheck {
  readonly images?: readonly string[];
  readonly command: readonly string[];
  readonly timeout?: number;
}

export interface OperatorBotConfig extends BotConfig {
  readonly verify?: readonly ImageCheck[];
  readonly presets?: Readonly<Record<string, BotConfig>>;
  readonly spread?: number;
  readonly writePause?: number;
  readonly author?: { readonly name: string; readonly email: string };
}

const PLAIN = [
  'enabled',
  'group',
  'pin',
  'groupPins',
  'updateOutsideSchedule',
  'ignoredAuthors',
  'labels',
  'createLabels',
  'reviewers',
  'assignees',
  'draft',
  'automerge',
  'mergeMethod',
  'dashboard',
  'dashboardTitle',
  'commitPrefix',
] as const;

const DEFAULT_OPEN_MS = 3_600_000;

/**
 * The settings of a valid configuration. Presets come first, in their order; what is said beside them counts more.
 * Throws {@link UsageError} for a preset that the operator has not made, and for a schedule that never comes.
 */
export async function botSettings(
  path: string,
  config: BotConfig,
  presets: Readonly<Record<string, BotConfig>>,
): Promise<Partial<BotSettings>> {
  const layers: Partial<BotSettings>[] = [];
  for (const name of config.extends ?? []) {
    const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
    if (!preset)
      throw new UsageError(
        'config',
        `${path}: bot.extends: there is no preset "${name}" in the operator's configuration`,
      );
    layers.push(await ownSettings(path, preset));
  }
  // Each layer has fields of the settings alone.
  return Object.assign({}, ...layers, await ownSettings(path, config)) as Partial<BotSettings>;
}

async function ownSettings(path: string, config: BotConfig): Promise<Partial<BotSettings>> {
  const { schedule, minAge, maxHold, snooze, limits } = config;
  const said: Record<string, unknown> = Object.fromEntries(PLAIN.map((name) => [name, config[name]]));
  said['minAgeMs'] = minAge;
  said['maxHoldMs'] = maxHold;
  said['snoozeMs'] = snooze;
  said['maxOpenPulls'] = limits?.open;
  said['maxNewPerRun'] = limits?.perRun;
  said['maxNewPerHour'] = limits?.perHour;
  if (schedule !== undefined) said['schedule'] = schedule && (await checkedSchedule(path, schedule));
  // The schemas have checked each value.
  return Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  ) as Partial<BotSettings>;
}

/** What holds where nobody says anything, in the words of the configuration. */
export function botDefaults(): Readonly<Record<string, unknown>> {
  const { minAgeMs, maxHoldMs, snoozeMs, maxOpenPulls, maxNewPerRun, maxNewPerHour, ...plain } =
    DEFAULT_SETTINGS;
  return {
    ...plain,
    extends: [],
    minAge: durationText(minAgeMs),
    maxHold: maxHoldMs === null ? null : durationText(maxHoldMs),
    snooze: durationText(snoozeMs),
    limits: { open: maxOpenPulls, perRun: maxNewPerRun, perHour: maxNewPerHour },
    spread: durationText(0),
    writePause: durationText(1000),
    verify: [],
    author: DEFAULT_AUTHOR,
  };
}

async function checkedSchedule(
  path: string,
  { cron, timezone = 'UTC', openFor = DEFAULT_OPEN_MS }: NonNullable<BotConfig['schedule']>,
): Promise<BotSettings['schedule']> {
  const { scheduleProblem } = await import('../bot/schedule.ts');
  const problem = scheduleProblem({ cron, timezone });
  if (problem !== null) throw new UsageError('config', `${path}: bot.schedule: ${problem}`);
  return { cron, timezone, openForMs: openFor };
}
