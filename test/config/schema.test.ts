/** The JSON Schema of a repository's configuration, made from what validates it. UPDATE_SCHEMA=1 writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, validateConfig } from '../../src/config/validate.ts';
import { transforms } from '../../transforms/index.ts';

const FILE = new URL('../../schema/config.schema.json', import.meta.url);

describe('the schema of the configuration', () => {
  it('is what the configuration is checked by', async () => {
    const made = await prettier.format(JSON.stringify(configJsonSchema(transforms)), {
      ...(await prettier.resolveConfig(FILE)),
      parser: 'json',
    });
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, made);
    expect(readFileSync(FILE, 'utf8') === made, 'run UPDATE_SCHEMA=1 npx vitest run test/config/schema').toBe(
      true,
    );
  });

  it.each([
    [true, {}],
    [
      true,
      { skip: ['add-user'], verify: { timeout: '10m', env: { A: 'b', N: 1 }, ports: [80], paths: ['/x'] } },
    ],
    [true, { verify: { skip: ['health'], command: ['a'], onlyBuild: true, platform: 'linux/arm64' } }],
    [false, { skip: ['no-such-transform'] }],
    [false, { registries: {} }],
    [false, { verify: { engine: 'docker' } }],
    [false, { verify: { volume: ['/:/host'] } }],
    [false, { verify: { skip: ['build'] } }],
    [false, { verify: { paths: ['x'] } }],
    [false, { verify: { env: { 'A B': 'c' } } }],
    [false, { verify: { ports: [70_000] } }],
  ])('says %s as the check itself does, to %j', (isValid, data) => {
    const schema = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, unknown>>;
    const fits = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    expect(fits(data)).toBe(isValid);
    expect(validateConfig(data, 'repository', transforms).ok).toBe(isValid);
  });
});
