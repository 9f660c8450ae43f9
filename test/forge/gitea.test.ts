import { afterAll } from 'vitest';
import { createGiteaForge } from '../../src/forge/gitea.ts';
import { describeForge } from './contract.ts';
import { makeCopies } from './pushing.ts';
import { openFakeWorld, quickly } from './worlds.ts';

const copies = makeCopies();
afterAll(() => copies.remove());

describeForge('Gitea', () =>
  openFakeWorld((fake, http) => {
    const { clock, log } = quickly();
    const token = fake.addToken(fake.addAccount('dockfix'));
    return createGiteaForge({ clock, log, http, baseUrl: fake.url, token, openGit: copies.openGit });
  }),
);
