/** Configuration as text: at which line a key stands in a file, and a table with a remark for each of its values. */
import { basename } from 'node:path';

export interface Located {
  readonly data: unknown;
  /** 1-based line of a key; null when it is not there itself (an alias has brought it). */
  line(key: readonly string[]): number | null;
}

/** For a text that has been read and found valid. In `package.json`, keys are those below `dockfix`. */
export async function locate(path: string, text: string): Promise<Located> {
  const { default: yaml } = await import('yaml');
  const counter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { prettyErrors: false, logLevel: 'error', lineCounter: counter });
  const prefix = basename(path) === 'package.json' ? ['dockfix'] : [];
  const whole: unknown = document.toJS({ maxAliasCount: 100 });
  const data = prefix.reduce<unknown>((at, name) => (Object(at) as Record<string, unknown>)[name], whole);
  return {
    data,
    line(key) {
      let at: unknown = document.contents;
      let offset: number | null = null;
      for (const name of [...prefix, ...key]) {
        if (!yaml.isMap(at)) return null;
        const pair = at.items.find((item) => yaml.isScalar(item.key) && String(item.key.value) === name);
        if (!pair) return null;
        offset = yaml.isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
        at = pair.value;
      }
      return offset === null ? null : counter.linePos(offset).line;
    },
  };
}

export interface Remarked {
  readonly key: readonly string[];
  readonly value: unknown;
  readonly remark: string;
}

/** YAML with a remark behind each value, and with what stands in `head` above it. Ends with a line feed. */
export async function remarkedYaml(head: string, values: readonly Remarked[]): Promise<string> {
  const { default: yaml } = await import('yaml');
  const document = new yaml.Document({});
  document.commentBefore = ` ${head}`;
  for (const { key, value, remark } of values) {
    const node = document.createNode(value);
    // On one line, so that it is plain what the remark is about.
    if (yaml.isCollection(node)) node.flow = true;
    node.comment = ` ${remark}`;
    document.setIn(key, node);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
