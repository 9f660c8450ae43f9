/**
 * SEC-6: a canary in every form of credential, over everything that goes wrong, in every format and with --debug. It
 * never comes out, in whichever of its encodings a server repeats it.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { guarded } from '../../src/cli/io.ts';
import type { Io } from '../../src/cli/io.ts';
import { withoutSecrets } from '../../src/cli/real-registry.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import type { Fact } from '../../src/core/types.ts';
import { MASK, createRedactor } from '../../src/net/redact.ts';
import { send, startFakeRegistry } from '../support/fake-registry.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import { makeMultiPlatform } from '../support/images.ts';
import { runDockfix } from '../support/run.ts';
import type { RunResult } from '../support/run.ts';

const CANARY = 'CaNaRy+7f3/s3cret:x&y?z=q%41~end';

/** How a server may repeat it. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  url: encodeURIComponent,
  hex: (text) => Buffer.from(text).toString('hex'),
};

/** Pieces of the canary in all its encodings, none of which any output may hold. */
const PIECES: readonly string[] = ['', 'u', 'uu'].flatMap((before) =>
  Object.entries(ENCODINGS).flatMap(([name, encode]) => {
    // What stands before it changes the characters at the start of base64 only.
    const text = encode(before + CANARY).slice(name.startsWith('base64') ? 4 : before.length);
    const length = name === 'hex' ? 24 : 12;
    return Array.from({ length: Math.max(1, text.length - length - 3) }, (_, at) =>
      text.slice(at, at + length),
    );
  }),
);

function expectNoCanary(text: string, about: string): void {
  const found = PIECES.find((piece) => text.includes(piece));
  expect(found, `${about}\n${text}`).toBeUndefined();
}

it('the pieces find the canary in every encoding, inside other text', () => {
  for (const encode of Object.values(ENCODINGS)) {
    for (const before of ['', 'jane:', 'user:', 'me:']) {
      expect(() => expectNoCanary(`x ${encode(`${before}${CANARY}:after`)} x`, '')).toThrow();
    }
  }
});

// ---- a machine with the canary in one place -----------------------------------------------------------------------

interface Machine {
  readonly repository: string;
  readonly env: Record<string, string>;
  /** Settings of the registry in the operator's configuration, beside its endpoint. */
  settings: Readonly<Record<string, string>>;
  userInfo: string;
  host: string;
  write(path: string, content: string | object, mode?: number): string;
}

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dockfix-secrets-')));
  return () => rmSync(folder, { recursive: true, force: true });
});

let machines = 0;
function makeMachine(): Machine {
  const root = join(folder, String(machines++));
  const write: Machine['write'] = (path, content, mode = 0o644) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(file, mode);
    return file;
  };
  write('repository/.git/HEAD', '');
  return {
    repository: join(root, 'repository'),
    env: {
      HOME: join(root, 'home'),
      XDG_CONFIG_HOME: join(root, 'home', '.config'),
      XDG_RUNTIME_DIR: join(root, 'run'),
      PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
    },
    settings: {},
    userInfo: '',
    host: 'registry.test',
    write,
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const HELPER = (username: string): string =>
  `#!/bin/sh\necho '${CANARY}' >&2\necho '{"ServerURL":"x","Username":"${username}","Secret":"${CANARY}"}'\n`;

/** Every form of credential; those marked `sent: false` are asked for by no registry. */
const FORMS: readonly { name: string; place(machine: Machine): void; isHandedOut?: boolean }[] = [
  {
    name: "a password in Docker's config.json",
    place: ({ write }) =>
      write('home/.docker/config.json', { auths: { 'registry.test': { auth: base64(`jane:${CANARY}`) } } }),
  },
  {
    name: 'a password field in auth.json',
    place: ({ write }) =>
      write('home/.config/containers/auth.json', {
        auths: { 'registry.test/acme': { username: 'jane', password: CANARY } },
      }),
  },
  {
    name: 'an identity token',
    place: ({ write }) =>
      write('home/.docker/config.json', {
        auths: { 'registry.test': { auth: base64('jane:'), identitytoken: CANARY } },
      }),
  },
  {
    name: 'a registry token',
    place: ({ write }) =>
      write('home/.docker/config.json', { auths: { 'registry.test': { registrytoken: CANARY } } }),
  },
  {
    name: "a helper's secret",
    place({ write }) {
      write('home/.docker/config.json', { credsStore: 'test' });
      write('bin/docker-credential-test', HELPER('jane'), 0o755);
    },
  },
  {
    name: "a helper's identity token",
    place({ write }) {
      write('home/.docker/config.json', { credHelpers: { 'registry.test': 'test' } });
      write('bin/docker-credential-test', HELPER('<token>'), 0o755);
    },
  },
  {
    name: 'a password in our own variable',
    place: ({ env }) =>
      Object.assign(env, {
        DOCKFIX_REGISTRY_REGISTRY_TEST_USERNAME: 'jane',
        DOCKFIX_REGISTRY_REGISTRY_TEST_PASSWORD: CANARY,
      }),
  },
  {
    name: 'a token in our own variable',
    place: ({ env }) => Object.assign(env, { DOCKFIX_REGISTRY_REGISTRY_TEST_TOKEN: CANARY }),
  },
  {
    name: 'a variable that the configuration names',
    place(machine) {
      machine.settings = { username: 'jane', passwordEnv: 'MY_SECRET' };
      machine.env['MY_SECRET'] = CANARY;
    },
  },
  {
    name: 'DOCKER_AUTH_CONFIG',
    place: ({ env }) =>
      Object.assign(env, {
        DOCKER_AUTH_CONFIG: JSON.stringify({
          auths: { 'registry.test': { auth: base64(`jane:${CANARY}`) } },
        }),
      }),
  },
  {
    name: 'REGISTRY_AUTH_FILE',
    place: ({ env, write }) =>
      Object.assign(env, {
        REGISTRY_AUTH_FILE: write('auth.json', {
          auths: { 'registry.test': { auth: base64(`jane:${CANARY}`) } },
        }),
      }),
  },
  {
    name: 'GITHUB_TOKEN',
    place(machine) {
      machine.host = 'ghcr.io';
      machine.env['GITHUB_TOKEN'] = CANARY;
    },
  },
  {
    name: "GitLab's variables",
    place: ({ env }) =>
      Object.assign(env, {
        CI_REGISTRY: 'registry.test',
        CI_REGISTRY_USER: 'jane',
        CI_REGISTRY_PASSWORD: CANARY,
      }),
  },
  {
    name: 'a proxy with a password',
    place: ({ env }) =>
      Object.assign(env, {
        HTTP_PROXY: `http://jane:${encodeURIComponent(CANARY)}@127.0.0.1:9`,
        https_proxy: `http://jane:${encodeURIComponent(CANARY)}@127.0.0.1:9`,
      }),
    isHandedOut: false,
  },
  {
    name: 'an endpoint with a password',
    place(machine) {
      machine.userInfo = `jane:${encodeURIComponent(CANARY)}@`;
    },
    isHandedOut: false,
  },
];

// ---- registries that fail -----------------------------------------------------------------------------------------

/** Repeats everything in the field of the answer that dockfix shows. */
function errorBody(message: string): string {
  return JSON.stringify({ errors: [{ code: 'DENIED', message }] });
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

const NOTHING = 'nothing';
const sentBy = (request: IncomingMessage): string => request.headers.authorization ?? NOTHING;

const SCENARIOS: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(
    Object.entries(ENCODINGS).map(([name, encode]): [string, Answer] => [
      `400 with the secret in ${name}`,
      (request, response) => send(request, response, 400, {}, errorBody(`no access with ${encode(CANARY)}`)),
    ]),
  ),
  '403 with the secret': (request, response) =>
    send(request, response, 403, {}, errorBody(`no access with ${CANARY}`)),
  '400 with the secret cut off by the length of the message': (request, response) =>
    send(request, response, 400, {}, errorBody(`${'x'.repeat(165)} ${CANARY}`)),
  '401 with the Authorization header': (request, response) =>
    send(
      request,
      response,
      401,
      { 'www-authenticate': `Basic realm="${CANARY.replace(/"/g, '')}"` },
      errorBody(`wrong: Authorization: ${sentBy(request)}`),
    ),
  '400 with the Authorization header': (request, response) =>
    send(request, response, 400, {}, errorBody(`wrong: Authorization: ${sentBy(request)}`)),
  'a redirect with a signature': (request, response) =>
    send(request, response, 307, {
      location: `http://127.0.0.1:9/blob?X-Amz-Credential=AKIA&X-Amz-Signature=${encodeURIComponent(CANARY)}`,
    }),
  'a media type, a digest and a warning that are the secret': (request, response) =>
    send(request, response, 200, {
      'content-type': CANARY,
      'docker-content-digest': CANARY,
      warning: `299 - "${CANARY}"`,
    }),
  'an answer that is no HTTP': (_, response) =>
    void response.socket!.end(`HTTP/1.1 200 ${CANARY}\nX-Bad: ${CANARY}\n\n`),
};
/** These are asked again, with pauses. */
const SLOW_SCENARIOS: Readonly<Record<string, Answer>> = {
  '500 with the Authorization header': (request, response) =>
    send(request, response, 500, {}, errorBody(`failed: ${sentBy(request)} ${base64(CANARY)}`)),
  'a connection that is closed in the middle': (_, response) => {
    response.writeHead(200, { 'content-length': '100', 'content-type': 'text/plain' });
    response.write(CANARY, () => response.destroy());
  },
};

/** The challenge that makes the client look for credentials, and a token service that repeats what it is sent. */
function challenged(answer: Answer, scheme: 'Basic' | 'Bearer') {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (url.pathname === '/token') {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const token = scheme === 'Bearer' && /[?&]ok/.test(url.search) ? { token: CANARY } : {};
      send(
        request,
        response,
        200,
        {},
        JSON.stringify({ ...token, said: `${body} ${sentBy(request)} ${CANARY}` }),
      );
      return;
    }
    if (sentBy(request) !== NOTHING) return answer(request, response, url);
    const realm = `http://${request.headers.host}/token?ok`;
    const challenge =
      scheme === 'Basic'
        ? 'Basic realm="x"'
        : `Bearer realm="${realm}",service="s",scope="repository:acme/app:pull"`;
    send(request, response, 401, { 'www-authenticate': challenge }, errorBody(`log in, ${CANARY}`));
  };
}

const FORMATS: readonly (readonly string[])[] = [
  ['--debug'],
  ['--debug', '--json'],
  ['--debug', '--format', 'patch'],
  ['--debug', '--check', '--json', '--output', 'report.out'],
];

async function runAgainst(
  endpoint: string,
  form: (typeof FORMS)[number],
  flags: readonly string[],
  command: (image: string) => readonly string[] = () => [],
): Promise<{ readonly result: RunResult; readonly all: string }> {
  const machine = makeMachine();
  form.place(machine);
  const config = machine.write('operator.yaml', {
    registries: {
      [machine.host]: { endpoint: endpoint.replace('://', `://${machine.userInfo}`), ...machine.settings },
    },
  });
  machine.write('repository/Dockerfile', `FROM ${machine.host}/acme/app:1\n`);
  const words = command(`${machine.host}/acme/app:1`);
  const result = await runDockfix([...words, '--config', config, ...flags], machine.repository, machine.env);
  // A configuration that is refused leaves no report.
  const report = join(machine.repository, 'report.out');
  const file = existsSync(report) ? readFileSync(report, 'utf8') : '';
  if (flags.includes('--output') && result.exit !== 2) expect(file).not.toBe('');
  const all = `${result.stdout}\n${result.stderr}\n${file}`;
  return { result, all };
}

async function expectSilence(
  endpoint: string,
  formats: readonly (readonly string[])[],
  isAsked: boolean,
): Promise<readonly string[]> {
  return Promise.all(
    FORMS.flatMap((form) =>
      formats.map(async (flags) => {
        const { result, all } = await runAgainst(endpoint, form, flags);
        const about = `${form.name}, ${flags.join(' ')}`;
        expectNoCanary(all, about);
        expect([0, 2, 3], `${about}\n${all}`).toContain(result.exit);
        // It was in play, and its source is said.
        if (isAsked && form.isHandedOut !== false) {
          expect(result.stderr, about).toMatch(/^debug: credentials for \S+\/acme\/app: \S+ from \S/m);
        }
        return all;
      }),
    ),
  );
}

describe('a registry that repeats what it was sent', () => {
  // Red when the keychain does not call register (lookup.ts, registerSecrets), when guarded() in src/cli/io.ts does
  // not redact, or when createOutput does not wrap its reporter.
  it.each(Object.keys(SCENARIOS))('SEC-6: %s', { timeout: 30_000 }, async (name) => {
    const server = await startFakeRegistry(challenged(SCENARIOS[name]!, 'Basic'));
    try {
      const outputs = await expectSilence(
        server.url,
        /raw|header/.test(name) ? FORMATS : FORMATS.slice(0, 1),
        true,
      );
      // What the server says is shown, so there was something to mask.
      if (name.startsWith('400')) expect(outputs.some((all) => all.includes(MASK))).toBe(true);
      expect(server.seen.some(({ headers }) => String(headers.authorization).startsWith('Basic '))).toBe(
        true,
      );
    } finally {
      await server.close();
    }
  });

  it.each(Object.keys(SLOW_SCENARIOS))('SEC-6: %s', { timeout: 30_000 }, async (name) => {
    const server = await startFakeRegistry(challenged(SLOW_SCENARIOS[name]!, 'Basic'));
    try {
      await expectSilence(server.url, FORMATS.slice(0, 1), true);
    } finally {
      await server.close();
    }
  });

  it.each(['403 with the secret', '400 with the Authorization header'])(
    'SEC-6: behind a token service: %s',
    { timeout: 30_000 },
    async (name) => {
      const server = await startFakeRegistry(challenged(SCENARIOS[name]!, 'Bearer'));
      try {
        for (const form of FORMS) {
          const { all } = await runAgainst(server.url, form, ['--debug']);
          expectNoCanary(all, form.name);
        }
      } finally {
        await server.close();
      }
    },
  );

  // Red when `inspect` is handed the plain streams in src/cli/program.ts.
  it.each(['403 with the secret', '400 with the Authorization header'])(
    'SEC-6: to "inspect": %s',
    { timeout: 30_000 },
    async (name) => {
      const server = await startFakeRegistry(challenged(SCENARIOS[name]!, 'Basic'));
      try {
        for (const form of FORMS) {
          for (const flags of [['--debug'], ['--debug', '--json']]) {
            const { result, all } = await runAgainst(server.url, form, flags, (image) => ['inspect', image]);
            expectNoCanary(all, `${form.name}, ${flags.join(' ')}`);
            expect([2, 3], all).toContain(result.exit);
          }
        }
        expect(server.seen.length).toBeGreaterThan(FORMS.length);
      } finally {
        await server.close();
      }
    },
  );

  it(
    'SEC-6: a token answer without a token that repeats the refresh token',
    { timeout: 30_000 },
    async () => {
      const server = await startFakeRegistry(async (request, response, url) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        if (url.pathname === '/token') {
          send(
            request,
            response,
            400,
            {},
            `{"error":"invalid_grant","error_description":"${body} ${CANARY}"}`,
          );
          return;
        }
        const challenge = `Bearer realm="http://${request.headers.host}/token",service="s"`;
        send(request, response, 401, { 'www-authenticate': challenge }, errorBody(CANARY));
      });
      try {
        await expectSilence(server.url, FORMATS.slice(0, 1), false);
      } finally {
        await server.close();
      }
    },
  );
});

describe('a registry that cannot be reached', () => {
  it('SEC-6: because TLS fails', { timeout: 30_000 }, async () => {
    // Without a certificate, no handshake succeeds.
    const server = createTlsServer();
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const plain = await startFakeRegistry((request, response) => send(request, response, 400, {}, CANARY));
    try {
      await expectSilence(
        `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        FORMATS.slice(0, 2),
        false,
      );
      await expectSilence(plain.url.replace('http:', 'https:'), FORMATS.slice(0, 1), false);
    } finally {
      await plain.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('credentials that cannot be read', () => {
  const broken: readonly (readonly [string, (machine: Machine) => void, RegExp])[] = [
    [
      'a config.json that does not parse',
      ({ write }) =>
        write(
          'home/.docker/config.json',
          `{"auths": {"registry.test": {"auth": "${base64(`jane:${CANARY}`)}", ${CANARY}`,
        ),
      /config\.json is not valid JSON/,
    ],
    [
      'DOCKER_AUTH_CONFIG that does not parse',
      ({ env }) => Object.assign(env, { DOCKER_AUTH_CONFIG: `{"auths": ${CANARY}` }),
      /DOCKER_AUTH_CONFIG is not valid JSON/,
    ],
    [
      'an entry that is no base64',
      ({ write }) => write('home/.docker/config.json', { auths: { 'registry.test': { auth: CANARY } } }),
      /the entry registry\.test is not used/,
    ],
    [
      'a helper that fails and prints the secret',
      ({ write }) => {
        write('home/.docker/config.json', { credsStore: 'test' });
        write(
          'bin/docker-credential-test',
          `#!/bin/sh\necho '${CANARY}' >&2\necho '${CANARY}'\nexit 1\n`,
          0o755,
        );
      },
      /docker-credential-test, which .* failed with exit code 1/,
    ],
    [
      'a helper that prints garbage with the secret',
      ({ write }) => {
        write('home/.docker/config.json', { credsStore: 'test' });
        write('bin/docker-credential-test', `#!/bin/sh\necho 'Secret=${CANARY}'\n`, 0o755);
      },
      /docker-credential-test, which .* is no credential/,
    ],
    [
      'a token of two lines',
      ({ env }) => Object.assign(env, { DOCKFIX_REGISTRY_REGISTRY_TEST_TOKEN: `${CANARY}\nx` }),
      /DOCKFIX_REGISTRY_REGISTRY_TEST_TOKEN has characters that no token has/,
    ],
    [
      'a secret in the place of the name of its variable',
      (machine) => {
        machine.settings = { tokenEnv: CANARY };
      },
      /is no name of an environment variable/,
    ],
    [
      'a secret in the configuration',
      (machine) => {
        machine.settings = { password: CANARY };
      },
      /unknown key "registries\.registry\.test\.password"/,
    ],
  ];

  it.each(broken)('SEC-6: %s', async (_, place, said) => {
    const server = await startFakeRegistry(
      challenged(SCENARIOS['400 with the Authorization header']!, 'Basic'),
    );
    try {
      for (const flags of FORMATS.slice(0, 2)) {
        const { result, all } = await runAgainst(server.url, { name: '', place }, flags);
        expect(result.stderr).toMatch(said);
        expectNoCanary(all, flags.join(' '));
        expect([2, 3]).toContain(result.exit);
      }
    } finally {
      await server.close();
    }
  });

  it.each([
    ['an open list', `registries: [ ${CANARY}\n`],
    ['a word behind the end', `{"a": 1} "${CANARY}"\n`],
    ['an alias of nothing', `password: *${CANARY.replace(/[^A-Za-z0-9]/g, '')}\n`],
    ['a key that is there twice', `${CANARY}: 1\n${CANARY}: 2\n`],
    ['a tab', `a:\n\t- ${CANARY}\n`],
  ])("SEC-6: an operator's configuration that does not parse: %s", async (_, text) => {
    const machine = makeMachine();
    machine.write('repository/Dockerfile', 'FROM registry.test/acme/app:1\n');
    const config = machine.write('operator.yaml', text);
    const result = await runDockfix(['--debug', '--config', config], machine.repository, machine.env);
    expect(result.exit).toBe(2);
    expect(result.stderr).toContain('operator.yaml');
    expectNoCanary(result.stdout + result.stderr, text);
    expect(result.stderr).not.toContain(CANARY.replace(/[^A-Za-z0-9]/g, ''));
  });
});

describe('the content of files', () => {
  let server: FakeRegistry;
  const image = makeMultiPlatform('secrets');
  beforeAll(async () => {
    server = await startFakeRegistry(
      challenged((request, response) => {
        const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
        send(request, response, 200, headers, image.bytes);
      }, 'Basic'),
    );
  });
  afterAll(() => server.close());

  const TEXT = `ARG TOKEN=${CANARY}\nFROM registry.test/acme/app:1\n# curl https://x/?sig=${CANARY}\n`;
  const FIXED = TEXT.replace('app:1', `app:1@${image.digest}`);

  function prepare(): { machine: Machine; flags: readonly string[] } {
    const machine = makeMachine();
    FORMS[0]!.place(machine);
    machine.write('repository/Dockerfile', TEXT);
    const config = machine.write('operator.yaml', {
      registries: { 'registry.test': { endpoint: server.url } },
    });
    return { machine, flags: ['--config', config, '--only', 'pin-image-digest', '--debug'] };
  }

  it("SEC-6: is its owner's: a diff of a Dockerfile that holds the secret applies", async () => {
    // Red when the report goes to the redacted stream instead of guard.files.
    for (const format of [['--format', 'patch'], ['--json']]) {
      const { machine, flags } = prepare();
      const result = await runDockfix([...flags, ...format], machine.repository, machine.env);
      expect(result.exit).toBe(0);
      expectNoCanary(result.stderr, 'stderr');
      const diff = format.includes('--json')
        ? (JSON.parse(result.stdout) as { files: { diff: string }[] }).files[0]!.diff
        : result.stdout;
      const applied = spawnSync('patch', ['-p1'], { cwd: machine.repository, input: diff });
      expect(applied.status, String(applied.stdout)).toBe(0);
      expect(readFileSync(join(machine.repository, 'Dockerfile'), 'utf8')).toBe(FIXED);
    }
  });

  it('SEC-6: is written as it is, with a digest that the secret got', async () => {
    const { machine, flags } = prepare();
    expect(await runDockfix([...flags, '--write', '--yes'], machine.repository, machine.env)).toMatchObject({
      exit: 0,
    });
    expect(readFileSync(join(machine.repository, 'Dockerfile'), 'utf8')).toBe(FIXED);
  });

  it('SEC-6: comes out of a pipe as it went in', async () => {
    const { machine, flags } = prepare();
    let stdout = '';
    const { main } = await import('../../src/cli/main.ts');
    const io = ioWith({
      env: machine.env,
      cwd: machine.repository,
      stdout: (text) => (stdout += text),
      stdin: TEXT,
    });
    expect(await main([...flags, '-'], io)).toBe(0);
    expect(stdout).toBe(FIXED);
  });
});

function ioWith(given: {
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string;
  stdout?: (text: string) => void;
  stderr?: (text: string) => void;
  ask?: (question: string) => void;
}): Io {
  return {
    stdout: { write: (text) => given.stdout?.(text), isTerminal: false },
    stderr: { write: (text) => given.stderr?.(text), isTerminal: false },
    readStdin: () => Promise.resolve(Buffer.from(given.stdin ?? '')),
    stdinIsTerminal: false,
    ask(question) {
      given.ask?.(question);
      return Promise.resolve(null);
    },
    env: given.env ?? {},
    cwd: given.cwd ?? '/',
    interrupted: () => false,
  };
}

describe('the guard', () => {
  it('SEC-6: stands before every stream and every question, and lets files through only on request', () => {
    // Red when guarded() hands on one of the plain streams.
    const seen: string[] = [];
    const note = (text: string): void => void seen.push(text);
    const io = guarded(ioWith({ stdout: note, stderr: note, ask: note }));
    const write = (): void => {
      io.stdout.write(`out ${CANARY}`);
      io.stderr.write(`err ${CANARY}`);
      void io.ask(`ask ${CANARY}`);
    };
    write();
    expect(seen.splice(0)).toEqual([`out ${CANARY}`, `err ${CANARY}`, `ask ${CANARY}`]);
    const redactor = createRedactor();
    redactor.register(CANARY);
    io.guard.use(redactor);
    write();
    expect(seen.splice(0)).toEqual([`out ${MASK}`, `err ${MASK}`, `ask ${MASK}`]);
    expect(io.guard.redactData({ kind: CANARY, list: [{ text: CANARY, n: 1, none: null }] })).toEqual({
      kind: CANARY,
      list: [{ text: MASK, n: 1, none: null }],
    });
    io.guard.files.stdout.write(CANARY);
    expect(seen).toEqual([CANARY]);
  });

  it('SEC-6: an answer of a registry that holds the secret is not used at all', async () => {
    // Red when withoutSecrets in src/cli/real-registry.ts returns the fact as it is.
    const redactor = createRedactor();
    redactor.register(CANARY);
    const parsed = parseImageRef('registry.test/acme/app:1');
    if ('error' in parsed) throw new Error(parsed.error);
    const request = { kind: 'digest', image: parsed } as const;
    const fact = (tag: string): Fact<unknown> => ({
      ok: true,
      value: { tags: ['1', tag] },
      evidence: { kind: 'registry', reference: 'x', digest: 'sha256:1', mediaType: 'x', at: 'now' },
    });
    const ask = (answer: Fact<unknown>): Promise<Fact<unknown>> =>
      withoutSecrets(() => Promise.resolve(answer), redactor)(request);
    for (const encode of Object.values(ENCODINGS)) {
      const answer = await ask(fact(`v${encode(CANARY)}`));
      expect(answer).toMatchObject({ ok: false, code: 'registry-error' });
      expectNoCanary(JSON.stringify(answer), '');
    }
    expect(await ask(fact('2'))).toMatchObject({ ok: true });
  });
});

describe('what --verbose and --debug say', () => {
  it('a line for each image with --verbose, a line for each request with --debug, nothing else without', async () => {
    const image = makeMultiPlatform('verbose');
    const server = await startFakeRegistry(
      challenged((request, response, url) => {
        const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
        if (url.pathname.endsWith('/1')) send(request, response, 200, headers, image.bytes);
        else send(request, response, 404, {});
      }, 'Basic'),
    );
    try {
      const machine = makeMachine();
      FORMS[0]!.place(machine);
      machine.write(
        'repository/Dockerfile',
        'FROM registry.test/acme/app:1\nFROM registry.test/acme/app:2\n',
      );
      const config = machine.write('operator.yaml', {
        registries: { 'registry.test': { endpoint: server.url } },
      });
      const run = async (...flags: string[]): Promise<readonly string[]> => {
        const all = ['--config', config, '--only', 'pin-image-digest', ...flags];
        const { stderr } = await runDockfix(all, machine.repository, machine.env);
        return stderr.split('\n').filter((line) => line !== '');
      };
      expect(await run()).toEqual([]);
      const verbose = [
        `digest registry.test/acme/app:1: ${image.digest}, ${image.mediaType}`,
        'digest registry.test/acme/app:2: not known (not-found): registry.test has no acme/app with the tag 2',
      ];
      expect([...(await run('--verbose'))].sort()).toEqual(verbose);
      const debug = await run('--debug');
      expect(debug).toEqual(expect.arrayContaining(verbose));
      const requests = debug.filter((line) => line.includes(`${server.url}/v2/`));
      expect(requests.length).toBeGreaterThanOrEqual(3);
      for (const line of requests) {
        expect(line).toMatch(
          /^debug: (?:HEAD|GET) http:\/\/\S+\/v2\/acme\/app\/manifests\/[12]: \d{3}, \d+ bytes, \d+ ms$/,
        );
      }
      expect(debug).toContain(
        `debug: credentials for registry.test/acme/app: basic from ${join(machine.env['HOME']!, '.docker/config.json')}`,
      );
    } finally {
      await server.close();
    }
  });

  it('a run that asks no registry reads no credentials', async () => {
    const machine = makeMachine();
    machine.write('home/.docker/config.json', 'broken');
    machine.write('repository/Dockerfile', 'FROM registry.test/acme/app:1\n');
    const offline = await runDockfix(['--offline', '--debug'], machine.repository, machine.env);
    expect(offline).toMatchObject({ exit: 0, stderr: '' });
  });

  it('SEC-16: no helper of the repository is run, wherever in it dockfix is started', async () => {
    // Red when scannedFolders in src/cli/run.ts is empty, or does not go up to the repository's root.
    const server = await startFakeRegistry(
      challenged(SCENARIOS['400 with the Authorization header']!, 'Basic'),
    );
    try {
      const machine = makeMachine();
      const evil = `#!/bin/sh\ntouch '${join(folder, 'evil')}'\n`;
      const helper = machine.write('repository/node_modules/.bin/docker-credential-test', evil, 0o755);
      machine.write('home/.docker/config.json', { credsStore: 'test' });
      machine.write('repository/services/a/Dockerfile', 'FROM registry.test/acme/app:1\n');
      const config = machine.write('operator.yaml', {
        registries: { 'registry.test': { endpoint: server.url } },
      });
      const env = { ...machine.env, PATH: `${dirname(helper)}:/usr/bin:/bin` };
      for (const cwd of ['', 'services', 'services/a']) {
        const { stderr } = await runDockfix(['--config', config], join(machine.repository, cwd), env);
        expect(stderr).toContain('docker-credential-test, which');
        expect(stderr).toContain('is in no folder of PATH that may be used');
      }
      expect(() => readFileSync(join(folder, 'evil'))).toThrow();
    } finally {
      await server.close();
    }
  });
});
