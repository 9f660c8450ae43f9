/** A secret in every place that a bot has any in, servers that repeat them all, and everything that comes out of it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNoneOf, filesBelow, repeated } from '../support/canary.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { startFakeForge } from '../support/fake-forge/fake-forge.ts';
import type { FakeForge, Repo } from '../support/fake-forge/fake-forge.ts';
import { hasGit } from '../support/git.ts';
import { makeImage } from '../support/images.ts';
import { makeMachine } from '../support/machine.ts';
import type { Machine } from '../support/machine.ts';
import { shelfHandler } from '../support/registry.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';

const PASSWORD = 'Passw0rd+canary/with:x&y?z%41';
const REGISTRY_TOKEN = 'tok3n.canary-of.the-registry';
const PROXY_PASSWORD = 'pr0xy-canary-of-the-network';
const OTHER = 'AKIA-canary-that-nobody-asks-for';
const BASIC = `Basic ${Buffer.from(`jane:${PASSWORD}`).toString('base64')}`;
const CREDENTIALS = { github: 'GITHUB_TOKEN', gitlab: 'GITLAB_TOKEN', gitea: 'GITEA_TOKEN' } as const;

describe.skipIf(!hasGit).each(['github', 'gitlab', 'gitea'] as const)(
  'secrets of a bot on %s (needs git)',
  { timeout: 120_000 },
  (kind) => {
    let fake: FakeForge;
    let registry: FakeRegistry;
    let repo: Repo;
    let token: string;
    let isBroken: boolean;
    /** The registry says nothing of a token that nobody has yet. */
    let isIssued: boolean;

    beforeEach(async () => {
      fake = await startFakeForge();
      token = fake.addToken(fake.addAccount('dockfix[bot]', 'Bot'), kind === 'github' ? 'app' : 'pat');
      const said = (): string =>
        [PASSWORD, token, ...(isIssued ? [REGISTRY_TOKEN] : [])].map(repeated).join(' ');
      const labelled = (salt: string, text: string) =>
        makeImage({
          salt,
          config: {
            User: text,
            Labels: {
              'org.opencontainers.image.source': `https://jane:${text}@github.com/acme/app`,
              'org.opencontainers.image.title': text,
            },
          },
        });
      // One whose labels say everything, and one that says nothing.
      const shelf = new Map([
        ['acme/loud:1', labelled('loud', [PASSWORD, token, REGISTRY_TOKEN].map(repeated).join(' '))],
        ['acme/app:1', labelled('two', 'harmless')],
        ['acme/app:0', labelled('one', 'quiet')],
      ]);
      const good = shelfHandler(shelf);
      [isBroken, isIssued] = [false, false];
      registry = await startFakeRegistry((request, response, url) => {
        const warning = { warning: `299 - "${isIssued ? REGISTRY_TOKEN : ''} ${PASSWORD}"` };
        const errors = JSON.stringify({ errors: [{ code: 'DENIED', message: said() }] });
        if (url.pathname === '/token') {
          const isKnown = request.headers.authorization === BASIC;
          isIssued ||= isKnown;
          return send(
            request,
            response,
            isKnown ? 200 : 401,
            {},
            JSON.stringify({ token: REGISTRY_TOKEN, said: said() }),
          );
        }
        if (request.headers.authorization !== `Bearer ${REGISTRY_TOKEN}`) {
          const challenge = `Bearer realm="${registry.url}/token",service="s"`;
          return send(request, response, 401, { ...warning, 'www-authenticate': challenge }, errors);
        }
        if (isBroken) return send(request, response, 400, warning, errors);
        return good(request, response, url);
      });
      const pin = (name: string, key: string): string =>
        `FROM registry.test/${name}@${shelf.get(key)!.digest}\n`;
      repo = fake.addRepo('acme/shop', {
        files: {
          Dockerfile:
            pin('acme/app:1', 'acme/app:0') +
            pin('acme/loud:1', 'acme/app:0') +
            pin('acme/gone:1', 'acme/app:0'),
        },
      });
    });
    afterEach(async () => {
      await registry.close();
      await fake.close();
    });

    /** Where the words of the commands that are run go, beside being run. */
    function listening(machine: Machine): string {
      const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
      const words = join(machine.folder, 'git-words');
      machine.write('bin/git', `#!/bin/sh\necho "$@" >> '${words}'\nexec ${real} "$@"\n`, 0o755);
      return `${join(machine.folder, 'bin')}:${process.env['PATH']}`;
    }

    async function run(machine: Machine, path: string, ...flags: string[]): Promise<RunResult> {
      isIssued = false;
      const config = machine.write(
        'operator.yaml',
        'bot: { minAge: 0s, limits: { perHour: 100 } }\n' +
          `allowPrivate: ["${new URL(registry.url).host}"]\nregistries: { registry.test: { endpoint: "${registry.url}" } }\n`,
      );
      // Made here and gone before it is looked at what is left.
      machine.write('secret/config.json', { auths: { 'registry.test': { auth: BASIC.slice(6) } } });
      const places = [
        '--cache-dir',
        join(machine.folder, 'cache'),
        '--state',
        join(machine.folder, 'state.json'),
      ];
      const figures = ['--metrics', join(machine.folder, 'metrics.prom')];
      return runDockfix(
        ['bot', '--forge', kind, '--repo', 'acme/shop', '--config', config, ...places, ...figures, ...flags],
        machine.folder,
        {
          HOME: machine.folder,
          PATH: path,
          DOCKER_CONFIG: join(machine.folder, 'secret'),
          DOCKFIX_FORGE_URL: fake.url,
          [CREDENTIALS[kind]]: token,
          HTTPS_PROXY: `http://jane:${PROXY_PASSWORD}@127.0.0.1:9`,
          NO_PROXY: '127.0.0.1',
          AWS_SECRET_ACCESS_KEY: OTHER,
        },
      );
    }

    /** All that anybody can read afterwards. */
    function left(machine: Machine, results: readonly RunResult[]): Readonly<Record<string, string>> {
      const files = Object.entries(filesBelow(machine.folder)).filter(([path]) => !path.includes('/secret/'));
      const texts = repo.issues.flatMap(({ title, body, comments }) => [
        title,
        body,
        ...comments.map((each) => each.body),
      ]);
      const log = spawnSync('git', ['log', '--all', '-p', '--format=%an %ae %B'], {
        cwd: repo.git.folder,
        encoding: 'utf8',
      });
      return {
        ...Object.fromEntries(files),
        printed: results.map(({ stdout, stderr }) => stdout + stderr).join('\n'),
        texts: texts.join('\n'),
        commits: log.stdout,
      };
    }
    const secrets = (): readonly string[] => [PASSWORD, REGISTRY_TOKEN, PROXY_PASSWORD, OTHER, token];

    // Mutations: `withoutSecrets` gives every fact back; the cache keeps what holds a secret (image-facts.ts); the
    // token of a forge becomes a part of the URL that git gets.
    it('E32 SEC-6 come out nowhere: not printed, written, committed, proposed, counted or handed to git as words', async () => {
      const machine = makeMachine();
      const path = listening(machine);
      const results: RunResult[] = [];
      for (const flags of [['--dry-run', '--debug'], ['--debug'], ['--verbose', '--no-cache']])
        results.push(await run(machine, path, ...flags));
      expect(
        results.map(({ exit }) => exit),
        results[1]!.stderr,
      ).toEqual([3, 3, 3]);
      expect(repo.issues.filter(({ pull }) => pull !== null)).toHaveLength(2);
      expect(registry.seen.some(({ headers }) => headers.authorization === BASIC)).toBe(true);
      const all = left(machine, results);
      expect(Object.keys(all).some((file) => file.endsWith('metrics.prom'))).toBe(true);
      expect(Object.keys(all).some((file) => file.endsWith('state.json'))).toBe(true);
      if (kind === 'gitea') expect(Object.keys(all).some((file) => file.endsWith('git-words'))).toBe(true);
      expectNoneOf(secrets(), all);
    });

    // Mutation: `cleanText` and the redactor are taken away from what an answer of a forge is shown as.
    it('E32 SEC-6 come out of no failure, although forge and registry repeat what they were sent', async () => {
      const machine = makeMachine();
      const path = listening(machine);
      const results: RunResult[] = [];
      const failures = [
        { isWrite: false, status: 403 },
        { isWrite: false, status: 401 },
        { isWrite: true, status: 422 },
        { isWrite: true, status: 400 },
      ];
      for (const { isWrite, status } of failures) {
        const message = `refused: ${repeated(token)}`;
        const body = {
          message,
          error: message,
          errors: [{ message }],
          documentation_url: `https://x/?token=${token}`,
        };
        fake.inject({
          at: 'before',
          writesOnly: isWrite,
          fault: { kind: 'answer', answer: { status, body } },
        });
        results.push(await run(machine, path, '--debug'));
        fake.clearFaults();
      }
      isBroken = true;
      results.push(await run(machine, path, '--debug', '--no-cache'));
      for (const { exit, stderr } of results) expect(exit, stderr).toBe(3);
      const all = left(machine, results);
      expect(all['printed']).toMatch(/refused|denied|403/);
      expectNoneOf(secrets(), all);
    });
  },
);
