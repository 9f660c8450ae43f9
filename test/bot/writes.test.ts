/** Every write is announced, and none of them is sent by a dry run. */
import { describe, expect, it } from 'vitest';
import { announced, withoutWrites } from '../../src/bot/writes.ts';
import type { Write } from '../../src/bot/writes.ts';
import type { Forge } from '../../src/forge/forge.ts';
import { createGitForge } from '../../src/forge/git.ts';

/** A forge that is never asked for anything. */
const forge: Forge = createGitForge({
  kind: 'local',
  nowMs: () => 0,
  open: () => Promise.reject(new Error('something was sent')),
});
/** The operations of the interface, by what `wrap` puts in their place. */
const changedBy = (wrap: (forge: Forge) => Forge): string[] =>
  Object.entries(wrap(forge))
    .filter(([name, operation]) => operation !== forge[name as keyof Forge])
    .map(([name]) => name)
    .sort();

describe('writes', () => {
  // Mutation: any line of `withoutWrites`, or of `announced`, is taken away.
  it('BOT-14 are announced, each of them, and each of them is left out of a dry run, and nothing else is', async () => {
    const writes = [
      'addAssignees',
      'addLabels',
      'closePullRequest',
      'commitFiles',
      'createPullRequest',
      'deleteBranch',
      'enableAutoMerge',
      'ensureIssue',
      'requestReviewers',
      'updatePullRequest',
      'upsertComment',
    ];
    expect(changedBy((one) => announced(one, () => {}))).toEqual(writes);
    expect(changedBy(withoutWrites)).toEqual(writes);
  });

  it('BOT-14 are announced with everything that is sent, before it is', async () => {
    const heard: Write[] = [];
    const dry = announced(withoutWrites(forge), (_, write) => void heard.push(write));
    const request = {
      branch: 'dockfix/x-01234567',
      baseBranch: 'main',
      title: 't',
      body: 'b',
      isDraft: false,
    };
    const { value } = (await dry.createPullRequest('.', request)) as {
      value: { pullRequest: Parameters<Forge['updatePullRequest']>[1] };
    };
    await dry.updatePullRequest('.', value.pullRequest, { body: 'c' });
    await dry.closePullRequest('.', 4);
    await dry.deleteBranch('.', 'dockfix/x-01234567', 'abc');
    await dry.addLabels('.', 4, ['a'], true);
    expect(heard).toEqual([
      { op: 'create-pull-request', request },
      { op: 'update-pull-request', number: 0, body: 'c' },
      { op: 'close-pull-request', number: 4 },
      { op: 'delete-branch', branch: 'dockfix/x-01234567', expectedHead: 'abc' },
      { op: 'add-labels', number: 4, labels: ['a'], create: true },
    ]);
  });
});
