/** A credential for git over HTTP that no argument, URL, file or redirect ever holds. */
import type { Git, GitCall } from './git-process.ts';

export interface GitCredential {
  /** `https://host:port`: the only server that gets it. */
  readonly origin: string;
  readonly user: string;
  readonly secret: string;
}

/** In the environment of each git, for this origin alone: arguments are seen by everybody on the machine. */
export function withCredential(git: Git, { origin, user, secret }: GitCredential): Git {
  const basic = Buffer.from(`${user}:${secret}`).toString('base64');
  const env = {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    // Old versions of curl take a header of ours along to wherever they are sent.
    GIT_CONFIG_KEY_1: `http.${origin}/.followRedirects`,
    GIT_CONFIG_VALUE_1: 'false',
  };
  const add = (call: GitCall = {}): GitCall => ({ ...call, env: { ...call.env, ...env } });
  return {
    read: (args, call) => git.read(args, add(call)),
    write: (args, call) => git.write(args, add(call)),
    make: (args, call) => git.make(args, add(call)),
    counts: () => git.counts(),
  };
}
