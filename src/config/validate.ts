/** Checks configuration data. Loaded only when there is a configuration file, because zod is not small. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { nearest } from '../core/errors.ts';
import { operatorBot, repositoryBot } from './bot.ts';
import { OPERATOR_VERIFY_KEYS, operatorVerify, repositoryVerify } from './verify.ts';
import type { OptionSpec, Transform } from '../core/types.ts';
import type { OperatorConfig, RepositoryConfig } from './config.ts';

/** Keys that only the operator's configuration may hold. */
const OPERATOR_KEYS = new Set([
  'registries',
  'lookup',
  'proxy',
  'ca',
  'tokenRealms',
  'allowPrivate',
  'credentials',
  'offline',
  'jobs',
]);

const VARIABLE = z
  .string()
  .regex(/^[A-Za-z_]\w{0,99}$/, 'is no name of an environment variable (a secret itself has no place here)');

/** How a registry is logged in to: names of secrets, never secrets. */
const CREDENTIALS = {
  username: z.string().min(1).max(500).optional(),
  passwordEnv: VARIABLE.optional(),
  tokenEnv: VARIABLE.optional(),
  helper: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'is no suffix of a docker-credential-… program')
    .optional(),
};

function hasOneCredential(settings: {
  readonly username?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly tokenEnv?: string | undefined;
  readonly helper?: string | undefined;
}): boolean {
  const { username, passwordEnv, tokenEnv, helper } = settings;
  const given = [passwordEnv, tokenEnv, helper].filter((value) => value !== undefined).length;
  if (given > 1 || (passwordEnv !== undefined && username === undefined)) return false;
  // A user name alone is completed by DOCKFIX_REGISTRY_<HOST>_PASSWORD.
  return username === undefined || helper === undefined;
}

export type ConfigKind = 'repository' | 'operator';

export type Validated =
  | { readonly ok: true; readonly config: RepositoryConfig & OperatorConfig }
  | {
      readonly ok: false;
      /** Where the mistake is, key by key. */
      readonly at: readonly PropertyKey[];
      /** Names the key, with a suggestion where one is near. */
      readonly message: string;
    };

export function validateConfig(data: unknown, kind: ConfigKind, transforms: readonly Transform[]): Validated {
  const schema = kind === 'operator' ? operatorSchema(transforms) : repositorySchema(transforms);
  const result = schema.safeParse(data ?? {}, { reportInput: true });
  if (result.success) return { ok: true, config: result.data as RepositoryConfig & OperatorConfig };
  const ids = transforms.map(({ meta }) => meta.id);
  const issue = result.error.issues[0]!;
  const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  return { ok: false, at, message: explain(issue, kind, schema, ids) };
}

/** What a repository's configuration may hold, as JSON Schema. */
export function configJsonSchema(transforms: readonly Transform[]): object {
  return {
    title: 'dockfix configuration',
    description:
      "What a repository says in .dockfixrc, or under `dockfix` in package.json. What only the person's own configuration may hold is not in here.",
    ...z.toJSONSchema(repositorySchema(transforms), { io: 'input' }),
  };
}

function repositorySchema(transforms: readonly Transform[]) {
  const ids = z.enum(transforms.map(({ meta }) => meta.id) as [string, ...string[]]);
  const settings = Object.fromEntries(
    transforms.map(({ meta, options }) => [meta.id, z.strictObject(optionShape(options ?? {})).optional()]),
  );
  return z.strictObject({
    only: z.array(ids).optional().describe('Run these transforms and no others.'),
    skip: z.array(ids).optional().describe('Leave these transforms out.'),
    unsafe: z.boolean().optional().describe('Also apply unsafe fixes.'),
    exclude: z
      .array(z.string().max(500))
      .max(500)
      .optional()
      .describe('Files to leave alone, in .gitignore syntax, relative to this file.'),
    transforms: z.strictObject(settings).optional().describe('Settings by transform.'),
    bot: repositoryBot.optional(),
    verify: repositoryVerify.optional().describe('How the application is built, started and asked.'),
  });
}

const host = z
  .string()
  .max(300)
  .regex(/^[\w.[\]:-]+$/, 'is no registry host');
const hostAndPort = z
  .string()
  .max(300)
  .regex(/^(?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}$/, 'is no host with a port, like registry.example.com:443');
const serverUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}, 'must hold neither user name nor query');
const namePrefix = z
  .string()
  .max(300)
  .regex(
    /^[\w.[\]:-]+(?:\/[\w.-]+)*\/?$/,
    'is no beginning of an image name, like registry.example.com/team/',
  );
const proxyUrl = z
  .string()
  .max(1000)
  .refine((text) => /^(?:https?:\/\/)?[^\s/]+\/?$/.test(text), 'is no http: or https: proxy');
const file = z.string().max(4096).refine(isAbsolute, 'is no absolute path');

const registrySettings = z
  .strictObject({
    endpoint: serverUrl.optional(),
    insecure: z.boolean().optional(),
    mirrors: z
      .array(z.strictObject({ url: serverUrl, for: z.enum(['resolve', 'pull', 'both']) }))
      .max(20)
      .optional(),
    ...CREDENTIALS,
  })
  .refine(hasOneCredential, 'takes one of passwordEnv (with username), tokenEnv and helper');

function operatorSchema(transforms: readonly Transform[]) {
  return repositorySchema(transforms)
    .omit({ exclude: true })
    .extend({
      registries: z.record(host, registrySettings).optional(),
      lookup: z
        .array(z.strictObject({ prefix: namePrefix, upstream: namePrefix }))
        .max(1000)
        .optional(),
      proxy: z
        .union([
          proxyUrl,
          z.strictObject({
            http: proxyUrl.optional(),
            https: proxyUrl.optional(),
            no: z.string().max(4000).optional(),
          }),
        ])
        .optional(),
      ca: z.union([file, z.array(file).max(100)]).optional(),
      tokenRealms: z.record(host, z.union([host, z.array(host).max(20)])).optional(),
      allowPrivate: z.array(hostAndPort).max(1000).optional(),
      offline: z.boolean().optional(),
      bot: operatorBot.optional(),
      verify: operatorVerify.optional(),
      jobs: z.int().min(1).max(64).optional(),
    });
}

function optionShape(options: Readonly<Record<string, OptionSpec>>): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [
      name,
      optionType(spec).optional().describe(spec.describe),
    ]),
  );
}

function optionType(spec: OptionSpec): z.ZodType {
  switch (spec.type) {
    case 'boolean':
      return z.boolean();
    case 'number':
      return z.number();
    case 'string':
      return z.string().max(1000);
    case 'choice':
      return z.enum(spec.choices as [string, ...string[]]);
    case 'list':
      return z.array(z.string().max(1000)).max(1000);
  }
}

function explain(
  issue: z.core.$ZodIssue,
  kind: ConfigKind,
  schema: z.ZodType,
  ids: readonly string[],
): string {
  const at = issue.path.map(String);
  const where = at.length > 0 ? at.join('.') : 'the configuration';
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const isOperators =
      (at.length === 0 && OPERATOR_KEYS.has(key)) ||
      (at.length === 1 && at[0] === 'verify' && OPERATOR_VERIFY_KEYS.has(key));
    if (kind === 'repository' && isOperators) {
      return `"${[...at, key].join('.')}" can be set only in your own configuration or with --config, not by a repository`;
    }
    if (kind === 'operator' && at.length === 0 && key === 'exclude')
      return '"exclude" can be set only by a repository, beside the files that it leaves alone';
    const near = nearest(key, keysAt(schema, at));
    return `unknown key "${[...at, key].join('.')}"${near ? `, did you mean "${near}"?` : ''}`;
  }
  if (issue.code === 'invalid_value' && (at[0] === 'only' || at[0] === 'skip')) {
    const given = String(issue.input);
    const near = nearest(given, ids);
    return `${at[0]}: "${given.slice(0, 60)}" is no transform${near ? `, did you mean "${near}"?` : '; see: dockfix list'}`;
  }
  const { message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue;
  return `${where}: ${message.replace(/^Invalid input: /, '')}`;
}

/** The keys that an object at `path` may have. */
function keysAt(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) {
    const outer = unwrap(at);
    at = outer instanceof z.ZodRecord ? outer.valueType : shapeOf(outer)[key];
  }
  return Object.keys(shapeOf(unwrap(at)));
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
