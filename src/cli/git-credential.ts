/** The credential for git remotes over HTTPS: from the environment, for one server. */
import { UsageError } from '../core/errors.ts';
import type { GitCredential } from '../forge/git-credential.ts';
import { createRedactor } from '../net/redact.ts';
import { remoteOf } from './bot-forge.ts';
import { serverUrl } from './hosted-forge.ts';
import type { GuardedIo } from './io.ts';

/** Most forges take any name beside a token; those that do not are told by DOCKFIX_FORGE_USER. */
const ANY_USER = 'x-access-token';

/**
 * Null when there is none. It is for the server of DOCKFIX_FORGE_URL, else for the one that all remotes are at; throws
 * {@link UsageError} where there are several, because nobody has said which of them may have it.
 */
export function gitCredential(remotes: readonly string[], io: GuardedIo): GitCredential | null {
  const { env, cwd } = io;
  const secret = env['DOCKFIX_FORGE_TOKEN']?.trim() ?? '';
  if (secret === '') return null;
  const user = env['DOCKFIX_FORGE_USER']?.trim() || ANY_USER;
  const redactor = createRedactor();
  redactor.register(secret, user);
  io.guard.use(redactor);
  // A line feed would be a header of its own, and a colon ends the name.
  if (/[^\x21-\x7e]/.test(secret) || /[^\x21-\x39\x3b-\x7e]/.test(user))
    throw new UsageError(
      'usage',
      'DOCKFIX_FORGE_TOKEN and DOCKFIX_FORGE_USER: are of printable characters without blanks; a name has no colon',
    );
  const named = serverUrl(env, null);
  if (named !== null) return { origin: new URL(named).origin, user, secret };
  const urls = remotes.flatMap((path) => remoteOf(path, cwd)?.url ?? []);
  const origins = new Set(urls.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).origin));
  const [origin] = origins;
  if (origins.size > 1)
    throw new UsageError(
      'usage',
      'DOCKFIX_FORGE_TOKEN: the remotes are at several servers; say with DOCKFIX_FORGE_URL which of them gets it',
    );
  return origin === undefined ? null : { origin, user, secret };
}
