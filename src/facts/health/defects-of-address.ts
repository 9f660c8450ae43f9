/** A check that asks at another place than the server listens at. */
import { listeningPort } from '../../core/context/listening-port.ts';
import { sourceText } from '../../core/document.ts';
import { checkCalls, checkedUrl } from '../../core/healthcheck.ts';
import type { CheckedUrl } from '../../core/healthcheck.ts';
import { sourceSpan } from '../../core/lines.ts';
import type { Edit } from '../../core/types.ts';
import { frameworkNames } from './chosen-route.ts';
import { defect } from './look.ts';
import type { CheckDefect, Look } from './look.ts';
import type { HealthView } from './view.ts';

/** `localhost` with a client that takes `::1` and does not go on to 127.0.0.1. */
export function localhost(look: Look): CheckDefect | null {
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
export function unsetPort(look: Look): CheckDefect | null {
  const { check, view } = look;
  if (check.script === null || 'code' in view.start) return null;
  const url: CheckedUrl | null = checkedUrl(check.command.text);
  const name = /^\$\{?(\w+)\}?$/.exec(url?.port ?? '')?.[1];
  if (name === undefined || view.start.environment.has(name)) return null;
  const config = view.config?.ok ? view.config.value.config : null;
  if (config?.env.some((one) => one.name === name)) return null;
  const port = listeningPort(view.document, view.stage, view.context, view.start, [], view.workdir);
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
export function otherPort(look: Look): CheckDefect | null {
  const { check, view } = look;
  if ('code' in view.start) return null;
  const url = checkedUrl(check.command.text);
  const asked = url?.port ?? (url ? '80' : null);
  if (asked === null || !/^\d+$/.test(asked)) return null;
  const port = listeningPort(view.document, view.stage, view.context, view.start, [], view.workdir);
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
