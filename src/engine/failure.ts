/** What an engine printed, and what it means: a fault of what was built, or of what is around it. */
import type { EngineFailure, FailureKind } from './engine.ts';
import type { Ran } from './process.ts';

/** The engine itself is gone or was never there. */
const UNREACHABLE =
  /cannot connect to the docker daemon|is the docker daemon running|error during connect|docker\.sock: (?:connect|read|write)|connection reset by peer.{0,80}docker|unable to connect to podman|cannot connect to podman|rpc error: code = Unavailable|transport is closing|error reading from server: EOF|unexpected EOF\s*$|failed to receive status|server closed the connection|context canceled\s*$/im;
/** Ended by the kernel or by a limit; the file is not to blame for how much there is. */
const MEMORY =
  /\b(?:exit (?:code|status)|status|code):? 137\b|signal: killed|cannot allocate memory|out of memory|\benomem\b|oom-?kill/i;
const DISK = /no space left on device|disk quota exceeded|not enough space|insufficient (?:disk )?space/i;
const LOGIN =
  /pull access denied|insufficient_scope|unauthorized|authentication required|no basic auth credentials|denied: requested access|toomanyrequests|too many requests/i;
/** Of resolvers, connections and time, as package managers, Go, Node, Python, Java, curl and git say it. */
const NETWORK =
  /temporary failure (?:in name resolution|resolving)|could(?: not|n't) resolve|name or service not known|no such host|dial tcp|network is unreachable|no route to host|getaddrinfo|eai_again|enotfound|econnrefused|econnreset|etimedout|err_socket_timeout|connection timed out|connection refused|could not connect to|failed to connect to|unable to connect to|i\/o timeout|tls handshake timeout|unknownhostexception|proxyconnect|temporary error \(try again later\)|newconnectionerror|max retries exceeded|could not fetch url|failed to establish a new connection|network (?:error|connectivity)|unable to access '.{1,200}'|err_network|network bridge not found|503 service unavailable|502 bad gateway|504 gateway/i;

/** Lines at the end that say why; what stands before them was survived. */
const TELLING_LINES = 60;

export function kindOfOutput(output: string): FailureKind {
  const end = output.split('\n').slice(-TELLING_LINES).join('\n');
  if (UNREACHABLE.test(end)) return 'unreachable';
  if (DISK.test(end)) return 'disk';
  if (LOGIN.test(end)) return 'login';
  if (NETWORK.test(end)) return 'network';
  return MEMORY.test(end) ? 'memory' : 'failed';
}

/** Only whether the engine itself is gone, or full: for commands whose other words are the container's. */
export function kindOfEngine(output: string): FailureKind {
  if (UNREACHABLE.test(output)) return 'unreachable';
  return DISK.test(output) ? 'disk' : 'failed';
}

/** `what` is a clause: "the build". */
export function failureOf(
  ran: Ran,
  what: string,
  timeoutMs: number,
  kindOf: (output: string) => FailureKind,
): EngineFailure {
  const output = `${ran.stdout}\n${ran.stderr}`.trim();
  switch (ran.how) {
    case 'timeout':
      return {
        ok: false,
        kind: 'timeout',
        message: `${what} did not end within ${seconds(timeoutMs)}`,
        output,
      };
    case 'interrupted':
      return { ok: false, kind: 'interrupted', message: `${what} was interrupted`, output };
    case 'missing':
      return { ok: false, kind: 'unreachable', message: 'the engine could not be started', output };
    case 'too-large':
      return { ok: false, kind: 'failed', message: `${what} gives more than is read`, output };
    case 'exit': {
      const kind = kindOf(output);
      return { ok: false, kind, message: MESSAGES[kind](what), output };
    }
  }
}

/** A file of the run that this machine does not take: its own disk is full, mostly. */
export function unwritten(error: unknown): EngineFailure {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const message = `a file of the run could not be written (${code}); make room where temporary files are, or set TMPDIR`;
  return { ok: false, kind: 'disk', message, output: '' };
}

const MESSAGES: Readonly<Record<FailureKind, (what: string) => string>> = {
  failed: (what) => `${what} failed`,
  timeout: (what) => `${what} did not end in time`,
  interrupted: (what) => `${what} was interrupted`,
  unreachable: (what) => `${what} failed, because the engine does not answer (any more)`,
  network: (what) => `${what} failed for want of the network`,
  memory: (what) => `${what} was ended, because it took more memory than there is`,
  disk: (what) => `${what} failed, because there is no room left on the disk of the engine`,
  login: (what) => `${what} failed, because a registry refuses (log in, or wait, and try again)`,
};

export function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole >= 120 && whole % 60 === 0 ? `${whole / 60} minutes` : `${whole} s`;
}
