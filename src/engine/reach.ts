/**
 * Looks into a container from the machine, without any tool of its image: by the files of /proc, and by sending
 * requests from inside its network. Where that is not possible, because the engine runs in a virtual machine or on
 * another one, `cat` of the image is tried, and everything else stays unknown.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { ContainerState, HttpAnswer, ListeningPort } from './engine.ts';
import type { Runner } from './process.ts';
import { containerUid, listeningPorts } from './sockets.ts';

export interface Reach {
  uid(container: string, state: ContainerState): Promise<number | null>;
  ports(container: string, state: ContainerState): Promise<readonly ListeningPort[] | null>;
  ask(
    container: string,
    state: ContainerState,
    questions: readonly Question[],
  ): Promise<readonly HttpAnswer[] | null>;
}

export interface Question {
  readonly port: ListeningPort;
  readonly path: string;
}

export interface ReachOptions {
  readonly run: Runner;
  readonly signal: AbortSignal;
  /** Words before a command that has to see the container's network, null where there is no such way. */
  readonly enter: ((pid: number) => readonly string[]) | null;
  /** What a file of the container holds, by a command inside it; null without one. */
  cat(container: string, paths: readonly string[]): Promise<string | null>;
  /** The container's address in its network; null when it has none. */
  addressOf(container: string): Promise<string | null>;
}

const ANSWER_MS = 5000;
const MAX_QUESTIONS = 40;

export function createReach({ run, signal, enter, cat, addressOf }: ReachOptions): Reach {
  return {
    async uid(container, { pid }) {
      if (isHere(container, pid))
        return containerUid(text(`/proc/${pid}/status`), text(`/proc/${pid}/uid_map`));
      const status = await cat(container, ['/proc/1/status']);
      return status === null ? null : containerUid(status, '');
    },
    async ports(container, { pid }) {
      if (isHere(container, pid))
        return listeningPorts(`${text(`/proc/${pid}/net/tcp`)}\n${text(`/proc/${pid}/net/tcp6`)}`);
      const tables = await cat(container, ['/proc/1/net/tcp', '/proc/1/net/tcp6']);
      return tables === null ? null : listeningPorts(tables);
    },
    async ask(container, { pid }, all) {
      const questions = all.slice(0, MAX_QUESTIONS);
      if (!isHere(container, pid)) return null;
      if (enter !== null) {
        const asked = questions.map(({ port, path }) => ({ host: '127.0.0.1', port: port.port, path }));
        const [program, ...words] = [...enter(pid), process.execPath, '-e', SCRIPT, JSON.stringify(asked)];
        const ran = await run(program!, words, {
          timeoutMs: ANSWER_MS * questions.length + 10_000,
          signal,
          keepBytes: 64 * 1024,
        });
        const answers = ran.code === 0 ? parseAnswers(ran.stdout, questions.length) : null;
        if (answers !== null) return answers;
      }
      const host = await addressOf(container);
      if (host === null) return null;
      const answers: HttpAnswer[] = [];
      for (const { port, path } of questions) answers.push(await askOnce(host, port.port, path, signal));
      return answers;
    },
  };
}

/** Whether the process of that number on this machine is the container's: its control group has the container's id. */
function isHere(container: string, pid: number): boolean {
  if (pid <= 0 || process.platform !== 'linux' || !/^[0-9a-f]{12,64}$/.test(container)) return false;
  return (
    text(`/proc/${pid}/cgroup`).includes(container) || text(`/proc/${pid}/mountinfo`).includes(container)
  );
}

/** Empty when it cannot be read: the process may have ended. */
function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function askOnce(host: string, port: number, path: string, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const sent = request({ host, port, path, agent: false, signal, timeout: ANSWER_MS }, (response) => {
      response.destroy();
      resolve({ kind: 'status', status: response.statusCode ?? 0 });
    });
    const timer = setTimeout(() => sent.destroy(new Error('silent')), ANSWER_MS);
    sent.on('timeout', () => sent.destroy(new Error('silent')));
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(answerOfError(error.code ?? error.message)));
    sent.on('close', () => {
      clearTimeout(timer);
      resolve({ kind: 'silent' });
    });
    sent.end();
  });
}

function answerOfError(code: string): HttpAnswer {
  return code.startsWith('HPE_') || code === 'ECONNRESET' ? { kind: 'not-http' } : { kind: 'silent' };
}

/** Runs inside the container's network, with our own program: asks and prints a status or the code of an error. */
const SCRIPT = `
const { request } = require('node:http');
const ask = ({ host, port, path }) => new Promise((resolve) => {
  const sent = request({ host, port, path, agent: false, timeout: ${ANSWER_MS} }, (response) => {
    resolve(response.statusCode); response.destroy();
  });
  setTimeout(() => sent.destroy(new Error('silent')), ${ANSWER_MS}).unref();
  sent.on('timeout', () => sent.destroy(new Error('silent')));
  sent.on('error', (error) => resolve(String(error.code || error.message)));
  sent.on('close', () => resolve('silent'));
  sent.end();
});
(async () => {
  const answers = [];
  for (const question of JSON.parse(process.argv[1])) answers.push(await ask(question));
  console.log(JSON.stringify(answers));
  process.exitCode = 0;
})();
`;

function parseAnswers(printed: string, count: number): readonly HttpAnswer[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(printed);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length !== count) return null;
  return parsed.map((answer: unknown): HttpAnswer =>
    typeof answer === 'number' ? { kind: 'status', status: answer } : answerOfError(String(answer)),
  );
}
