/** A check by a program that is not in the image, or by a request that the server does not answer. */
import { sourceText } from '../../core/document.ts';
import { checkCalls, checkedUrl } from '../../core/healthcheck.ts';
import { sourceSpan } from '../../core/lines.ts';
import type { Withheld } from '../../core/types.ts';
import { frameworkNames } from './chosen-route.ts';
import { chooseProbe } from './chosen.ts';
import { execForm } from './layout.ts';
import { coreOf, defect, repairOf, rewritten } from './look.ts';
import type { CheckDefect, Core, Look } from './look.ts';
import { isPlainPath } from './probe.ts';
import type { ProbePort, ProbeTarget } from './probe.ts';
import type { HealthView } from './view.ts';

/** Programs of distributions and images; what an application brings along is not looked for. */
const KNOWN_PROGRAMS =
  /^(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:curl|wget|nc|node|python3?|php|ruby|bash|bun|deno|pg_isready|redis-cli)$/;

export function missingProgram(look: Look): CheckDefect | null {
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

/** The shell form in an image without a shell. */
export function noShell(look: Look): CheckDefect | null {
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
export function headRequest(look: Look): CheckDefect | null {
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
