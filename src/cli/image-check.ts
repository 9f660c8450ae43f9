/**
 * The operator's own word on images before the bot proposes them: cosign, notation, or any program that ends with 0
 * for an image that is as it should be. Only the operator's configuration names it, as a list of arguments; there is no
 * shell, and nothing of a repository is in its arguments but a checked reference.
 */
import { basename, parse } from 'node:path';
import type { CheckImage } from '../bot/look-ups.ts';
import type { ImageCheck } from '../config/bot.ts';
import { matchesWildcard } from '../core/image-ref.ts';
import type { Environment } from '../registry/keychain/environment.ts';
import { createRunner } from '../engine/process.ts';
import type { Ran } from '../engine/process.ts';
import type { Log } from '../net/log.ts';
import { visibleLine } from '../report/visible.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

/** What speaks to forges is none of its business; registries and key services are. */
const FORGE_CREDENTIAL = /^(?:DOCKFIX_.*|(?:GITHUB|GH|GITLAB|CI_JOB|GITEA|FORGEJO)_TOKEN)$/i;

/** The first check whose patterns fit an image counts; an image that none fits is not checked. */
export function createImageCheck(
  checks: readonly ImageCheck[],
  { env, log }: { readonly env: Environment; readonly log: Log },
): CheckImage {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || FORGE_CREDENTIAL.test(name) ? [] : [[name, value] as const],
  );
  const run = createRunner({ env: Object.fromEntries(kept), cwd: parse(process.execPath).root });
  return async ({ registry, repository }, digest) => {
    const name = `${registry}/${repository}`;
    const check = checks.find(
      ({ images }) => images === undefined || images.some((pattern) => matchesWildcard(pattern, name)),
    );
    if (!check) return null;
    const [program, ...args] = check.command as [string, ...string[]];
    const ran = await run(
      program,
      args.map((arg) => arg.replaceAll('{image}', `${name}@${digest}`)),
      { timeoutMs: check.timeout ?? DEFAULT_TIMEOUT_MS },
    );
    const said = visibleLine(`${ran.stdout}\n${ran.stderr}`.trim().slice(-2000));
    log.debug(`${program} for ${name}@${digest}: ${outcome(ran)}${said === '' ? '' : `: ${said}`}`);
    if (ran.code === 0) return null;
    const who = basename(program);
    return ran.code === null
      ? { code: 'check-failed', reason: `${who}, which has to vouch for it, ${outcome(ran)}` }
      : { code: 'unverified', reason: `${who} does not vouch for ${digest.slice(0, 19)}… (${outcome(ran)})` };
  };
}

function outcome({ how, code }: Ran): string {
  if (how === 'missing') return 'cannot be run';
  if (how === 'exit') return code === null ? 'was ended by a signal' : `exit code ${code}`;
  return how === 'timeout' ? 'gave no answer in time' : 'was ended';
}
