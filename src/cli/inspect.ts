/** `dockfix inspect IMAGE`: what an image is, without pulling it. */
import { inspectImage } from '../app/inspect.ts';
import { loadOperatorConfig, repositoryRoot } from '../config/load.ts';
import { EnvironmentError, UsageError } from '../core/errors.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { inspectionJson, inspectionText } from '../report/inspect.ts';
import { transforms } from '../../transforms/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { GuardedIo } from './io.ts';
import { createLog } from './log.ts';
import { logLevelOf } from './options.ts';
import type { CommonFlags } from './options.ts';
import { wantsColor } from './output.ts';
import { openRegistry } from './real-registry.ts';
import { version } from './version.ts';

export interface InspectFlags extends Pick<
  CommonFlags,
  'json' | 'config' | 'cache' | 'cacheDir' | 'color' | 'offline' | 'debug' | 'deep' | 'insecureRegistry'
> {
  platform?: string;
  files?: string[];
}

const MAX_PATH = 4096;

/** Throws {@link UsageError} for what is no reference, {@link EnvironmentError} when the registry does not tell. */
export async function inspect(reference: string, flags: InspectFlags, io: GuardedIo): Promise<ExitCode> {
  const image = parseImageRef(reference);
  if ('error' in image) throw new UsageError('usage', `${reference}: ${image.error}`);
  if (reference === 'scratch')
    throw new UsageError('usage', 'scratch: is the empty image, no registry has it');
  const platform = flags.platform ?? null;
  if (platform !== null && !/^[\w.+-]{1,64}(?:\/[\w.+-]{1,64}){0,2}(?:@[\w.+-]{1,64})?$/.test(platform))
    throw new UsageError('usage', `--platform ${platform}: is no platform such as linux/arm64`);
  const paths = (flags.files ?? []).map(pathOf);

  const operator = (await loadOperatorConfig(flags.config ?? null, io, transforms))?.config ?? {};
  if (flags.offline || operator.offline)
    throw new EnvironmentError(
      'offline',
      `${reference}: nothing is asked, because your configuration is offline`,
    );
  const cache = flags.cache === false ? null : cacheFolder(flags, io);
  const root = repositoryRoot(io.cwd);
  const { registry, source, close } = openRegistry(operator, {
    io,
    scanned: root === null ? [] : [root],
    log: createLog(io.stderr, logLevelOf(flags), () => {}),
    cache,
    deep: flags.deep === true,
    verifyDigests: false,
    insecure: flags.insecureRegistry ?? [],
  });
  try {
    const nowMs = Date.now();
    const result = await inspectImage(registry, source, image, { platform, paths, nowMs });
    if (!result.ok) throw new EnvironmentError(result.code, `${reference}: ${result.reason}`);
    const color = io.stdout.isTerminal && wantsColor(flags, io);
    io.stdout.write(
      flags.json ? inspectionJson(result.value, version) : inspectionText(result.value, { color }),
    );
    return EXIT.done;
  } finally {
    await close();
  }
}

function pathOf(path: string): string {
  if (path === '' || path.length > MAX_PATH || path.includes('\0'))
    throw new UsageError('usage', `--files: "${path.slice(0, 80)}" is no path`);
  return path.startsWith('/') ? path : `/${path}`;
}
