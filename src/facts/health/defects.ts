/**
 * What is wrong with a health check that a file has: only what shows, from the text and what is proven of the image,
 * that the check cannot work, cannot fail, or stops the build. A check that may well work is left alone.
 */
import { keyValuePairs } from '../../core/arguments.ts';
import { lineStartAt, sourceText } from '../../core/document.ts';
import type { Document } from '../../core/document.ts';
import {
  chainInstructions,
  checkCalls,
  checkedUrl,
  effectiveCheck,
  readCheck,
} from '../../core/healthcheck.ts';
import type { CheckCall, CheckText, CheckedUrl } from '../../core/healthcheck.ts';
import { sourceSpan } from '../../core/lines.ts';
import type { Edit, Evidence, Fix, Span, Withheld } from '../../core/types.ts';
import { listeningPort } from '../../core/context/listening-port.ts';
import { chooseProbe } from './chosen.ts';
import { execForm } from './layout.ts';
import { frameworkNames } from './plan.ts';
import type { HealthView } from './plan.ts';
import { isPlainPath } from './probe.ts';
import type { ProbePort, ProbeTarget } from './probe.ts';
import { isWindowsImage } from './purpose.ts';

/** One thing that is wrong, with its repair or the reason why there is none. */
export interface CheckDefect {
  readonly span: Span;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly fix: Fix | null;
  readonly withheld?: Withheld;
}

export function checkDefects(view: HealthView): readonly CheckDefect[] {
  const { document, stage, base } = view;
  const instruction = effectiveCheck(stage);
  if (!instruction || isWindowsImage(base.name)) return [];
  const check = readCheck(instruction);
  if (check.form === 'none' || check.form === 'odd') return [];
  const looked: Look = {
    view,
    document,
    check,
    source: { kind: 'source', span: instruction.span, note: 'the health check' },
  };
  const flags = startInterval(looked);
  // What is wrong with the form comes first: until it is put right, nothing of the command runs as it reads.
  const form =
    singleQuotes(looked) ??
    composeForm(looked) ??
    oneWord(looked) ??
    shellSyntax(looked) ??
    variableInExec(looked);
  if (form) return [...flags, form];
  const body = neverFails(looked) ?? missingProgram(looked) ?? noShell(looked) ?? headRequest(looked);
  if (body) return [...flags, body];
  return [
    ...flags,
    ...[localhost(looked) ?? unsetPort(looked) ?? reservedCode(looked) ?? otherPort(looked)].filter(
      (one) => one !== null,
    ),
  ];
}

interface Look {
  readonly view: HealthView;
  readonly document: Document;
  readonly check: CheckText;
  readonly source: Evidence;
}

function commandSpanOf({ check }: Look): Span {
  return sourceSpan(check.command, 0, check.command.text.length);
}

/** Replaces all behind CMD; refused where that would take comments along. */
function rewritten(look: Look, text: string): readonly Edit[] | Withheld {
  const { check, document } = look;
  const span = commandSpanOf(look);
  if (
    check.instruction.comments.some(
      (comment) => comment.span.start >= span.start && comment.span.end <= span.end,
    )
  ) {
    return {
      code: 'comment-inside',
      reason: `there are comments between its lines, which would be lost; write: CMD ${text}`,
    };
  }
  return [{ ...span, before: sourceText(document, span), text }];
}

function defect(
  look: Look,
  message: string,
  repair: Fix | Withheld,
  evidence: readonly Evidence[] = [],
): CheckDefect {
  const span = commandSpanOf(look);
  const found = { span, message, evidence: [look.source, ...evidence] };
  return 'edits' in repair ? { ...found, fix: repair } : { ...found, fix: null, withheld: repair };
}

function repairOf(edits: readonly Edit[] | Withheld, fix: Omit<Fix, 'edits'>): Fix | Withheld {
  return 'code' in edits ? edits : { ...fix, edits };
}

// ---- the form -------------------------------------------------------------------------------------------------------

/** `CMD ['curl', …]`: no JSON, so a shell looks for a program called `[curl,`. */
function singleQuotes(look: Look): CheckDefect | null {
  const { check } = look;
  const { text } = check.command;
  if (check.form !== 'shell' || !/^\[\s*'/.test(text) || !text.endsWith(']') || text.includes('"'))
    return null;
  const form = text.replace(/'/g, '"');
  const words = stringsOf(form);
  if (!words) return null;
  return defect(
    look,
    'single quotes make no JSON, so a shell looks for a program called [',
    repairOf(rewritten(look, form), {
      title: 'Write it with double quotes',
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the words are the same',
    }),
  );
}

function stringsOf(text: string): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one): one is string => typeof one === 'string')
      ? parsed
      : null;
  } catch {
    return null;
  }
}

/** `CMD ["CMD-SHELL", "curl …"]`: the form of Compose. */
function composeForm(look: Look): CheckDefect | null {
  const { words } = look.check;
  const [first, ...rest] = words ?? [];
  if ((first !== 'CMD' && first !== 'CMD-SHELL') || rest.length === 0) return null;
  const text =
    first === 'CMD' ? execForm(rest) : rest.length === 1 && !/[\r\n]/.test(rest[0]!) ? rest[0]! : null;
  if (text === null) return null;
  return defect(
    look,
    `${first} belongs into a Compose file; here it is taken for a program of that name`,
    repairOf(rewritten(look, text), {
      title: `Remove ${first}`,
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the command behind it is the same',
    }),
  );
}

/** `CMD ["curl -f http://… || exit 1"]`: a program with that whole name. */
function oneWord(look: Look): CheckDefect | null {
  const { words } = look.check;
  const [only] = words ?? [];
  if (words?.length !== 1 || only === undefined || !/^[\w./-]+\s+\S/.test(only) || /[\r\n]/.test(only))
    return null;
  return defect(
    look,
    'the whole command is one word of the exec form, so a program of that name is looked for',
    repairOf(rewritten(look, only), {
      title: 'Let a shell read it',
      safety: 'safe',
      reason: 'as it stands the check can never succeed, and the command is the same',
    }),
  );
}

/** `["curl", "-f", "…", "||", "exit", "1"]`: handed to curl as arguments. */
function shellSyntax(look: Look): CheckDefect | null {
  const { words, script } = look.check;
  if (!words || script !== null) return null;
  const at = words.findIndex((word) => /^(?:\|\||&&|\||;)$/.test(word));
  if (at < 1) return null;
  const rest = words.slice(at).join(' ');
  const message = `no shell reads the exec form, so ${words[0]} is given "${words[at]}" as an argument`;
  if (!/^\|\| exit 1$/.test(rest)) {
    return defect(look, message, {
      code: 'shell-syntax-in-exec-form',
      reason: 'write it without the brackets, so that a shell reads it, or as ["sh", "-c", "…"]',
    });
  }
  return defect(
    look,
    message,
    repairOf(rewritten(look, execForm(words.slice(0, at))), {
      title: `Remove "${rest}"`,
      safety: 'safe',
      reason: 'any exit code but 0 counts as unhealthy, and as arguments these words make the check fail',
    }),
  );
}

/** `["curl", "http://127.0.0.1:$PORT/"]`: nobody puts the variable in. */
function variableInExec(look: Look): CheckDefect | null {
  const { check, view } = look;
  const { words, script } = check;
  if (!words || script !== null || !/^(?:curl|wget|nc|pg_isready|redis-cli|mysqladmin)$/.test(words[0] ?? ''))
    return null;
  const word = words.slice(1).find((one) => /\$\{?[A-Za-z_]\w*/.test(one));
  if (word === undefined) return null;
  const name = /\$\{?([A-Za-z_]\w*)/.exec(word)![1]!;
  const message = `no shell reads the exec form, so ${words[0]} is given the text $${name} instead of its value`;
  const shell = view.programs.presence('sh');
  if (shell.state === 'absent') {
    return defect(
      look,
      message,
      {
        code: 'variable-without-shell',
        reason: `there is no shell in the image that could replace it (${shell.how}); write the value`,
      },
      [shell.evidence],
    );
  }
  const line = words
    .map((one) => (/^[\w@%+=:,./-]+$/.test(one) ? one : `"${one.replace(/(["\\`])/g, '\\$1')}"`))
    .join(' ');
  const isSet = isSetInFile(view, name);
  return defect(
    look,
    message,
    repairOf(rewritten(look, line), {
      title: 'Let a shell read it',
      safety: isSet && shell.state === 'present' && shell.firstHand ? 'safe' : 'unsafe',
      reason: isSet
        ? `as it stands the check can never succeed; ENV sets ${name}${shell.state === 'present' ? `, and ${shell.how} (sh)` : ''}`
        : `as it stands the check can never succeed; that ${name} is set at run time is not seen`,
    }),
  );
}

// ---- the program ----------------------------------------------------------------------------------------------------

/** The one program that decides the check, and what else stands around it. */
interface Core {
  readonly call: CheckCall;
  /** Nothing else in the script decides: `|| exit 1` at most. */
  readonly isPlain: boolean;
}

const AROUND = new Set(['exit', 'true', 'false', ':', 'echo', 'test', '[', '[[', 'grep']);

function coreOf(check: CheckText): Core | null {
  const calls = checkCalls(check);
  if (!calls) return null;
  const own = calls.filter(({ program }) => !AROUND.has(program));
  const [call] = own;
  if (!call || own.length !== 1) return null;
  const isPlain = calls.every((one) => one === call || one.program === 'exit');
  return { call, isPlain };
}

/** Programs of distributions and images; what an application brings along is not looked for. */
const KNOWN_PROGRAMS =
  /^(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:curl|wget|nc|node|python3?|php|ruby|bash|bun|deno|pg_isready|redis-cli)$/;

function missingProgram(look: Look): CheckDefect | null {
  const { check, view } = look;
  const core = coreOf(check);
  if (!core || !KNOWN_PROGRAMS.test(core.call.path)) return null;
  const { call } = core;
  const presence = view.programs.presence(call.program);
  if (presence.state !== 'absent') return null;
  const message = `the check runs ${call.program}, which is not in the image (${presence.how})`;
  const withhold = (code: string, reason: string): CheckDefect =>
    defect(look, message, { code, reason }, [presence.evidence]);
  const target = targetOf(look, core);
  if ('code' in target) return withhold(target.code, target.reason);
  const chosen = chooseProbe(view.programs, target, {
    language: view.language,
    isPython2: view.isPython2,
    without: new Set([call.program]),
  });
  if (!('words' in chosen)) {
    return withhold(
      chosen.isAbsent ? 'nothing-else-to-probe-with' : 'other-tools-not-known',
      chosen.isAbsent
        ? `no other program of the image can ask either (${chosen.how}); install ${call.program} in the final stage, or remove the check`
        : `which other programs are in the image is not proven (${chosen.how})`,
    );
  }
  const isSafe = presence.firstHand && chosen.firstHand && !view.base.isVariable;
  const what =
    chosen.shows === 'tcp' ? 'it shows that the port accepts connections' : 'it asks the same address';
  return defect(
    look,
    message,
    repairOf(rewritten(look, execForm(chosen.words)), {
      title: `Ask with ${chosen.tool.replace(/^.*-/, '')} instead`,
      safety: isSafe ? 'safe' : 'unsafe',
      reason: `${isSafe ? 'the check could never succeed' : 'by what is known of the base image the check can never succeed'}; ${chosen.because.join('; ')}; ${what}`,
    }),
    [presence.evidence, ...chosen.evidence],
  );
}

const CURL_OPTIONS =
  /^(?:-[fsSLkgvi]+|--fail|--silent|--show-error|--location|--insecure|--fail-with-body|-o|--output|-m|--max-time|--connect-timeout|--retry|--retry-delay|--retry-connrefused|--noproxy|-w|--write-out|-sf|-I|--head|-X|--request|GET|\/dev\/null|\*|[\d.]+)$/;
const WGET_OPTIONS =
  /^(?:-[qSO]+|-nv|--quiet|--spider|--no-verbose|--tries(?:=\d+)?|--timeout(?:=\d+)?|-T|-t|-O|-O-|-qO-|-O\/dev\/null|-qO|-|--no-check-certificate|--output-document(?:=\S+)?|-Y|off|\/dev\/null|\d+)$/;

/** What a check by curl, wget or nc asks, for another program to ask. */
function targetOf(look: Look, { call, isPlain }: Core): ProbeTarget | Withheld {
  const { program, args } = call;
  const complex = (why: string): Withheld => ({
    code: 'check-not-translated',
    reason: `${why}, so the check was not translated; install ${program} in the final stage, or write it for a program that is there`,
  });
  if (!isPlain) return complex('it looks at what is answered');
  const text = args.join(' ');
  if (program === 'nc') {
    const found = /(?:^|\s)(?:localhost|127\.0\.0\.1|0\.0\.0\.0)\s+(\d{1,5}|\$\{?\w+\}?)$/.exec(text);
    const port = found ? portOf(look, found[1]!) : null;
    return port && !('code' in port)
      ? { kind: 'tcp', port }
      : (port ?? complex('its arguments were not read'));
  }
  if (program !== 'curl' && program !== 'wget')
    return {
      code: 'program-missing',
      reason: `install ${program} in the final stage, or copy it there; what else would check the same is not known`,
    };
  const url = args.map((arg) => checkedUrl(arg)).find((found) => found !== null);
  if (!url) return complex('its address is not one of the container itself');
  if (url.scheme === 'https') return complex('it asks over TLS');
  const options = program === 'curl' ? CURL_OPTIONS : WGET_OPTIONS;
  const odd = args.find((arg) => checkedUrl(arg) === null && !options.test(arg));
  if (odd !== undefined) return complex(`it says ${odd.slice(0, 40)}`);
  if (!isPlainPath(url.path)) return complex('its path has characters of its own');
  const port = portOf(look, url.port ?? '80');
  if ('code' in port) return port;
  const failsOnError = program === 'wget' || args.some((arg) => /^-[a-zA-Z]*f|^--fail/.test(arg));
  return { kind: 'http', port, path: url.path, accepts: failsOnError ? 'success' : 'answer' };
}

function portOf({ view }: Look, text: string): ProbePort | Withheld {
  if (/^\d+$/.test(text)) return { number: Number(text), variable: null };
  const found = /^\$\{?(\w+)(?::?-(\d+))?\}?$/.exec(text);
  const name = found?.[1] ?? '';
  const fallback = found?.[2];
  const set = 'code' in view.start ? undefined : view.start.environment.get(name);
  const number = fallback ?? (set !== undefined && set !== null && /^\d{1,5}$/.test(set) ? set : undefined);
  return number !== undefined && /^[A-Za-z_]\w*$/.test(name)
    ? { number: Number(number), variable: name }
    : {
        code: 'port-variable-unset',
        reason: `nothing in the image sets ${name}; give it a default (ENV ${name}=8080)`,
      };
}

/** An ENV of the stage, or of a stage that it is FROM, sets it. */
function isSetInFile({ document, stage }: HealthView, name: string): boolean {
  return chainInstructions(stage).some((instruction) => {
    if (instruction.keyword !== 'ENV') return false;
    const pairs = keyValuePairs(instruction.rest, document.escape);
    return !('error' in pairs) && pairs.some(({ key }) => key === name);
  });
}

/** The shell form in an image without a shell. */
function noShell(look: Look): CheckDefect | null {
  const { check, view } = look;
  if (check.script === null) return null;
  const shell = view.programs.presence('sh');
  if (shell.state !== 'absent') return null;
  const message = `the check needs a shell, and there is none in the image (${shell.how})`;
  const calls = checkCalls(check) ?? [];
  const own = calls.filter(({ program }) => program !== 'exit');
  const [call] = own;
  const words = call?.command?.words.map(({ value }) => value) ?? [];
  if (
    !call ||
    own.length !== 1 ||
    words.includes(null) ||
    /[|;&<>]/.test(check.script.replace(/\|\|\s*exit\s+1\s*$/, ''))
  ) {
    return defect(
      look,
      message,
      {
        code: 'no-shell',
        reason: 'write it in exec form with one program that is in the image: CMD ["/app", "healthcheck"]',
      },
      [shell.evidence],
    );
  }
  return defect(
    look,
    message,
    repairOf(rewritten(look, execForm(words as readonly string[])), {
      title: 'Write it in exec form',
      safety: shell.firstHand ? 'safe' : 'unsafe',
      reason: 'as it stands the check can never succeed, and the words are the same',
    }),
    [shell.evidence],
  );
}

/** HEAD where only GET is answered. */
function headRequest(look: Look): CheckDefect | null {
  const { check, view } = look;
  const core = coreOf(check);
  if (!core) return null;
  const { program, args } = core.call;
  const flag =
    program === 'wget'
      ? '--spider'
      : program === 'curl'
        ? args.find((arg) => arg === '-I' || arg === '--head')
        : undefined;
  if (flag === undefined || !args.includes(flag)) return null;
  const presence = view.programs.presence(program);
  // The wget of busybox sends GET all the same.
  if (program === 'wget' && (presence.state !== 'present' || presence.isBusybox !== false)) return null;
  const framework = frameworkNames(view).find(({ name }) => name === 'fastapi');
  if (!framework || answersHead(view)) return null;
  const at = look.check.command.text.indexOf(flag);
  const span = sourceSpan(check.command, at, at + flag.length);
  if (sourceText(look.document, span) !== flag) return null;
  const hasOutput = args.some((arg) => /^-[a-zA-Z]*[oO]|^--output/.test(arg));
  const isExec = check.form === 'exec' && check.script === null;
  const replacement = hasOutput
    ? null
    : isExec
      ? `-${program === 'wget' ? 'O' : 'o'}", "/dev/null`
      : `-${program === 'wget' ? 'O' : 'o'} /dev/null`;
  const message = `${program} ${flag} sends HEAD, which FastAPI answers with 405 unless a route says otherwise`;
  if (replacement === null)
    return defect(look, message, { code: 'head-request', reason: `remove ${flag}, so that it sends GET` });
  return defect(
    look,
    message,
    {
      title: `Send GET: ${program === 'wget' ? '-O' : '-o'} /dev/null instead of ${flag}`,
      safety: presence.state === 'present' && presence.firstHand ? 'safe' : 'unsafe',
      reason: `GET is answered wherever HEAD is; ${framework.manifest} names FastAPI, and no route takes HEAD`,
      edits: [{ ...span, before: flag, text: replacement }],
    },
    [{ kind: 'context', path: framework.manifest, note: 'names fastapi' }],
  );
}

function answersHead({ context }: HealthView): boolean {
  return (
    context === null ||
    [...context.texts].some(([path, text]) => path.endsWith('.py') && /\.head\(|["']HEAD["']/.test(text))
  );
}

// ---- what it asks ---------------------------------------------------------------------------------------------------

/** `localhost` with a client that takes `::1` and does not go on to 127.0.0.1. */
function localhost(look: Look): CheckDefect | null {
  const { check, view, document } = look;
  const calls = checkCalls(check) ?? [];
  const call = calls.find(
    ({ program, args }) =>
      (program === 'wget' || program === 'nc') && args.some((arg) => /(?:^|\/\/|@)localhost\b/.test(arg)),
  );
  if (!call) return null;
  const presence = view.programs.presence(call.program);
  if (presence.state !== 'present' || presence.isBusybox !== true) return null;
  const edits: Edit[] = [];
  for (const match of check.command.text.matchAll(/(?<![\w.-])localhost(?![\w.-])/g)) {
    const span = sourceSpan(check.command, match.index, match.index + match[0].length);
    if (sourceText(document, span) === 'localhost')
      edits.push({ ...span, before: 'localhost', text: '127.0.0.1' });
  }
  if (edits.length === 0) return null;
  const byHost = hostMatters(view);
  const isFour =
    !('code' in view.start) &&
    view.start.words.some(({ value }) => /(?:^|[=/])0\.0\.0\.0\b/.test(value ?? ''));
  const isSafe = isFour && byHost === null && presence.firstHand;
  return defect(
    look,
    `the ${call.program} of busybox takes localhost for ::1 where the container has IPv6, and does not try 127.0.0.1`,
    {
      title: 'Ask 127.0.0.1',
      safety: isSafe ? 'safe' : 'unsafe',
      reason: isSafe
        ? 'the server is told to listen on 0.0.0.0, which is IPv4 alone, and answers whatever the name of the host'
        : (byHost ??
          'a server that listens on ::1 alone, or that answers by the name of the host, would not answer to 127.0.0.1'),
      edits,
    },
    [presence.evidence],
  );
}

function hostMatters(view: HealthView): string | null {
  const found = frameworkNames(view).find(({ name }) => name === 'django' || name === 'rails');
  if (found) return `${found.manifest} names ${found.name}, which answers only to the hosts that it is told`;
  if (view.context === null)
    return 'without the build context it is not known whether the server answers by the name of the host';
  return null;
}

/** `localhost:$PORT` with a variable that nothing sets: curl then asks port 80. */
function unsetPort(look: Look): CheckDefect | null {
  const { check, view } = look;
  if (check.script === null || 'code' in view.start) return null;
  const url: CheckedUrl | null = checkedUrl(check.command.text);
  const name = /^\$\{?(\w+)\}?$/.exec(url?.port ?? '')?.[1];
  if (name === undefined || view.start.environment.has(name)) return null;
  const config = view.config?.ok ? view.config.value.config : null;
  if (config?.env.some((one) => one.name === name)) return null;
  const port = listeningPort(view.document, view.stage, view.context, view.start);
  const message = `the check asks the port of ${name}, which nothing in the image sets`;
  if ('code' in port || port.variable !== name) {
    // Whoever sets it for the server sets it for the check as well.
    return null;
  }
  const text = url!.port!;
  const at = check.command.text.indexOf(`:${text}`) + 1;
  const span = sourceSpan(check.command, at, at + text.length);
  if (sourceText(look.document, span) !== text) return null;
  return defect(
    look,
    message,
    {
      title: `Give it the default of the server: \${${name}:-${port.port}}`,
      safety: 'safe',
      reason: `${port.proofs[0]!.note} when ${name} is not set, and the check asks the same`,
      edits: [{ ...span, before: text, text: `\${${name}:-${port.port}}` }],
    },
    port.proofs.slice(0, 1).map(({ evidence }) => evidence),
  );
}

/** Another port than the one that the server is told. */
function otherPort(look: Look): CheckDefect | null {
  const { check, view } = look;
  if ('code' in view.start) return null;
  const url = checkedUrl(check.command.text);
  const asked = url?.port ?? (url ? '80' : null);
  if (asked === null || !/^\d+$/.test(asked)) return null;
  const port = listeningPort(view.document, view.stage, view.context, view.start);
  const kind = 'code' in port ? null : port.proofs[0]!.kind;
  if (
    'code' in port ||
    port.variable !== null ||
    kind === 'default' ||
    kind === 'expose' ||
    port.port === Number(asked)
  )
    return null;
  return defect(
    look,
    `the check asks port ${asked}, but ${port.proofs[0]!.note}`,
    {
      code: 'other-port',
      reason: `ask port ${port.port}, unless another program of the container listens on ${asked}`,
    },
    port.proofs.slice(0, 1).map(({ evidence }) => evidence),
  );
}

// ---- how it ends ----------------------------------------------------------------------------------------------------

/** `|| true`, `; exit 0`, or nothing that could fail. */
function neverFails(look: Look): CheckDefect | null {
  const { check, document } = look;
  if (check.script === null) return null;
  const calls = checkCalls(check) ?? [];
  if (
    calls.length > 0 &&
    calls.every(
      ({ program, args }) =>
        ['echo', 'true', ':', 'printf', 'date'].includes(program) || (program === 'exit' && args[0] === '0'),
    )
  ) {
    return defect(look, 'the check asks nothing, so it can never fail', {
      code: 'asks-nothing',
      reason: 'it says healthy whatever happens; write a probe of the port, or HEALTHCHECK NONE',
    });
  }
  const { text } = check.command;
  const found = /(?:\|\||;)\s*(?:true|:|exit\s+0)(?=\s*(?:"\s*\])?\s*$)/.exec(text);
  if (found) {
    const span = sourceSpan(check.command, found.index, found.index + found[0].length);
    const before = sourceText(document, span);
    const isOneLine = before === found[0];
    const isFirst = /^[^;]*$/.test(text.slice(0, found.index));
    const message = `"${found[0].replace(/\s+/g, ' ')}" makes every failure a success, so the check can never fail`;
    if (!isOneLine || !isFirst)
      return defect(look, message, { code: 'never-fails', reason: 'end it with || exit 1 instead' });
    const glue = found[0].startsWith(';') && !/\s$/.test(text.slice(0, found.index)) ? ' ' : '';
    return defect(look, message, {
      title: 'End it with || exit 1',
      safety: 'unsafe',
      reason: 'a failure was turned into a success on purpose or by mistake; from here the two look the same',
      edits: [{ ...span, before, text: `${glue}|| exit 1` }],
    });
  }
  return grepOfItself(look);
}

/** `ps | grep name`: the grep is in the list as well. */
function grepOfItself(look: Look): CheckDefect | null {
  const { check, document } = look;
  const { text } = check.command;
  const found =
    /\bps\b[^|;&]*\|\s*grep\s+(?:-[a-zA-Z]+\s+)?(['"]?)([A-Za-z][\w.-]*)\1\s*(?:\|\|\s*exit\s+1)?$/.exec(
      text,
    );
  if (check.form !== 'shell' || !found) return null;
  const word = found[1]! + found[2]! + found[1]!;
  const at = found.index + found[0].lastIndexOf(word);
  const span = sourceSpan(check.command, at, at + word.length);
  if (sourceText(document, span) !== word) return null;
  const pattern = `[${found[2]![0]}]${found[2]!.slice(1)}`;
  return defect(look, 'grep finds itself in the list of ps, so the check can never fail', {
    title: `Write the pattern as ${pattern}, which does not match itself`,
    safety: 'safe',
    reason: 'the pattern matches the same processes, except for the grep of the check',
    edits: [{ ...span, before: word, text: `"${pattern}"` }],
  });
}

/** pg_isready ends with 2 when nobody answers, a code that Docker reserves. */
function reservedCode(look: Look): CheckDefect | null {
  const { check } = look;
  if (check.form !== 'shell') return null;
  const core = coreOf(check);
  const { text } = check.command;
  if (core?.call.program !== 'pg_isready' || !core.isPlain || /[|;&]/.test(text)) return null;
  const { end } = commandSpanOf(look);
  return defect(
    look,
    'pg_isready ends with 2 when nobody answers, and Docker reserves that code',
    {
      title: 'End it with || exit 1',
      safety: 'safe',
      reason: 'it fails exactly when it failed before, with the code that means unhealthy',
      edits: [{ start: end, end, before: '', text: ' || exit 1' }],
    },
    [{ kind: 'reference', url: 'https://docs.docker.com/reference/dockerfile/#healthcheck' }],
  );
}

// ---- options --------------------------------------------------------------------------------------------------------

/** Engines before 25 stop the build at it, unless the file asks for a newer frontend. */
function startInterval(look: Look): readonly CheckDefect[] {
  const { document, check } = look;
  const flag = check.flags.find(({ name }) => name === 'start-interval');
  if (!flag || document.directives.some(({ name }) => name === 'syntax')) return [];
  const { span } = flag;
  return [
    {
      span,
      message: 'builders of engines before 25 do not know --start-interval and stop at it',
      evidence: [
        { kind: 'source', span, note: 'the option' },
        { kind: 'reference', url: 'https://docs.docker.com/reference/dockerfile/#healthcheck' },
      ],
      fix: {
        title: 'Remove --start-interval',
        safety: 'unsafe',
        reason:
          'with a newer engine the container turns healthy one interval later; a # syntax line would be another way',
        edits: [flagEdit(document, span)],
      },
    },
  ];
}

/** The flag with the blanks in front of it, or its whole line when it has one to itself. */
function flagEdit(document: Document, span: Span): Edit {
  const { text } = document;
  const lineStart = lineStartAt(document, span.start);
  const feed = text.indexOf('\n', span.end);
  const behind = text.slice(span.end, feed < 0 ? text.length : feed);
  if (feed >= 0 && text.slice(lineStart, span.start).trim() === '' && behind.trim() === document.escape) {
    return { start: lineStart, end: feed + 1, before: text.slice(lineStart, feed + 1), text: '' };
  }
  let start = span.start;
  while (start > lineStart && /[ \t]/.test(text[start - 1]!)) start--;
  if (start === lineStart) {
    let end = span.end;
    while (/[ \t]/.test(text[end] ?? '')) end++;
    return { start: span.start, end, before: text.slice(span.start, end), text: '' };
  }
  return { start, end: span.end, before: text.slice(start, span.end), text: '' };
}
