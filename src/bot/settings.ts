/** How the bot works on one repository: what its configuration says over what the operator says over the defaults. */
import type { OptionValues } from '../core/types.ts';

export interface NamedGroup {
  readonly name: string;
  /** Repositories with host; `*` stands for any text (`docker.io/library/*`). */
  readonly patterns: readonly string[];
}

export type Grouping = 'image' | 'all' | 'directory' | 'registry' | readonly NamedGroup[];

export interface Schedule {
  /** Five fields of cron; each time it fires, pull requests may be opened for a while. */
  readonly cron: string;
  /** IANA name, `Europe/Berlin`. */
  readonly timezone: string;
  /** How long after it fires. */
  readonly openForMs: number;
}

export interface BotSettings {
  readonly enabled: boolean;
  readonly group: Grouping;
  /** Make first pins of images that have none. */
  readonly pin: boolean;
  /** All first pins in one pull request, instead of one for each group. */
  readonly groupPins: boolean;
  readonly schedule: Schedule | null;
  /** Open pull requests follow their tags also outside the schedule. */
  readonly updateOutsideSchedule: boolean;
  /** How old a digest has to be before it is proposed. */
  readonly minAgeMs: number;
  /** After this time of moving tags, the newest digest is proposed whatever its age; null: twice `minAgeMs`. */
  readonly maxHoldMs: number | null;
  /** How long a pull request that a person closed is not made again, though the digest moves; 0: not at all. */
  readonly snoozeMs: number;
  readonly maxOpenPulls: number;
  readonly maxNewPerRun: number;
  readonly maxNewPerHour: number;
  /** Addresses whose commits to our branches are nobody's work: formatters, licence bots. In lower case. */
  readonly ignoredAuthors: readonly string[];
  readonly labels: readonly string[];
  readonly createLabels: boolean;
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly draft: boolean;
  /** The forge's own auto-merge, for updates that change nothing but bytes. */
  readonly automerge: boolean;
  readonly mergeMethod: 'merge' | 'squash' | 'rebase';
  readonly dashboard: boolean;
  readonly dashboardTitle: string;
  /** In front of the subject of commits and titles: `build(docker)`. */
  readonly commitPrefix: string;
}

/** What the configuration nearest to a Dockerfile says of it. */
export interface FileRules {
  readonly isExcluded: boolean;
  /** Ids of transforms that do not run on it. */
  readonly leftOut: ReadonlySet<string>;
  /** Settings of the transforms that do the edits, by id. */
  readonly options: Readonly<Record<string, OptionValues>>;
}

export const NO_RULES: FileRules = { isExcluded: false, leftOut: new Set(), options: {} };

export const DEFAULT_SETTINGS: BotSettings = {
  enabled: true,
  group: 'image',
  pin: true,
  groupPins: true,
  schedule: null,
  updateOutsideSchedule: false,
  minAgeMs: 3 * 86_400_000,
  maxHoldMs: null,
  snoozeMs: 14 * 86_400_000,
  maxOpenPulls: 10,
  maxNewPerRun: 5,
  maxNewPerHour: 2,
  ignoredAuthors: [],
  labels: [],
  createLabels: false,
  reviewers: [],
  assignees: [],
  draft: false,
  automerge: false,
  mergeMethod: 'squash',
  dashboard: true,
  dashboardTitle: 'dockfix dashboard',
  commitPrefix: 'build(docker)',
};

/** Of several layers the last that says something counts. `undefined` says nothing. */
export function mergeSettings(...layers: readonly Partial<BotSettings>[]): BotSettings {
  const said = layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)),
  );
  // Each layer has the fields of BotSettings or fewer, and the defaults have all.
  return Object.assign({}, DEFAULT_SETTINGS, ...said) as BotSettings;
}

/** Who commits where nobody else is named. */
export const DEFAULT_AUTHOR = { name: 'dockfix', email: 'dockfix@users.noreply.localhost' } as const;
