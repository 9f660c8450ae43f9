import { createGitLabForge } from '../../src/forge/gitlab.ts';
import { describeForge } from './contract.ts';
import { openFakeWorld, quickly } from './worlds.ts';

describeForge('GitLab', () =>
  openFakeWorld((fake, http) => {
    fake.world.closesWithBranch = false;
    const { clock, log } = quickly();
    return createGitLabForge({
      clock,
      log,
      http,
      baseUrl: fake.url,
      token: fake.addToken(fake.addAccount('dockfix')),
    });
  }),
);
