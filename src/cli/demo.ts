/**
 * `dockfix demo`: the real dry run on a small sample repository, in a temporary folder, against a registry on
 * loopback. Nothing leaves the machine.
 */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from './exit-codes.ts';
import type { GuardedIo } from './io.ts';
import { startDemoRegistry } from './demo-registry.ts';
import type { RunFlags } from './options.ts';
import { packagePath } from './package-files.ts';
import { run } from './run.ts';

/** `samples/images.json`: for each host the sample images as `repository:tag`. */
type SampleImages = Readonly<Record<string, readonly string[]>>;

export async function demo(flags: RunFlags, io: GuardedIo): Promise<ExitCode> {
  const samples = packagePath('samples');
  const images = JSON.parse(await readFile(join(samples, 'images.json'), 'utf8')) as SampleImages;
  const folder = await mkdtemp(join(tmpdir(), 'dockfix-demo-'));
  const registries = await Promise.all(
    Object.entries(images).map(async ([host, names]) => ({ host, server: await startDemoRegistry(names) })),
  );
  try {
    await cp(join(samples, 'repository'), folder, { recursive: true });
    io.stdout.write(
      `This is "dockfix --dry-run" on a sample repository (a copy in ${folder}).\n` +
        'Its registry runs on this machine: the digests are samples and exist nowhere else.\n\n',
    );
    const operatorConfig = {
      registries: Object.fromEntries(
        registries.map(({ host, server }) => [host, { endpoint: server.endpoint }]),
      ),
    };
    const exit = await run(['.'], { ...flags, cache: false }, { ...io, cwd: folder }, operatorConfig);
    io.stdout.write('\nOn your own repository: dockfix (shows the diff), then dockfix --write.\n');
    return exit;
  } finally {
    await Promise.all(registries.map(({ server }) => server.close()));
    await rm(folder, { recursive: true, force: true });
  }
}
