/** The proof's settings in configuration files: who may say what, and what is said about mistakes. */
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../cli/fake-io.ts';

async function refusal(name: string, content: string, ...argv: readonly string[]): Promise<string> {
  const box = createSandbox();
  box.write('Dockerfile', 'FROM scratch\n');
  box.write(name, content);
  const result = await box.run(['--offline', ...argv]);
  expect(result).toMatchObject({ exit: 2, stdout: '' });
  expect(result.stderr).toMatch(/^dockfix: [^\n]*\n$/);
  return result.stderr
    .replace(`${box.folder}/`, '')
    .replace(/^dockfix: /, '')
    .trimEnd();
}

describe('verify in the configuration of a repository', () => {
  it.each(['engine: podman', 'keepImages: true', 'volume: ["/:/host"]', 'volume: []'])(
    'SEC-13: does not reach the machine: %s',
    async (line) => {
      // Red without OPERATOR_VERIFY_KEYS in config/validate.ts, and with its keys moved to REPOSITORY in config/verify.ts.
      const key = line.split(':')[0]!;
      expect(await refusal('.dockfixrc', `skip: []\nverify:\n  ${line}\n`)).toBe(
        `.dockfixrc:3: "verify.${key}" can be set only in your own configuration or with --config, not by a repository`,
      );
    },
  );

  it.each([
    'privileged: true',
    'network: host',
    'user: root',
    'devices: [/dev/kvm]',
    'binds: [/]',
    'docker: /x',
  ])('SEC-13: has no word for privileges, networks, devices, binds and programs: %s', async (line) => {
    expect(await refusal('.dockfixrc', `verify: { ${line} }\n`)).toContain(
      `.dockfixrc:1: unknown key "verify.${line.split(':')[0]}"`,
    );
  });

  it.each([
    ['timeout: 16m', 'verify.timeout: is more than the 15m that a repository may ask for (see --timeout)'],
    ['timeout: soon', 'verify.timeout: is no time such as 90s or 10m'],
    ['timeout: 0', 'verify.timeout: '],
    ['buildNetwork: host', 'verify.buildNetwork: '],
    ['platform: --privileged', 'verify.platform: is no platform such as linux/arm64'],
    ['command: server --port 80', 'verify.command: '],
    ['command: []', 'verify.command: '],
    ['ports: [0]', 'verify.ports.0: '],
    ['ports: ["80"]', 'verify.ports.0: '],
    ['paths: [health]', 'verify.paths.0: is no path such as /health'],
    ['paths: ["/a b"]', 'verify.paths.0: is no path such as /health'],
    ['paths: ["http://169.254.169.254/"]', 'verify.paths.0: is no path such as /health'],
    ['skip: [build]', 'verify.skip.0: '],
    ['skip: [start]', 'verify.skip.0: '],
    ['env: { "A B": c }', 'verify.env.A B: is no name of a variable'],
    ['env: { A: [c] }', 'verify.env.A: '],
    ['env: { A: null }', 'verify.env.A: '],
    ['target: "-x"', 'verify.target: is no name of a stage'],
    ['timout: 1m', 'unknown key "verify.timout", did you mean "timeout"?'],
  ])('is checked: %s', async (line, message) => {
    const said = await refusal('.dockfixrc', `# first\nverify:\n  onlyBuild: true\n  ${line}\n`);
    expect(said).toContain(message);
    expect(said).toMatch(/^\.dockfixrc:4: /);
  });

  it.each([
    [
      'package.json',
      '{\n  "name": "x",\n  "dockfix": {\n    "verify": { "ports": [1,\n    99999] }\n  }\n}',
      5,
    ],
    ['.dockfixrc.json', '{\n  "verify": {\n    "env": {\n      "A B": "c"\n    }\n  }\n}', 4],
    ['.dockfixrc.yml', 'verify: &a\n  skip:\n    - health\n    - everything\n', 4],
  ])('a mistake in it is said with file and line (%s)', async (name, content, line) => {
    expect(await refusal(name, content)).toContain(`${name}:${line}: verify.`);
  });
});

describe('verify in the configuration of the operator', () => {
  it.each([
    ['volume: ["data:/data"]', 'verify.volume.0: is no /HOST:/CONTAINER'],
    ['volume: ["/a:/b:rw,z"]', 'verify.volume.0: is no /HOST:/CONTAINER'],
    ['engine: lxc', 'verify.engine: '],
    ['timeout: 2d', 'verify.timeout: is more than a day'],
  ])('is checked as well: %s', async (line, message) => {
    expect(await refusal('c.yaml', `verify:\n  ${line}\n`, '--config', 'c.yaml')).toContain(
      `c.yaml:2: ${message}`,
    );
  });
});
