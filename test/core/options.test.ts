import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../src/core/options.ts';
import type { Transform } from '../../src/core/types.ts';

describe('defaultOptions', () => {
  const meta = {
    id: 'x',
    summary: '',
    why: '',
    safety: [],
    footprint: [],
    example: '',
    references: [],
  };

  it('are the defaults of what a transform asks for', () => {
    const transform: Transform = {
      meta,
      options: {
        keep: { type: 'boolean', default: true, describe: '' },
        names: { type: 'list', default: ['a'], describe: '' },
      },
      inspect: () => [],
    };
    expect(defaultOptions(transform)).toEqual({ keep: true, names: ['a'] });
  });

  it('are none when it asks for nothing', () => {
    expect(defaultOptions({ meta, inspect: () => [] })).toEqual({});
  });
});
