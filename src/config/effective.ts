/**
 * What holds in the end, value by value, and who has said so. Later layers count more; most values are replaced as a
 * whole, only the tables below are merged key by key. It shows what the loaders do and decides nothing.
 */

export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'flag'; readonly flag: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** 1-based; null where it cannot be told. */
      readonly line: number | null;
      /** The operator's preset that the value comes from. */
      readonly preset?: string;
    };

export interface Layer {
  readonly data: unknown;
  /** Who says what this layer says at a key. */
  readonly origin: (key: readonly string[]) => Origin;
}

export interface EffectiveValue {
  readonly key: readonly string[];
  readonly value: unknown;
  /** More than one only where values are put together. */
  readonly origins: readonly Origin[];
}

/** Tables whose keys are values of their own; a star stands for any key. */
const TABLES = [
  [],
  ['transforms'],
  ['transforms', '*'],
  ['bot'],
  ['verify'],
  ['bot', 'limits'],
  ['registries'],
  ['registries', '*'],
  ['tokenRealms'],
] as const;

/** In the order in which keys are first named. */
export function effectiveValues(layers: readonly Layer[]): readonly EffectiveValue[] {
  const values = new Map<string, EffectiveValue>();
  for (const { data, origin } of layers) {
    for (const { key, value } of leavesOf([], data)) {
      const id = JSON.stringify(key);
      const before = values.get(id);
      const now = { key, value, origins: [origin(key)] };
      values.set(id, before && isAdded(now) ? added(before, now) : now);
    }
  }
  return [...values.values()].map(({ key, value, origins }) => ({ key, value, origins }));
}

/** `--skip` skips beside what is skipped anyway. */
function isAdded({ key, origins }: EffectiveValue): boolean {
  return key.length === 1 && key[0] === 'skip' && origins[0]?.kind === 'flag';
}

function added(before: EffectiveValue, now: EffectiveValue): EffectiveValue {
  const [first, second] = [before.value, now.value].map((list) => (Array.isArray(list) ? list : []));
  const origins = before.origins.filter(({ kind }) => kind !== 'default');
  return {
    key: now.key,
    value: [...new Set([...second!, ...first!])],
    origins: [...now.origins, ...origins],
  };
}

function leavesOf(
  key: readonly string[],
  value: unknown,
): readonly { readonly key: readonly string[]; readonly value: unknown }[] {
  if (value === undefined) return [];
  if (!isTable(key) || typeof value !== 'object' || value === null || Array.isArray(value))
    return key.length === 0 ? [] : [{ key, value }];
  return Object.entries(value).flatMap(([name, part]) => leavesOf([...key, name], part));
}

function isTable(key: readonly string[]): boolean {
  return TABLES.some(
    (table) =>
      table.length === key.length && table.every((name, index) => name === '*' || name === key[index]),
  );
}

/** `bot.minAge`, `registries["docker.io"].endpoint`. */
export function keyText(key: readonly string[]): string {
  return key
    .map((name, index) =>
      /^[\w-]+$/.test(name) ? `${index === 0 ? '' : '.'}${name}` : `[${JSON.stringify(name)}]`,
    )
    .join('');
}
