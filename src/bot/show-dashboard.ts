/** Brings the dashboard issue up to date, or leaves it alone when it is. */
import { isUnjudged } from '../forge/forge.ts';
import type { ForgeResult, Repository } from '../forge/forge.ts';
import type { Applied, Workspace } from './apply.ts';
import { DASHBOARD_MARKER, dashboardBody } from './dashboard.ts';
import type { DashboardRow } from './dashboard.ts';
import { sameText } from './fingerprint.ts';
import type { HeldUse, Plan } from './plan.ts';
import type { RepositoryOptions } from './repository.ts';
import type { BotSettings } from './settings.ts';
import type { RepositoryMemory } from './store.ts';

/** Its text, with what people have ticked; null where there is none, or none is wanted. */
export async function findDashboard(
  { path, hasIssues }: Repository,
  { dashboard }: BotSettings,
  { forge }: RepositoryOptions,
): Promise<ForgeResult<string | null>> {
  if (!dashboard || !hasIssues || !forge.features.issues) return { ok: true, value: null };
  const issue = await forge.findIssue(path, DASHBOARD_MARKER);
  if (issue.ok) return { ok: true, value: issue.value?.state === 'open' ? issue.value.body : null };
  // Without the right to read issues, the bot works all the same.
  return isUnjudged(issue) ? issue : { ok: true, value: null };
}

export async function showDashboard(
  workspace: Workspace,
  plan: Plan,
  applied: readonly Applied[],
): Promise<void> {
  const { repository, settings, options, dashboard, memory } = workspace;
  if (!settings.dashboard) {
    if (memory.hasIssue) await showIssue(repository, null, settings.dashboardTitle, memory, options);
    return;
  }
  const rows = (codes: (one: Applied) => boolean): DashboardRow[] =>
    applied.filter(codes).map(({ group, names, hash, reason, untilMs, number }) => ({
      names: names.length > 0 ? names : [group],
      hash,
      reason,
      untilMs,
      number,
    }));
  const isSnoozed = ({ hold }: Applied): boolean =>
    hold === 'snoozed' || hold === 'ignored' || hold === 'ignored-digest';
  const content = {
    open: rows(({ hold, number }) => number !== null && hold === null),
    held: [...rows((one) => one.hold !== null && !isSnoozed(one)), ...heldRows(plan.held, false)],
    snoozed: rows(isSnoozed),
    errors: heldRows(plan.held, true),
  };
  const body = dashboardBody(content, options.forge.features.maxBodyCharacters - 500);
  if (body === null && dashboard === null) return;
  const text = body ?? 'Nothing is open and nothing waits.\n';
  if (dashboard !== null && includesText(dashboard, text)) return;
  await showIssue(repository, text, settings.dashboardTitle, memory, options);
}

/** Forges put the marker into the text, and rewrite blanks. */
function includesText(shown: string, wanted: string): boolean {
  return shown
    .split('\n')
    .some((_, from, lines) =>
      [0, 1, 2].some((cut) => sameText(lines.slice(from, lines.length - cut).join('\n'), wanted)),
    );
}

function heldRows(held: readonly HeldUse[], isError: boolean): DashboardRow[] {
  const byReason = new Map<string, DashboardRow>();
  for (const { use, reason, untilMs, isError: failed } of held) {
    if (failed !== isError) continue;
    const name = use.image.raw.replace(/@.*$/s, '');
    const id = `${name} ${reason}`;
    if (!byReason.has(id)) byReason.set(id, { names: [name], hash: null, reason, untilMs, number: null });
  }
  return [...byReason.values()].sort((a, b) => (a.names[0]! < b.names[0]! ? -1 : 1));
}

/** Null closes it. It is no reason to stop when it cannot be written. */
export async function showIssue(
  repository: Repository,
  body: string | null,
  title: string,
  memory: RepositoryMemory,
  options: RepositoryOptions,
): Promise<void> {
  const { forge, store, log } = options;
  if (!repository.hasIssues || !forge.features.issues) return;
  const written = await forge.ensureIssue(repository.path, {
    marker: DASHBOARD_MARKER,
    title,
    body: body ?? '',
    state: body === null ? 'closed' : 'open',
  });
  const reason = written.ok ? (written.value.wrote ? 'written' : 'as it was') : written.reason;
  log({ repository: repository.path, key: '', action: 'dashboard', reason });
  if (written.ok) {
    const latest = store.repository(repository.id) ?? memory;
    await store.saveRepository(repository.id, { ...latest, hasIssue: body !== null });
  }
}
