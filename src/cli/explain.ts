/** `dockfix explain ID`: why a transform exists, and what it does to its example. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixDocument } from '../app/fix-text.ts';
import { fixtureContext, fixtureGatherer } from '../app/fixture.ts';
import type { FixtureContext, FixtureFacts, FixtureOptions } from '../app/fixture.ts';
import { UsageError, nearest } from '../core/errors.ts';
import { defaultOptions } from '../core/options.ts';
import { parseDocument } from '../core/parse.ts';
import type { OptionSpec, Transform } from '../core/types.ts';
import { createTextReporter, painter } from '../report/text.ts';
import { transforms } from '../../transforms/index.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { packagePath } from './package-files.ts';
import { version } from './version.ts';

const SAFETY: Readonly<Record<string, string>> = {
  safe: 'safe (the image does the same as before, or differs only as asked, and evidence shows it)',
  unsafe: 'unsafe (right in all likelihood; applied only with --unsafe)',
  display: 'display (advice, never applied)',
};

export async function explain(id: string, flags: { readonly color?: boolean }, io: Io): Promise<ExitCode> {
  if (id === 'verify') {
    io.stdout.write(proofSettings());
    return EXIT.done;
  }
  const transform = transforms.find(({ meta }) => meta.id === id);
  if (!transform) {
    const near = nearest(
      id,
      transforms.map(({ meta }) => meta.id),
    );
    throw new UsageError(
      'usage',
      `there is no transform ${id}${near ? `, did you mean ${near}?` : '; see: dockfix list'}`,
    );
  }
  const color = flags.color !== false && !io.env['NO_COLOR'] && io.stdout.isTerminal;
  const paint = painter(color);
  const { meta } = transform;
  const sections = [
    `${paint.bold(meta.id)}: ${meta.summary}`,
    wrap(meta.why),
    ...(meta.ladder ? [`How it decides; the first that fits is the answer:\n${ladder(meta.ladder)}`] : []),
    `Its fixes are:\n${meta.safety.map((level) => `  ${SAFETY[level]}`).join('\n')}`,
    `It may touch: ${meta.footprint.join(', ')}.`,
    ...(transform.options ? [`Settings (transforms.${meta.id}.…):\n${settings(transform.options)}`] : []),
    `To leave an instruction alone, write above it:\n  # dockfix: ignore ${meta.id} -- the reason`,
    `References:\n${meta.references.map((url) => `  ${url}`).join('\n')}`,
    `Example:\n\n${await example(transform, color)}`,
  ];
  io.stdout.write(`${sections.join('\n\n').trimEnd()}\n`);
  return EXIT.done;
}

interface ConfigSchema {
  readonly properties: {
    readonly verify: {
      readonly properties: Readonly<
        Record<
          string,
          { readonly description: string; readonly items?: { readonly enum?: readonly string[] } }
        >
      >;
    };
  };
}

/** The settings of the proof, as the schema of the configuration describes them. */
function proofSettings(): string {
  // Our own file, which a test holds against what it is made from.
  const schema = readJson(packagePath('schema', 'config.schema.json')) as ConfigSchema;
  const { properties } = schema.properties.verify;
  const settings = Object.entries(properties);
  const lines = settings.map(([name, { description }]) => `  ${name.padEnd(13)} ${description}`);
  return `verify: how dockfix verify and --write --verify build, start and ask your application

In .dockfixrc, or under dockfix in package.json, for all Dockerfiles below it:

  verify:
    env: { DATABASE_URL: 'sqlite:///tmp/test.db' }
    ports: [8080]
    paths: [/health]

${lines.join('\n')}

Flags win over it. It beats what a compose file says, and never leads out of the container: which engine builds,
what of the machine is mounted (volume), what stays (keepImages) and a longer time are for your own configuration
and for flags. skip takes: ${properties['skip']!.items!.enum!.join(', ')}.
`;
}

function ladder(steps: readonly string[]): string {
  return steps
    .map(
      (step, index) => `  ${String(index + 1).padStart(2)}. ${wrap(step, 90).replaceAll('\n', '\n      ')}`,
    )
    .join('\n');
}

function settings(options: Readonly<Record<string, OptionSpec>>): string {
  return Object.entries(options)
    .map(
      ([name, spec]) => `  ${name} (${spec.type}, default ${JSON.stringify(spec.default)}): ${spec.describe}`,
    )
    .join('\n');
}

/** The example fixture, really run. */
async function example(transform: Transform, color: boolean): Promise<string> {
  const folder = packagePath('fixtures', transform.meta.id, transform.meta.example);
  const text = readFileSync(join(folder, 'input.Dockerfile'), 'utf8');
  const facts = readJson(join(folder, 'facts.json')) as FixtureFacts;
  const context = readJson(join(folder, 'context.json')) as FixtureContext;
  const { options = {}, unsafe = false } = readJson(join(folder, 'options.json')) as FixtureOptions;
  const document = parseDocument(text);
  const result = await fixDocument(document, {
    transforms: [{ transform, options: { ...defaultOptions(transform), ...options } }],
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    level: unsafe ? 'unsafe' : 'safe',
    preview: true,
    gatherer: fixtureGatherer(facts, context.files ? () => fixtureContext(context)(document) : null),
  });
  const reporterOptions = {
    color,
    terminal: false,
    quiet: false,
    brief: false,
    verbose: true,
    mode: 'dry-run',
    version,
  } as const;
  return createTextReporter(reporterOptions).file({
    path: 'Dockerfile',
    status: 'changed',
    sha256: null,
    result,
  });
}

function readJson(path: string): object {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
}

function wrap(text: string, width = 96): string {
  let line = '';
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
