/**
 * Holds answers against GitHub's OpenAPI description while the tests run. The description comes as the declarations that
 * `@octokit/openapi-types` generates from it (the document itself is a package of 400 MB); they have one regular form,
 * which is read here as JSON Schema: objects, lists, unions, literals, and the `Format:` of their comments.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { ForgeAnswer } from './server.ts';

type Schema = Record<string, unknown>;

/** Says what is wrong with an answer; null when nothing is. */
export type AnswerCheck = (operation: string, answer: ForgeAnswer) => string | null;

interface Declarations {
  /** The text from the type of this member on. */
  at(section: 'schemas' | 'responses' | 'operations', name: string): string | null;
}

let declarations: Declarations | null = null;

/** Where each member of the three sections begins, by the indentation that the generator gives it. */
function readDeclarations(): Declarations {
  const path = new URL('../../../node_modules/@octokit/openapi-types/types.d.ts', import.meta.url);
  const text = readFileSync(path, 'utf8');
  const starts = new Map<string, number>();
  const line = /^( {2,4})("?)([^\s"?:]+)\2\??:(?=[ \n])|^export interface (\w+)/gm;
  let [part, section] = ['', ''];
  for (const match of text.matchAll(line)) {
    const [whole, indent = '', , name = '', exported] = match;
    if (exported !== undefined) part = exported;
    else if (part === 'components' && indent.length === 2) section = name;
    else if (part === 'components') starts.set(`${section} ${name}`, match.index + whole.length);
    else if (part === 'operations' && indent.length === 2)
      starts.set(`operations ${name}`, match.index + whole.length);
  }
  return {
    at(from, name) {
      const start = starts.get(`${from} ${name}`);
      return start === undefined ? null : text.slice(start, start + 200_000);
    },
  };
}

// ---- from declarations to JSON Schema ---------------------------------------------------------------------------------

const TOKEN = /\/\*\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[\w$]+|[{}[\]()<>|&;:?,]/g;

interface Reader {
  peek(ahead?: number): string;
  next(): string;
}

function readerOf(text: string): Reader {
  const tokens = text.matchAll(TOKEN);
  const ahead: string[] = [];
  const fill = (count: number): void => {
    while (ahead.length < count) ahead.push(tokens.next().value?.[0] ?? '');
  };
  return {
    peek(at = 0) {
      fill(at + 1);
      return ahead[at]!;
    },
    next() {
      fill(1);
      return ahead.shift()!;
    },
  };
}

function expected(reader: Reader, token: string): void {
  const found = reader.next();
  if (found !== token) throw new Error(`GitHub's declarations have ${found} where ${token} belongs`);
}

/** `a | b`, each a list, an intersection or something plain. */
function readUnion(reader: Reader): Schema {
  if (reader.peek() === '|') reader.next();
  const parts = [readIntersection(reader)];
  while (reader.peek() === '|') {
    reader.next();
    parts.push(readIntersection(reader));
  }
  const real = parts.filter((part) => part['not'] === undefined || parts.length === 1);
  return real.length === 1 ? real[0]! : { anyOf: real };
}

function readIntersection(reader: Reader): Schema {
  const parts = [readList(reader)];
  while (reader.peek() === '&') {
    reader.next();
    parts.push(readList(reader));
  }
  return parts.length === 1 ? parts[0]! : { allOf: parts };
}

function readList(reader: Reader): Schema {
  let schema = readPlain(reader);
  while (reader.peek() === '[' && reader.peek(1) === ']') {
    reader.next();
    reader.next();
    schema = { type: 'array', items: schema };
  }
  return schema;
}

const PLAIN: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  bigint: { type: 'number' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  unknown: {},
  any: {},
  undefined: { not: {} },
  never: { not: {} },
  true: { const: true },
  false: { const: false },
};

function readPlain(reader: Reader): Schema {
  const token = reader.next();
  if (token === '{') return readObject(reader);
  if (token === '(') {
    const inner = readUnion(reader);
    expected(reader, ')');
    return inner;
  }
  if (token === '[') return { type: 'array', items: { anyOf: readMany(reader, ']') } };
  if (token.startsWith('"')) return { const: JSON.parse(token) as unknown };
  if (/^-?\d/.test(token)) return { const: Number(token) };
  if (token === 'components') return readReference(reader);
  if (token === 'Record') {
    expected(reader, '<');
    readMany(reader, '>');
    return { type: 'object' };
  }
  if (token === 'OneOf' || token === 'XOR') {
    expected(reader, '<');
    const isList = reader.peek() === '[';
    if (isList) reader.next();
    const anyOf = readMany(reader, isList ? ']' : '>');
    if (isList) expected(reader, '>');
    return { anyOf };
  }
  const plain = PLAIN[token];
  if (!plain) throw new Error(`GitHub's declarations have a type ${token}`);
  return plain;
}

function readMany(reader: Reader, end: string): Schema[] {
  const all: Schema[] = [];
  while (reader.peek() !== end) {
    all.push(readUnion(reader));
    if (reader.peek() === ',') reader.next();
  }
  reader.next();
  return all;
}

/** `components["schemas"]["simple-user"]` */
function readReference(reader: Reader): Schema {
  const names = [];
  while (reader.peek() === '[' && reader.peek(1).startsWith('"')) {
    reader.next();
    names.push(JSON.parse(reader.next()) as string);
    expected(reader, ']');
  }
  return { $ref: `#/$defs/${names.join(' ')}` };
}

function readObject(reader: Reader): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  let format: string | undefined;
  for (;;) {
    const token = reader.next();
    if (token === '}') return { type: 'object', properties, required };
    if (token === ';') continue;
    if (token.startsWith('/**')) {
      format = /Format: ([\w-]+)/.exec(token)?.[1];
      continue;
    }
    if (token === '[') {
      // `[key: string]: …`
      while (reader.next() !== ']');
      expected(reader, ':');
      readUnion(reader);
      continue;
    }
    const name = token.startsWith('"') ? (JSON.parse(token) as string) : token;
    const isOptional = reader.peek() === '?';
    if (isOptional) reader.next();
    expected(reader, ':');
    const schema = readUnion(reader);
    properties[name] = format === undefined ? schema : { allOf: [schema], format };
    if (!isOptional) required.push(name);
    format = undefined;
  }
}

// ---- checking -----------------------------------------------------------------------------------------------------------

/** Those that are checked; they hold for strings only, and null is null. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  email: /^[^@\s]+@[^@\s]+$/,
};

function schemaOf(section: 'schemas' | 'responses' | 'operations', name: string): Schema | null {
  const text = (declarations ??= readDeclarations()).at(section, name);
  return text === null ? null : readUnion(readerOf(text));
}

/** The members of an object that was read above, one below the other. */
function member(schema: Schema | null, ...path: readonly string[]): Schema | null {
  let at = schema;
  for (const name of path) {
    const reference = /^#\/\$defs\/(schemas|responses) (.+)$/.exec(String(at?.['$ref'] ?? ''));
    // The two words of the pattern.
    if (reference) at = schemaOf(reference[1] as 'schemas' | 'responses', reference[2]!);
    const properties = (at?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
    at = properties[name] ?? null;
  }
  return at;
}

/** With everything that it refers to. */
function complete(schema: Schema): Schema {
  const found = new Map<string, Schema>();
  const collect = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/\$defs\/schemas ([^"]+)"/g)) {
      const key = `schemas ${name}`;
      if (found.has(key)) continue;
      const referred = schemaOf('schemas', name!);
      if (!referred) throw new Error(`GitHub's declarations lack ${name}`);
      found.set(key, referred);
      collect(referred);
    }
  };
  collect(schema);
  return { ...schema, $defs: Object.fromEntries(found) };
}

export function createAnswerCheck(): AnswerCheck {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    logger: false,
    formats: FORMATS as Record<string, RegExp>,
  });
  const compiled = new Map<string, ValidateFunction | string | null>();

  /** Null: there is nothing to say of the body. A text: there must be no such answer. */
  function find(operation: string, status: number): ValidateFunction | string | null {
    const declared = schemaOf('operations', operation);
    if (!declared) return `GitHub has no operation ${operation}`;
    const response = member(declared, 'responses', String(status));
    // What any operation may answer is not repeated with each of them; nor is where a renamed repository is.
    if (!response && status < 300) return `GitHub's ${operation} does not answer ${status}`;
    const body = member(response, 'content', 'application/json');
    if (body) return ajv.compile(complete(body));
    return status < 300 ? null : ajv.compile(complete({ $ref: '#/$defs/schemas basic-error' }));
  }

  return (operation, { status, body }) => {
    if (status === 304 || body instanceof Uint8Array) return null;
    const key = `${operation} ${status}`;
    if (!compiled.has(key)) compiled.set(key, find(operation, status));
    const validate = compiled.get(key)!;
    if (typeof validate === 'string') return validate;
    if (validate === null) return body === undefined ? null : `GitHub's ${key} has no body`;
    // As it goes over the wire.
    const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
    return validate(sent) ? null : `GitHub's ${key}: ${ajv.errorsText(validate.errors)}`;
  };
}
