/**
 * Takes secrets out of text before anybody reads it. Two ways, both linear in the text: secrets that are known, in
 * every form in which a server is likely to repeat them, also when they are cut off or sit inside something longer;
 * and places where a secret stands by custom (`Authorization:`, `token=`, `user:password@`, signed URLs), known or not.
 */

export interface Redactor {
  /** `username`: the secret also travels as `base64(username:secret)`. */
  register(secret: string, username?: string): void;
  /** For text that a server, a file of credentials or an error may have had a part in; never for file content. */
  redact(text: string): string;
  /** Whether a long secret that is registered occurs; a short one occurs by chance. */
  holdsSecret(text: string): boolean;
}

export const MASK = '***';

/** Shorter secrets are masked only where a credential is expected: elsewhere they would blank ordinary words. */
const MIN_LENGTH = 4;
/** So many first characters are enough to recognise what the end was cut off from. */
const ANCHOR_LENGTH = 8;
/** Longer secrets are recognised by their beginning. */
const MAX_LENGTH = 8192;
/** No word of a tag, a path or a label by accident. */
const UNMISTAKABLE_LENGTH = 12;

/** A way to write a secret. */
interface Form {
  readonly text: string;
  /** The characters beside it may hold a few bits of the secret: those are taken out as well. */
  readonly isBase64: boolean;
  readonly isLong: boolean;
}

export function createRedactor(): Redactor {
  const known = new Set<string>();
  /** By the hash of the first four characters, which is also how the text is walked. */
  const forms = new Map<number, Form[]>();
  /** Whether any form has these two characters at its third and fourth place: most text is passed over by this. */
  const filter = new Uint8Array(0x10000);

  function add(text: string, isBase64: boolean, isLong: boolean): void {
    if (text.length < MIN_LENGTH || known.has(text)) return;
    known.add(text);
    let hash = 0;
    for (let i = 0; i < 4; i++) hash = shifted(hash, text.charCodeAt(i));
    filter[hash >>> 16] = 1;
    const bucket = forms.get(hash);
    const form = { text, isBase64, isLong };
    if (bucket) bucket.push(form);
    else forms.set(hash, [form]);
  }

  /** Calls `found` for every form that stands in the text, from left to right. It returns where to go on. */
  function walk(text: string, found: (form: Form, start: number, end: number) => number): void {
    let from = 0;
    let hash = 0;
    for (let i = 0; i < text.length; i++) {
      hash = shifted(hash, text.charCodeAt(i));
      if (filter[hash >>> 16] === 0 || i < from + 3) continue;
      const start = i - 3;
      let best: Form | null = null;
      let length = 0;
      for (const form of forms.get(hash) ?? []) {
        const same = commonLength(text, start, form.text);
        if (same < Math.min(form.text.length, ANCHOR_LENGTH) || same <= length) continue;
        best = form;
        length = same;
      }
      if (!best) continue;
      from = found(best, start, start + length);
      i = from - 1;
    }
  }

  function maskKnown(text: string): string {
    if (known.size === 0) return text;
    let masked = '';
    let from = 0;
    walk(text, (form, start, end) => {
      let first = start;
      let behind = end;
      if (form.isBase64) {
        if (first > from && isBase64Char(text.charCodeAt(first - 1))) first--;
        if (isBase64Char(text.charCodeAt(behind))) behind++;
        while (text[behind] === '=') behind++;
      }
      masked += text.slice(from, first) + MASK;
      from = behind;
      return behind;
    });
    return from === 0 ? text : masked + text.slice(from);
  }

  return {
    register(secret, username) {
      if (secret === '') return;
      // A lone surrogate cannot be encoded; it becomes what an encoder makes of it.
      const clean = Buffer.from(secret.slice(0, MAX_LENGTH)).toString();
      if (clean.length >= MIN_LENGTH) {
        const isLong = clean.length >= UNMISTAKABLE_LENGTH;
        for (const text of plainForms(clean)) add(text, false, isLong);
        for (const text of embeddedBase64(clean)) add(text, true, isLong);
      }
      if (username !== undefined) {
        const pair = Buffer.from(`${username}:${clean}`);
        for (const encoding of ['base64', 'base64url'] as const) {
          const text = pair.toString(encoding).replace(/=+$/, '');
          if (text.length >= 2 * MIN_LENGTH) add(text, true, false);
        }
      }
    },
    redact: (text) => maskPlaces(maskKnown(text)),
    holdsSecret(text) {
      let holds = false;
      walk(text, (form, start, end) => {
        holds ||= form.isLong && end - start === form.text.length;
        return end;
      });
      return holds;
    },
  };
}

function shifted(hash: number, code: number): number {
  return (hash >>> 8) | ((code & 0xff) << 24);
}

function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text.charCodeAt(at + length) === form.charCodeAt(length)) length++;
  return length;
}

function isBase64Char(code: number): boolean {
  return /[\w+/-]/.test(String.fromCharCode(code));
}

// ---- forms of a secret ------------------------------------------------------------------------------------------

/** As it is, with its white space collapsed, escaped for JSON and HTML, for URLs (four ways), and in hexadecimal. */
function plainForms(secret: string): readonly string[] {
  const component = encodeURIComponent(secret);
  const strict = component.replace(/[!'()*]/g, percent);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const hex = Buffer.from(secret).toString('hex');
  const html = secret.replace(/[&<>"']/g, (char) => `&${HTML_NAMES[char]!};`);
  const json = JSON.stringify(secret).slice(1, -1);
  const urls = [component, strict, form];
  return [
    secret,
    secret.replace(/\s+/g, ' ').trim(),
    json,
    html,
    ...urls,
    ...urls.map((url) => url.replace(/%[0-9A-F]{2}/g, (triple) => triple.toLowerCase())),
    hex,
    hex.toUpperCase(),
  ];
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": '#39',
};

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Base64 of something longer looks different by where the secret begins: at a multiple of three bytes, one or two
 * behind it. Of each way, the characters that depend on nothing but the secret.
 */
function embeddedBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const core = encoded.slice(start, end);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

// ---- places where a secret stands -------------------------------------------------------------------------------

/** Query parameters and form or JSON fields. */
const SECRET_NAMES =
  '(?:(?:access|refresh|id|identity|registry|session|bearer|auth|job|private)?[_-]?token|client[_-]?secret|secret|' +
  'pass(?:word|wd)?|api[_-]?key|awsaccesskeyid|sig|signature|key-pair-id|x-(?:amz|goog|ms)-[a-z-]{1,40})';

const HEADER =
  /\b((?:(?:proxy-)?authorization|x-registry-auth|(?:set-)?cookie|private-token)\b["']?\s{0,2}[:=]\s{0,2}["']?)((?:basic|bearer|digest|negotiate)\s{1,2})?[^\s"',;]+/gi;
const SCHEME = /\b(basic|bearer) ([\w.~+/-]{8,}=*)/gi;
const PARAMETER = new RegExp(`((?:^|[^\\w-])${SECRET_NAMES}=)[^\\s&;,"'<>)}\\]]+`, 'gi');
const JSON_FIELD = new RegExp(`("${SECRET_NAMES}"\\s{0,2}:\\s{0,2}")(?:[^"\\\\]|\\\\.)+`, 'gi');
const USER_INFO = /:\/\/[^\s/?#@"'<>]*@/g;
const QUERY = /\?[^\s"'<>]+/g;
/** What marks a URL that is itself a key to what it names. */
const SIGNED = /[?&](?:x-(?:amz|goog|ms)-|sig=|signature=|awsaccesskeyid=|key-pair-id=|[a-z_]*token=)/i;
/** Nothing of the above is possible without one of these. */
const ANY_PLACE = /[=@]|"\s{0,2}:|authorization|cookie|x-registry-auth|private-token|b(?:asic|earer) /i;

function maskPlaces(text: string): string {
  if (!ANY_PLACE.test(text)) return text;
  return text
    .replace(USER_INFO, `://${MASK}@`)
    .replace(QUERY, (query) => (SIGNED.test(query) ? `?${MASK}` : query))
    .replace(HEADER, (_, name: string, scheme = '') => `${name}${scheme}${MASK}`)
    .replace(SCHEME, (whole: string, scheme: string, value: string) =>
      // "basic authentication" and the like are words.
      /^[a-z]{1,24}$|^realm=/i.test(value) ? whole : `${scheme} ${MASK}`,
    )
    .replace(PARAMETER, `$1${MASK}`)
    .replace(JSON_FIELD, `$1${MASK}`);
}

// ---- URLs -------------------------------------------------------------------------------------------------------

const SHOWN_PARAMETERS: ReadonlySet<string> = new Set([
  'service',
  'scope',
  'client_id',
  'n',
  'last',
  'ns',
  'page',
  'page_size',
  'ordering',
]);

/** A URL for a person: without user and fragment, and of its query only what is known to be harmless. */
export function safeUrl(url: URL): string {
  const parameters = [...url.searchParams].map(
    ([name, value]) => `${name}=${SHOWN_PARAMETERS.has(name) ? value : MASK}`,
  );
  const query = parameters.length > 0 ? `?${parameters.join('&')}` : '';
  const text = url.origin + url.pathname + query;
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
