/** What `dockfix verify` takes from a compose file, and what never. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate, readComposeServices, splitWords } from '../../src/facts/context/compose-run.ts';

const none = new Map<string, string>();

async function service(text: string, variables: ReadonlyMap<string, string> = none) {
  const services = await readComposeServices(`services:\n  web:\n${text.replace(/^/gm, '    ')}`, variables);
  return services.get('web')!;
}

describe('a service', () => {
  it('is taken with context, target, arguments, command, environment, ports and what it needs', async () => {
    const web = await service(`
build: { context: ./app, dockerfile: docker/Dockerfile, target: prod, args: { A: 1, B: "two" } }
command: node "my server.js" --port 80
environment:
  - NODE_ENV=production
  - EMPTY=
ports: ["127.0.0.1:8080:80/tcp", 3000, { target: 9000 }, "53:53/udp"]
depends_on: { db: { condition: service_healthy } }
volumes: ["data:/data", "/cache", "./src:/src:ro", "/var/run/docker.sock:/var/run/docker.sock"]
`);
    expect(web.build).toEqual({
      context: 'app',
      dockerfile: 'app/docker/Dockerfile',
      target: 'prod',
      args: new Map([
        ['A', '1'],
        ['B', 'two'],
      ]),
    });
    expect(web.command).toEqual(['node', 'my server.js', '--port', '80']);
    expect([...web.environment]).toEqual([
      ['NODE_ENV', 'production'],
      ['EMPTY', ''],
    ]);
    expect(web.ports).toEqual([80, 3000, 9000]);
    expect(web.dependsOn).toEqual(['db']);
    expect(web.volumes.map(({ target }) => target)).toEqual(['/data', '/cache']);
    expect(web.leftOut).toEqual(['2 bind mounts']);
  });

  it('never brings privileges, devices, the network of the host, bind mounts or files of variables', async () => {
    const web = await service(`
build: .
privileged: true
devices: [/dev/kmsg]
network_mode: host
cap_add: [SYS_ADMIN]
security_opt: ["seccomp:unconfined"]
pid: host
env_file: /etc/shadow
volumes: [{ type: bind, source: /, target: /host }]
`);
    expect([...web.leftOut].sort()).toEqual(
      [
        'a bind mount',
        'cap_add',
        'devices',
        'env_file',
        'network_mode',
        'pid',
        'privileged',
        'security_opt',
      ].sort(),
    );
    expect(web.volumes).toEqual([]);
    expect(Object.values(web).flat().join(' ')).not.toMatch(/SYS_ADMIN|\/etc\/shadow|seccomp/);
  });

  it('takes no variable of the machine: only those that the person has named', async () => {
    process.env['DOCKFIX_TEST_SECRET'] = 'canary';
    try {
      const text = `
build: .
environment: { A: "\${DOCKFIX_TEST_SECRET}", B: "\${DOCKFIX_TEST_SECRET:-default}", DOCKFIX_TEST_SECRET: }
command: ["echo", "$DOCKFIX_TEST_SECRET"]
`;
      const web = await service(text);
      expect(JSON.stringify([[...web.environment], web])).not.toContain('canary');
      expect([...web.environment]).toEqual([
        ['A', ''],
        ['B', 'default'],
      ]);
      expect(web.unset).toEqual(['DOCKFIX_TEST_SECRET']);
      const named = await service(text, new Map([['DOCKFIX_TEST_SECRET', 'mine']]));
      expect(Object.fromEntries(named.environment)).toEqual({
        A: 'mine',
        B: 'mine',
        DOCKFIX_TEST_SECRET: 'mine',
      });
      expect(named.command).toEqual(['echo', 'mine']);
    } finally {
      delete process.env['DOCKFIX_TEST_SECRET'];
    }
  });

  it('says which variables the file insists on', async () => {
    const web = await service('build: .\nenvironment: { A: "${DB_URL:?set it}" }\n');
    expect(web.required).toEqual(['DB_URL']);
  });

  it('whose context is elsewhere is not built', async () => {
    expect((await service('build: https://github.com/x/y.git\n')).build).toBeNull();
    expect((await service('build: /etc\n')).build).toBeNull();
  });

  it('is nothing in what is no compose file', async () => {
    for (const text of ['', 'a: [', 'services: 3', 'services: { web: 3 }', '&a [*a]'])
      expect((await readComposeServices(text, none)).size).toBe(0);
  });
});

describe('variables', () => {
  it.each([
    ['$A-$$A-${A}', 'x-$A-x'],
    ['${B:-d}${B-d}${E:-d}${E-d}', 'ddd'],
    ['${A:+yes}${B:+yes}${E:+yes}${E+yes}', 'yesyes'],
    ['${B:-${A}}', 'x'],
    ['${', '${'],
    ['$', '$'],
    ['${A', '${A'],
  ])('%s becomes %s', (text, expected) => {
    const variables = new Map([
      ['A', 'x'],
      ['E', ''],
    ]);
    expect(interpolate(text, variables, new Set(), new Set())).toBe(expected);
  });

  it('and words end for every text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '?', '"', "'", '\\', ' ') }),
        (text) => {
          interpolate(text, none, new Set(), new Set());
          splitWords(text);
        },
      ),
    );
    const long = '${A:-'.repeat(3000) + '}'.repeat(3000);
    expect(interpolate(long, none, new Set(), new Set()).length).toBeLessThan(long.length);
  });
});
