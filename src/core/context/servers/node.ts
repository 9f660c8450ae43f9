/** Servers that run on Node and its relatives. */
import type { Withheld } from '../../types.ts';
import { baseNameOf } from '../build-context.ts';
import { optionValue, wordPort } from '../port-values.ts';
import { contextPathOf, nodePort } from '../source-ports.ts';
import { join, imagePath, packageOf, sourceFolders } from './project.ts';
import { flagFound, http, plain, sourceFound } from './server.ts';
import type { Look, Server } from './server.ts';

export function viteServer(look: Look): Server | Withheld | null {
  const isPreview = look.start.args[0]?.value === 'preview';
  return plain('vite', {
    isWeak: true,
    options: ['--port'],
    standard: isPreview ? 4173 : 5173,
    bind: 'loopback',
  })(look);
}

const NODE_FRAMEWORKS = [
  'express',
  'fastify',
  'koa',
  '@nestjs/core',
  'hono',
  '@hapi/hapi',
  'next',
  'nuxt',
  'restify',
  'polka',
  'socket.io',
];

export function nodeServer(look: Look): Server | Withheld | null {
  const { start, context } = look;
  const script = start.args.find(({ text }) => !text.startsWith('-') && text !== 'start')?.value ?? null;
  const path = script === null ? null : imagePath(start, script);
  const folder = packageOf(
    look,
    path ?? (start.workdir === null ? null : `${start.workdir}/x`),
    /^package\.json$/,
  );
  if (!context || folder === null) return null;
  const dependencies = dependenciesOf(
    context.texts.get(folder === '' ? 'package.json' : `${folder}/package.json`) ?? '',
  );
  const name = NODE_FRAMEWORKS.find((one) => dependencies.has(one)) ?? 'node';
  const flag = wordPort(optionValue(start.args, ['--port']));
  if (flag && flag !== 'socket') return http(name, [flagFound(look, name, flag)]);
  // The server of Next's standalone build and of Nitro read variables and have a default.
  if (
    path !== null &&
    dependencies.has('next') &&
    baseNameOf(path) === 'server.js' &&
    !context.texts.has(join(folder, 'server.js'))
  ) {
    return plain('next', { variables: ['PORT'], standard: 3000 })(look);
  }
  if (path !== null && /\.output\/server\/index\.mjs$/.test(path)) {
    return plain('nitro', { variables: ['NITRO_PORT', 'PORT'], standard: 3000, bind: 'any' })(look);
  }
  const source = path === null ? null : contextPathOf(path, sourceFolders(look));
  const said = nodePort(context, source, folder, start.environment);
  if (said) return http(name, [sourceFound('source', name, said)]);
  return name === 'node' ? null : { name, protocol: 'http', found: [] };
}

function dependenciesOf(text: string): ReadonlySet<string> {
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
      string,
      Record<string, string>
    >;
    return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]);
  } catch {
    return new Set();
  }
}
