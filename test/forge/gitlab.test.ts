import { afterAll } from 'vitest';
import { createGitLabForge } from '../../src/forge/gitlab.ts';
import { describeForge } from './contract.ts';
import { makeCopies } from './pushing.ts';
import { openFakeWorld, quickly } from './worlds.ts';

const copies = makeCopies();
afterAll(() => copies.remove());

describeForge('GitLab', () =>
  openFakeWorld((fake, http) => {
    fake.world.closesWithBranch = false;
    const { clock, log } = quickly();
    const token = fake.addToken(fake.addAccount('dockfix'));
    return createGitLabForge({ clock, log, http, baseUrl: fake.url, token, openGit: copies.openGit });
  }),
);
