/**
 * Runs git, and nothing that a repository could make git run: no hooks, no filters, no file system monitor, no
 * configuration of the machine or the person, no protocol that starts a program. Never through a shell.
 */
import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

export interface GitOptions {
  /** Absolute folder of the repository. */
  readonly folder: string;
  /** `PATH`, certificates and proxies are taken from here, nothing else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Schemes of remotes that may be talked to: `https`, `ssh`, `file`. Empty: none. */
  readonly protocols: readonly string[];
  /** What the person trusts though it belongs to another user, as git's `safe.directory` says it. */
  readonly trusted?: readonly string[];
}

export interface GitCall {
  readonly input?: Uint8Array | string;
  readonly maxBytes?: number;
  /** Further variables: an index of its own, who commits, credentials for a header. Never from a repository. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitAnswer {
  /** 0 when all is well; null when git could not be started, was stopped, or said more than `maxBytes`. */
  readonly status: number | null;
  readonly stdout: Buffer;
  /** For the eyes of this program: it may hold anything. */
  readonly stderr: string;
  readonly problem: 'no-git' | 'too-large' | 'timeout' | null;
}

export interface Git {
  /** Reads and changes nothing. */
  read(args: readonly string[], call?: GitCall): Promise<GitAnswer>;
  /** Changes something that others can see: a ref, a remote. */
  write(args: readonly string[], call?: GitCall): Promise<GitAnswer>;
  /** Makes objects that nobody sees as long as no ref names them. */
  make(args: readonly string[], call?: GitCall): Promise<GitAnswer>;
  counts(): { readonly reads: number; readonly writes: number };
}

const PASSED_ON = [
  'PATH',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'SSH_AUTH_SOCK',
  'HOME',
  'TMPDIR',
];

/** Over whatever the repository's own configuration says. */
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.symlinks=false',
  `core.attributesFile=${devNull}`,
  'core.sshCommand=ssh',
  'core.gitProxy=',
  'core.askPass=',
  'credential.helper=',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'log.showSignature=false',
];

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** The environment of every git that is started. */
export function gitEnvironment({ env, protocols }: GitOptions): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_SSH_COMMAND: 'ssh',
  };
}

export function createGit(options: GitOptions): Git {
  const environment = gitEnvironment(options);
  const trusted = (options.trusted ?? []).map((folder) => `safe.directory=${folder}`);
  const settings = [...SETTINGS, ...trusted].flatMap((setting) => ['-c', setting]);
  let reads = 0;
  let writes = 0;

  function run(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const { input, env = {}, maxBytes = MAX_OUTPUT_BYTES } = call;
    return new Promise((resolve) => {
      const child = execFile(
        'git',
        ['--no-pager', ...settings, ...args],
        {
          cwd: options.folder,
          env: { ...environment, ...env },
          encoding: 'buffer',
          maxBuffer: maxBytes,
          timeout: TIMEOUT_MS,
          windowsHide: true,
        },
        (error, stdout, stderr) => {
          // What execFile gives is an Error with the code of the system, or the exit status.
          const code = (error as { readonly code?: unknown } | null)?.code ?? null;
          const problem =
            code === 'ENOENT'
              ? 'no-git'
              : code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
                ? 'too-large'
                : error?.killed
                  ? 'timeout'
                  : null;
          const status = error === null ? 0 : typeof code === 'number' ? code : null;
          resolve({ status, stdout, stderr: stderr.toString('utf8').slice(0, 4000), problem });
        },
      );
      // A git that ends without reading what it is given is no reason to fall over.
      child.stdin?.on('error', () => {});
      child.stdin?.end(input ?? '');
    });
  }

  return {
    read(args, call) {
      reads++;
      return run(args, call);
    },
    write(args, call) {
      writes++;
      return run(args, call);
    },
    make: run,
    counts: () => ({ reads, writes }),
  };
}

/**
 * The values of `safe.directory` in the configuration of the machine and the person, which is otherwise not read: what
 * they trust is theirs to say, and git itself decides what it means. A repository has no say in it.
 */
export function safeDirectories(env: GitOptions['env']): Promise<readonly string[]> {
  const names = [
    'PATH',
    'HOME',
    'XDG_CONFIG_HOME',
    'GIT_CONFIG_GLOBAL',
    'GIT_CONFIG_SYSTEM',
    'GIT_CONFIG_NOSYSTEM',
  ];
  const passed = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const args = ['config', '--show-scope', '--type=path', '-z', '--get-all', 'safe.directory'];
  return new Promise((resolve) => {
    const call = { cwd: '/', env: { ...Object.fromEntries(passed), LC_ALL: 'C' }, timeout: TIMEOUT_MS };
    execFile('git', args, call, (error, stdout) => {
      const fields = error ? [] : stdout.split('\0').slice(0, -1);
      resolve(
        fields.flatMap((value, index) =>
          index % 2 === 1 && /^(?:system|global)$/.test(fields[index - 1]!) ? [value] : [],
        ),
      );
    });
  });
}
