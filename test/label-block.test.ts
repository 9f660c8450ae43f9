import { describe, expect, it } from 'vitest';
import { fixDocument } from '../src/app/fix-text.ts';
import { fixtureContext, fixtureGatherer } from '../src/app/fixture.ts';
import { defaultOptions } from '../src/core/options.ts';
import { parseDocument } from '../src/core/parse.ts';
import { transforms } from '../transforms/index.ts';

const FILES = {
  'package.json': { name: 'orders', version: '1.2.3', license: 'MIT', description: 'Takes orders' },
  'server.js': "require('http').createServer().listen(3000);\n",
};

async function fixed(text: string): Promise<string> {
  const document = parseDocument(text);
  const result = await fixDocument(document, {
    transforms: transforms.map((transform) => ({ transform, options: defaultOptions(transform) })),
    knownIds: new Set(transforms.map(({ meta }) => meta.id)),
    level: 'unsafe',
    preview: false,
    gatherer: fixtureGatherer({}, () => fixtureContext({ files: FILES })(document)),
  });
  expect(result.bugs).toEqual([]);
  return result.change.text;
}

/** The instructions that name a label of the image specification, `authors` of MAINTAINER left aside. */
function blocks(text: string): number {
  return parseDocument(text).instructions.filter(
    ({ keyword, rest }) => keyword === 'LABEL' && /opencontainers\.image\.(?!authors)/.test(rest.text),
  ).length;
}

describe('the labels that a run adds', () => {
  // USER is written right before CMD, where the labels go as well, so one of the two waits for the next pass.
  it.each([
    ['MAINTAINER becomes a label in the same run', 'MAINTAINER Jo Doe <jo@example.com>\n'],
    ['a label stands above the layers', 'LABEL com.example.team="orders"\n'],
    ['the file has none', ''],
  ])('stand in one block where %s', async (_, head) => {
    const once = await fixed(
      `FROM node:22-slim\n${head}WORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n`,
    );
    expect(blocks(once)).toBe(1);
    expect(await fixed(once)).toBe(once);
  });
});
