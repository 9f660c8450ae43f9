/** The fake forge, set up as the contract wants it. */
import { createHttp } from '../../src/net/http.ts';
import type { Http } from '../../src/net/http.ts';
import { silent } from '../../src/net/log.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { addComment, closeIssue } from '../support/fake-forge/world.ts';
import { fakeClock } from '../support/clock.ts';
import type { Forge } from '../../src/forge/forge.ts';
import { FILES, LINKS, MODES } from './contract.ts';
import type { ContractWorld } from './contract.ts';

export interface FakeWorld extends ContractWorld {
  readonly fake: FakeForge;
  readonly repo: Repo;
  readonly http: Http;
}

export const USER_AGENT = 'dockfix/test';

/** `make` is called for every run of the bot. */
export async function openFakeWorld(
  make: (fake: FakeForge, http: Http, repo: Repo) => Forge,
): Promise<FakeWorld> {
  const fake = await startFakeForge();
  const repo = fake.addRepo('acme/shop', { files: { ...FILES, ...LINKS }, modes: MODES });
  const http = createHttp({ userAgent: USER_AGENT });
  const someone = fake.addAccount('someone');
  const find = (number: number) => repo.issues.find((each) => each.number === number)!;
  return {
    fake,
    repo,
    http,
    forge: make(fake, http, repo),
    again: () => make(fake, http, repo),
    repository: 'acme/shop',
    person: {
      push: async (branch, files) => fake.push(repo, branch, { files, author: someone }),
      closePull: async (number) => closeIssue(fake.world, find(number), someone),
      labelsOf: async (number) => find(number).labels,
      comment: async (number, body, who) => {
        const account = fake.addAccount(`a ${who}`.replace(' ', '-'));
        if (who === 'writer' && !repo.collaborators.includes(account)) repo.collaborators.push(account);
        if (who === 'reader') repo.readers.push(account);
        addComment(fake.world, find(number), account, body);
      },
      commentsOf: async (number) => find(number).comments.map(({ body }) => body),
      openPulls: async () =>
        repo.issues.filter(({ pull, state }) => pull && state === 'open').map(({ number }) => number),
      issues: async () =>
        repo.issues.filter(({ pull }) => !pull).map(({ title, state }) => ({ title, state })),
    },
    inject: (rule) => fake.inject(rule),
    clearFaults: () => fake.clearFaults(),
    close: async () => {
      await http.close();
      await fake.close();
    },
  };
}

/** Time passes only when the bot sleeps, so that no pause of its own costs the tests anything. */
export function quickly() {
  return { clock: fakeClock(), log: silent, userAgent: USER_AGENT };
}
