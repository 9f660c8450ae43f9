/**
 * What can be said of the proof under `verify`, in the words of its flags. A repository says how its application is
 * built, started and asked, and may want less of the machine than it would get. Only the operator says which engine
 * builds, what of the machine is mounted, what stays, and how long a build may take at most.
 */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';
import type { CheckId } from '../core/verification.ts';

/** Checks that can be left out: a proof without the build and the start would be none. */
const SKIPPABLE = [
  'build-time',
  'size',
  'layers',
  'user',
  'ports',
  'http',
  'health',
  'stop',
  'files',
  'libraries',
  'hardened',
] as const satisfies readonly CheckId[];

/** What a repository may ask for is never more than the default. */
const DEFAULT_TIMEOUT_MS = 15 * 60_000;
const MAX_TIMEOUT_MS = 24 * 60 * 60_000;

function timeout(maxMs: number, problem: string): z.ZodType<number, string | number> {
  return z
    .union([z.string().max(20), z.int().min(1).max(1e6)])
    .transform((value) => parseDuration(String(value)) ?? 0)
    .refine((ms) => ms > 0, { error: 'is no time such as 90s or 10m', abort: true })
    .refine((ms) => ms <= maxMs, problem);
}

const values = z
  .record(
    z.string().regex(/^[A-Za-z_]\w{0,199}$/, 'is no name of a variable'),
    z
      .union([z.string().max(16_384), z.number(), z.boolean()])
      .transform(String)
      .refine((text) => !text.includes('\0'), 'holds a NUL character'),
  )
  .refine((found) => Object.keys(found).length <= 200, 'holds more than 200 variables');

const REPOSITORY = {
  onlyBuild: z.boolean().optional().describe('Compare the builds, start nothing.'),
  platform: z
    .string()
    .regex(/^\w[\w.+-]{0,63}(?:\/[\w.+-]{1,64}){1,2}$/, 'is no platform such as linux/arm64')
    .optional()
    .describe('Build and run for this platform.'),
  timeout: timeout(DEFAULT_TIMEOUT_MS, 'is more than the 15m that a repository may ask for (see --timeout)')
    .optional()
    .describe('For each build: 90s, 10m; a bare number is seconds. At most 15m.'),
  buildNetwork: z.enum(['default', 'none']).optional().describe('none: a build has no network.'),
  env: values.optional().describe('Values for the runs, and for the variables of compose files.'),
  args: values.optional().describe('Arguments of the build.'),
  target: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'is no name of a stage')
    .optional()
    .describe('The stage to build.'),
  command: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^[^\0]*$/, 'holds a NUL character'),
    )
    .min(1)
    .max(200)
    .optional()
    .describe('What is started, in place of CMD.'),
  ports: z
    .array(z.int().min(1).max(65_535))
    .max(20)
    .optional()
    .describe('TCP ports that ought to listen, beside those of EXPOSE.'),
  paths: z
    .array(z.string().regex(/^\/[!-~]{0,499}$/, 'is no path such as /health'))
    .max(10)
    .optional()
    .describe('Paths to ask with GET at each port, beside / and those of the health check.'),
  skip: z.array(z.enum(SKIPPABLE)).optional().describe('Checks that do not count.'),
};

const repository = z.strictObject(REPOSITORY);

/** What a repository may say. */
export const repositoryVerify: z.ZodType = repository;

/** What the operator may say beside it. */
export const operatorVerify: z.ZodType = repository.extend({
  timeout: timeout(MAX_TIMEOUT_MS, 'is more than a day').optional(),
  engine: z.enum(['docker', 'podman', 'buildah']).optional().describe('What builds and runs.'),
  keepImages: z.boolean().optional().describe('Leave both images.'),
  volume: z
    .array(z.string().refine(isMount, 'is no /HOST:/CONTAINER or /HOST:/CONTAINER:ro, with absolute paths'))
    .max(50)
    .optional()
    .describe('Folders of the machine to mount for the runs.'),
});

function isMount(text: string): boolean {
  const [source = '', target = '', mode = '', ...rest] = text.split(':');
  if (rest.length > 0 || /[\0,\n]/.test(text)) return false;
  return isAbsolute(source) && isAbsolute(target) && /^(?:|ro|rw)$/.test(mode);
}

/** Keys under `verify` that only the operator's configuration may hold. */
export const OPERATOR_VERIFY_KEYS: ReadonlySet<string> = new Set(['engine', 'keepImages', 'volume']);
