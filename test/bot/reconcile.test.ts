/** What happens to one pull request, from everything that is known of it. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/bot/fingerprint.ts';
import { writeMetadata } from '../../src/bot/metadata.ts';
import { IGNORE_LABEL, REBUILD_BOX, reconcile } from '../../src/bot/reconcile.ts';
import type { Situation, Wanted } from '../../src/bot/reconcile.ts';
import type { PullRequest } from '../../src/forge/forge.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const KEY = 'docker.io/library/node:22';

function wanted(to: string, more: Partial<Wanted> = {}): Wanted {
  const changes = [{ key: KEY, path: 'Dockerfile', from: digest('a'), to: digest(to) }];
  return { changes, fingerprint: fingerprint(changes), isUrgent: false, ...more };
}

function pull(to: string, more: Partial<PullRequest> = {}): PullRequest {
  const { changes, fingerprint: print } = wanted(to);
  return {
    number: 7,
    url: null,
    branch: 'dockfix/node-22-12345678',
    baseBranch: 'main',
    head: 'c0ffee',
    title: 'Update node',
    body: `text\n- [ ] ${REBUILD_BOX}\n${writeMetadata({ group: KEY, fingerprint: print, title: 'Update node', changes })}`,
    state: 'open',
    labels: [],
    closedBy: null,
    createdAtMs: NOW - 5 * DAY,
    closedAtMs: null,
    isMergeable: true,
    mustBeUpToDate: false,
    isQueued: false,
    ...more,
  };
}

const closed = (to: string, more: Partial<PullRequest> = {}): PullRequest =>
  pull(to, { state: 'closed', closedBy: 'person', closedAtMs: NOW - DAY, ...more });

function situation(more: Partial<Situation>): Situation {
  return {
    wanted: wanted('b'),
    open: null,
    rememberedHead: null,
    past: undefined,
    branch: undefined,
    authorship: undefined,
    closedByUs: new Set(),
    isAskedFor: false,
    isRecalled: false,
    baseBranch: 'main',
    isOpenTime: true,
    updateOutsideSchedule: false,
    snoozeMs: 14 * DAY,
    nowMs: NOW,
    ...more,
  };
}

const act = (more: Partial<Situation>): ReturnType<typeof reconcile> => reconcile(situation(more));
/** Nothing in the way of a new pull request. */
const FREE = { past: [], branch: null } as const;

describe('a pull request that is open', () => {
  // Mutation: `open.mustBeUpToDate` becomes `true`.
  it('is left alone when it proposes what is wanted, though the base has moved on (BOT-9)', () => {
    expect(act({ open: pull('b') })).toEqual({ kind: 'none', reason: 'up to date' });
  });

  // Mutation: `open.isMergeable === false` becomes `false`; `open.mustBeUpToDate` becomes `false`.
  it('BOT-9 is made again for a conflict, or where the forge wants it up to date', () => {
    const open = pull('b');
    expect(act({ open: { ...open, isMergeable: false }, rememberedHead: 'c0ffee' })).toMatchObject({
      reason: 'conflict',
    });
    expect(act({ open: { ...open, isMergeable: null } }).kind).toBe('none');
    expect(act({ open: { ...open, mustBeUpToDate: true }, rememberedHead: 'c0ffee' })).toMatchObject({
      reason: 'out of date',
    });
  });

  it('is brought to the new digest when the tag has moved again, from the commit that was seen', () => {
    const expected = { kind: 'refresh', reason: 'moved', expectedHead: 'c0ffee' };
    expect(act({ open: pull('b'), wanted: wanted('c'), rememberedHead: 'c0ffee' })).toEqual(expected);
    expect(act({ open: pull('b'), wanted: wanted('c'), authorship: 'ours' })).toEqual(expected);
  });

  // Mutation: `situation.rememberedHead === head` becomes `true`.
  it('BOT-3 asks who has committed to it when its head is not the one that was written', () => {
    const moved = { open: pull('b'), wanted: wanted('c') };
    expect(act({ ...moved, rememberedHead: 'other' })).toEqual({ kind: 'ask', what: 'authorship' });
    expect(act({ ...moved, rememberedHead: 'other', authorship: 'edited' })).toEqual({
      kind: 'leave-edited',
    });
  });

  // Mutation: the line with `open.baseBranch !== situation.baseBranch` is taken away.
  it('BOT-3 counts as edited when a person has pointed it at another branch', () => {
    const open = pull('b', { baseBranch: 'release' });
    expect(act({ open, wanted: wanted('c'), rememberedHead: 'c0ffee' })).toEqual({ kind: 'leave-edited' });
  });

  // Mutation: the line with `isTicked` is taken away.
  it('is made again when a person ticks the box, even over commits of theirs', () => {
    const open = pull('b');
    const ticked = { ...open, body: open.body.replace('- [ ]', '- [x]') };
    expect(act({ open: ticked, authorship: 'edited' })).toEqual({
      kind: 'refresh',
      reason: 'asked for',
      expectedHead: 'c0ffee',
    });
  });

  it('is left alone while it waits to be merged', () => {
    expect(act({ open: pull('b', { isQueued: true }), wanted: wanted('c') }).kind).toBe('none');
    expect(act({ open: pull('b', { isQueued: true }), wanted: { reason: 'up to date' } }).kind).toBe('none');
  });

  // Mutation: `!isOpenTime && !updateOutsideSchedule` becomes `false`.
  it('BOT-7 is not touched outside the schedule, unless that is wished for or urgent', () => {
    const outside = { open: pull('b'), rememberedHead: 'c0ffee', isOpenTime: false };
    expect(act({ ...outside, wanted: wanted('c') })).toMatchObject({ kind: 'hold', code: 'schedule' });
    expect(act({ ...outside, wanted: wanted('c'), updateOutsideSchedule: true }).kind).toBe('refresh');
    expect(act({ ...outside, wanted: wanted('c', { isUrgent: true }) }).kind).toBe('refresh');
  });

  // Mutation: `authorship === 'ours'` in `obsolete` becomes `true`.
  it('BOT-5 is closed with the reason when it is obsolete, and its branch goes only when nobody has worked on it', () => {
    const why = { reason: 'up to date' } as const;
    expect(act({ open: pull('b'), wanted: why, rememberedHead: 'c0ffee' })).toEqual({
      kind: 'close',
      why,
      deleteBranch: 'c0ffee',
    });
    expect(act({ open: pull('b'), wanted: why })).toEqual({ kind: 'ask', what: 'authorship' });
    expect(act({ open: pull('b'), wanted: why, authorship: 'edited' })).toEqual({ kind: 'abandon', why });
    expect(act({ open: pull('b', { head: null }), wanted: why })).toEqual({
      kind: 'close',
      why,
      deleteBranch: null,
    });
  });
});

describe('a pull request that is not there', () => {
  it('is asked about before it is made: what was there before, and the branch', () => {
    expect(act({})).toEqual({ kind: 'ask', what: 'past' });
    expect(act({ past: [] })).toEqual({ kind: 'ask', what: 'branch' });
    expect(act(FREE)).toEqual({ kind: 'create', expectedHead: null });
  });

  it('costs no request when there is nothing to propose', () => {
    expect(act({ wanted: { reason: 'up to date' } }).kind).toBe('none');
    expect(act({ isOpenTime: false })).toMatchObject({ kind: 'hold', code: 'schedule' });
  });

  // Mutation: the last `branch-taken` of reconcile.ts becomes a create.
  it('takes up a branch of its own that was left behind, and never one that others have committed to', () => {
    const branch = { head: 'dead' };
    expect(act({ past: [], branch, rememberedHead: 'dead' })).toEqual({
      kind: 'create',
      expectedHead: 'dead',
    });
    expect(act({ past: [], branch })).toEqual({ kind: 'ask', what: 'authorship' });
    expect(act({ past: [], branch, authorship: 'ours' })).toEqual({ kind: 'create', expectedHead: 'dead' });
    expect(act({ past: [], branch, authorship: 'edited' })).toMatchObject({
      kind: 'hold',
      code: 'branch-taken',
    });
  });

  // Mutation: `untilMs <= situation.nowMs` becomes `true`.
  it('BOT-4 waits for the snooze to pass when a person closed the last one, then comes with a newer digest', () => {
    const past = [closed('b')];
    expect(act({ ...FREE, past, wanted: wanted('c') })).toMatchObject({
      kind: 'hold',
      code: 'snoozed',
      untilMs: NOW + 13 * DAY,
    });
    expect(act({ ...FREE, past, wanted: wanted('c'), nowMs: NOW + 13 * DAY }).kind).toBe('create');
    expect(act({ ...FREE, past, wanted: wanted('c'), snoozeMs: 0 }).kind).toBe('create');
  });

  // Mutation: `if (refusedBy)` becomes `if (false)`.
  it('BOT-4 never proposes again the digest that a person refused, however long ago', () => {
    const past = [closed('c'), closed('b', { number: 3, closedAtMs: NOW - 90 * DAY })];
    const late = { ...FREE, past, nowMs: NOW + 1000 * DAY };
    expect(act({ ...late, wanted: wanted('b') })).toMatchObject({ kind: 'hold', code: 'ignored-digest' });
    expect(act({ ...late, wanted: wanted('c') })).toMatchObject({ kind: 'hold', code: 'ignored-digest' });
    expect(act({ ...late, wanted: wanted('d') }).kind).toBe('create');
  });

  // Mutation: `last.labels.includes(IGNORE_LABEL)` becomes `false`.
  it('BOT-4 stays away as long as the closed one bears the label', () => {
    const late = { ...FREE, wanted: wanted('d'), nowMs: NOW + 1000 * DAY };
    expect(act({ ...late, past: [closed('b', { labels: [IGNORE_LABEL] })] })).toMatchObject({
      code: 'ignored',
    });
    expect(act({ ...late, past: [closed('b')] }).kind).toBe('create');
  });

  // Mutations: the line with `isRenamed`, and `situation.isAskedFor`, are taken away.
  it('BOT-4 comes back at once when a person renames the closed one, or asks for it on the dashboard', () => {
    const past = [closed('b', { title: 'old: Update node' })];
    expect(act({ ...FREE, past }).kind).toBe('create');
    expect(act({ ...FREE, past: [closed('b')], isAskedFor: true }).kind).toBe('create');
  });

  // Mutations: `situation.isRecalled === false` becomes `true`; `!isLatest ||` is taken away.
  it('BOT-4 looks for a command only where something is held, and comes back when there is one', () => {
    const recall = { isRecalled: undefined };
    const since = NOW - DAY;
    for (const more of [
      { past: [closed('b')] },
      { past: [closed('b', { labels: [IGNORE_LABEL] })], nowMs: NOW + 1000 * DAY },
      { past: [closed('b')], wanted: wanted('c') },
    ]) {
      expect(act({ ...FREE, ...recall, ...more })).toEqual({
        kind: 'ask',
        what: 'recall',
        number: 7,
        sinceMs: since,
      });
      expect(act({ ...FREE, ...more, isRecalled: false }).kind).toBe('hold');
      expect(act({ ...FREE, ...more, isRecalled: true }).kind).toBe('create');
    }
    expect(act({ ...FREE, ...recall, past: [closed('b', { closedBy: 'us' })] }).kind).toBe('create');
    const after = [pull('d', { number: 9, state: 'merged' }), closed('b')];
    expect(act({ ...FREE, ...recall, past: after, wanted: wanted('b') })).toMatchObject({ kind: 'hold' });
  });

  // Mutation: `closedBy === 'us' ||` is taken away; `closedBy !== 'person' &&` is taken away.
  it('BOT-4 does not count what it closed itself, by the forge or by its own memory, but counts the unknown', () => {
    expect(act({ ...FREE, past: [closed('b', { closedBy: 'us' })] }).kind).toBe('create');
    const unknown = [closed('b', { closedBy: 'unknown' })];
    expect(act({ ...FREE, past: unknown }).kind).toBe('hold');
    expect(act({ ...FREE, past: unknown, closedByUs: new Set([7]) }).kind).toBe('create');
    expect(act({ ...FREE, past: [closed('b')], closedByUs: new Set([7]) }).kind).toBe('hold');
  });

  it('is not snoozed when a later one was merged, or when the pinned digest is gone', () => {
    const merged = pull('d', { number: 9, state: 'merged' });
    expect(act({ ...FREE, past: [merged, closed('b')], wanted: wanted('c') }).kind).toBe('create');
    expect(act({ ...FREE, past: [closed('b')], wanted: wanted('c', { isUrgent: true }) }).kind).toBe(
      'create',
    );
  });

  // Mutation: `!isOpenTime && !wanted.isUrgent` becomes `!isOpenTime`.
  it('RET-1 comes outside the schedule when the pinned digest is gone', () => {
    expect(act({ ...FREE, isOpenTime: false, wanted: wanted('b', { isUrgent: true }) }).kind).toBe('create');
  });
});
