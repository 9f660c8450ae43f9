import { afterAll } from 'vitest';
import type { Forge } from '../../src/forge/forge.ts';
import { createGiteaForge } from '../../src/forge/gitea.ts';
import type { Http } from '../../src/net/http.ts';
import type { FakeForge } from '../support/fake-forge/fake-forge.ts';
import { describeAutomation } from './automation.ts';
import { describeForge } from './contract.ts';
import { makeCopies } from './pushing.ts';
import { openFakeWorld, quickly } from './worlds.ts';

const copies = makeCopies();
afterAll(() => copies.remove());

function make(fake: FakeForge, http: Http): Forge {
  const { clock, log } = quickly();
  const token = fake.addToken(fake.addAccount('dockfix'));
  return createGiteaForge({ clock, log, http, baseUrl: fake.url, token, openGit: copies.openGit });
}

describeForge('Gitea', () => openFakeWorld(make));
describeAutomation('Gitea', make, { mergePath: /\/pulls\/\d+\/merge$/, hasTeams: true });
