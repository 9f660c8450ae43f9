/** Figures of a run, in the text format of Prometheus. */

export type Counter =
  | 'repositories'
  | 'repositories_unchanged'
  | 'repositories_failed'
  | 'lookups'
  | 'lookups_failed'
  | 'rate_limited'
  | 'pulls_created'
  | 'pulls_updated'
  | 'pulls_closed'
  | 'pulls_held'
  | 'forge_reads'
  | 'forge_writes';

const HELP: Readonly<Record<Counter, string>> = {
  repositories: 'Repositories looked at.',
  repositories_unchanged: 'Repositories in which nothing had changed.',
  repositories_failed: 'Repositories that could not be judged.',
  lookups: 'Questions to registries.',
  lookups_failed: 'Questions to registries without an answer.',
  rate_limited: 'Answers that said "too many requests", of registries and forges.',
  pulls_created: 'Pull requests opened.',
  pulls_updated: 'Pull requests brought up to date.',
  pulls_closed: 'Pull requests closed because nothing was left to propose.',
  pulls_held: 'Updates that wait, and why is on the dashboard.',
  forge_reads: 'Requests to the forge that read.',
  forge_writes: 'Requests to the forge that write.',
};

export interface Metrics {
  add(counter: Counter, count?: number): void;
  /** The age of the oldest pin that is not up to date, in milliseconds since its tag was seen to leave it. */
  sawPinAge(ageMs: number): void;
  get(counter: Counter): number;
  /** Ends with a line feed. */
  text(): string;
}

export function createMetrics(): Metrics {
  const counts = new Map<Counter, number>();
  let oldestMs = 0;
  return {
    add: (counter, count = 1) => void counts.set(counter, (counts.get(counter) ?? 0) + count),
    sawPinAge: (ageMs) => void (oldestMs = Math.max(oldestMs, ageMs)),
    get: (counter) => counts.get(counter) ?? 0,
    text() {
      // The record has a line for each counter and nothing else.
      const rows = (Object.entries(HELP) as [Counter, string][]).map(
        ([name, help]) =>
          `# HELP dockfix_${name}_total ${help}\n# TYPE dockfix_${name}_total counter\n` +
          `dockfix_${name}_total ${counts.get(name) ?? 0}\n`,
      );
      const age =
        '# HELP dockfix_oldest_pin_seconds How long ago the tag of the oldest outdated pin was seen to move.\n' +
        `# TYPE dockfix_oldest_pin_seconds gauge\ndockfix_oldest_pin_seconds ${Math.floor(oldestMs / 1000)}\n`;
      return rows.join('') + age;
    },
  };
}
