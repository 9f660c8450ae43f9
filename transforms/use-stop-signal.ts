import {
  HANDLES_SIGTERM,
  UWSGI,
  baseImageHint,
  builtStage,
  expandFrom,
  handlesSignals,
  hasCode,
  isWithheld,
  lineEndingAt,
  lineStartAt,
  parseImageRef,
  signalServerOf,
  sourceText,
  startCommand,
  startInstructions,
} from '../src/transform-api.ts';
import type {
  BaseImageHint,
  BuildContext,
  Document,
  Edit,
  Evidence,
  Finding,
  Instruction,
  Stage,
  StartCommand,
  Transform,
} from '../src/transform-api.ts';

export const useStopSignal: Transform = {
  meta: {
    id: 'use-stop-signal',
    summary: 'Stop the container with the signal that its server ends well on',
    why:
      '`docker stop` sends SIGTERM and kills after ten seconds. nginx, Apache and php-fpm drop open requests on SIGTERM ' +
      'and finish them on another signal; uWSGI starts again instead of ending. And what runs as process 1 gets no ' +
      'default treatment of signals: a program that does not handle SIGTERM is killed after the ten seconds.',
    safety: ['unsafe', 'display'],
    footprint: ['adds-instruction', 'arguments', 'whitespace'],
    example: 'nginx-on-debian',
    references: [
      'https://docs.docker.com/reference/dockerfile/#stopsignal',
      'https://nginx.org/en/docs/control.html',
      'https://uwsgi-docs.readthedocs.io/en/latest/Management.html',
      'https://httpd.apache.org/docs/2.4/stopping.html',
      'https://docs.docker.com/reference/cli/docker/container/run/#init',
    ],
  },

  needs: () => [{ kind: 'context' }],

  inspect(document, facts) {
    const fact = facts.get({ kind: 'context' });
    const context = fact.ok ? fact.value : null;
    const stage = builtStage(document, context);
    const start = startCommand(document, stage, context);
    // What is not known to run cannot be stopped better.
    if (isWithheld(start)) return existing(document, stage, null);
    const setting = signalOf(stage);
    if (setting) return existing(document, stage, start);
    return [...missing(document, stage, start), ...initAdvice(document, stage, start, context)];
  },
};

function missing(document: Document, stage: Stage, start: StartCommand): readonly Finding[] {
  const server = signalServerOf(start);
  if (!server) return [];
  const { entrypoint, cmd } = startInstructions(stage);
  const place = entrypoint?.stage === stage.index ? entrypoint : cmd;
  // The base image's own command comes with the base image's own signal.
  if (!place || start.steps.some(({ kind }) => kind === 'base')) return [];
  const hint = hintOf(document, stage);
  if (hint && hint.mark !== 'K' && hint.facts.stopSignal !== null) return [];
  const span = place.span;
  const message = `${server.name} is stopped with SIGTERM, on which it ${server.otherwise}`;
  const evidence: Evidence[] = [
    ...start.steps.map((step) => step.evidence),
    { kind: 'knowledge', entry: `${server.name} ends well on ${server.signal}`, source: server.source },
  ];
  if (start.firstProcess !== 'program') {
    const reason =
      start.firstProcess === 'init'
        ? `${start.wrappers[0] ?? 'the init program'} gets the signal first and hands it on as it is configured; let it rewrite SIGTERM`
        : 'a shell is in front of it and hands no signal on; start it with exec first';
    const code = start.firstProcess === 'init' ? 'behind-init' : 'behind-shell';
    return [{ span, message, evidence, fix: null, withheld: { code, reason } }];
  }
  if (server === UWSGI && readsSettings(start)) {
    const reason =
      'uWSGI reads a configuration file, which may say die-on-term; write that there if it does not';
    return [{ span, message, evidence, fix: null, withheld: { code: 'settings-elsewhere', reason } }];
  }
  // An image that is known sets no signal; of another one nobody can tell from here.
  const isKnown = hint !== null && hint.mark !== 'K' && hint.facts.ports.length === 0;
  return [
    {
      span,
      message,
      evidence: hint ? [...evidence, hint.evidence] : evidence,
      fix: {
        title: `Stop it with ${server.signal}`,
        safety: 'unsafe',
        reason: isKnown ? server.cost : `the base image may set a signal already; ${server.cost}`,
        edits: [insertion(document, stage, `STOPSIGNAL ${server.signal}`)],
      },
    },
  ];
}

function readsSettings({ args }: StartCommand): boolean {
  return args.some(({ text }) =>
    /^--?(?:ini|xml|yaml|yml|json|emperor)\b|\.(?:ini|xml|ya?ml|json)$/.test(text),
  );
}

function hintOf(document: Document, stage: Stage): BaseImageHint | null {
  let root = stage;
  for (let depth = 0; root.parent && depth < 1000; depth++) root = root.parent;
  const name = root.base.text.includes('$') ? expandFrom(document, root.base.text) : root.base.text;
  const image = name === null ? null : parseImageRef(name);
  return image === null || 'error' in image ? null : baseImageHint(image);
}

/** Above the CMD and ENTRYPOINT that close the stage, else at its end. */
function insertion(document: Document, stage: Stage, text: string): Edit {
  const { instructions } = stage;
  let first = instructions.length;
  while (first > 1 && /^(?:CMD|ENTRYPOINT)$/.test(instructions[first - 1]!.keyword)) first--;
  const next = instructions[first];
  const previous = instructions[first - 1]!;
  const lineEnding = lineEndingAt(document, previous.span.start);
  const line =
    sourceText(document, previous.keywordSpan) === previous.keyword
      ? text
      : text.replace('STOPSIGNAL', 'stopsignal');
  if (!next) return { start: previous.span.end, end: previous.span.end, before: '', text: lineEnding + line };
  const at = lineStartAt(document, next.span.start);
  return { start: at, end: at, before: '', text: line + lineEnding };
}

function signalOf(stage: Stage): Instruction | null {
  let depth = 0;
  for (let at: Stage | null = stage; at && depth < 1000; at = at.parent, depth++) {
    const found = at.instructions.filter(({ keyword }) => keyword === 'STOPSIGNAL').at(-1);
    if (found) return found;
  }
  return null;
}

/** SIGKILL, by name or number, gives no program a chance to end well. */
function existing(document: Document, stage: Stage, start: StartCommand | null): readonly Finding[] {
  const setting = signalOf(stage);
  if (!setting || setting.stage !== stage.index) return [];
  if (!/^(?:SIG)?KILL$|^9$/i.test(setting.rest.text.trim())) return [];
  const signal = (start ? signalServerOf(start)?.signal : undefined) ?? 'SIGTERM';
  const { start: from } = setting.rest.pieces[0] ? { start: setting.rest.pieces[0].source } : setting.span;
  const end = from + setting.rest.text.length;
  const before = document.text.slice(from, end);
  const finding = {
    span: setting.span,
    message: 'the container is stopped with SIGKILL, which no program can handle',
    evidence: [
      {
        kind: 'source',
        span: setting.span,
        note: 'nothing is written back, closed or answered before it ends',
      },
    ] as const,
  };
  if (before !== setting.rest.text) {
    const reason = 'the signal stands over several lines; write it on one';
    return [{ ...finding, fix: null, withheld: { code: 'several-lines', reason } }];
  }
  return [
    {
      ...finding,
      fix: {
        title: `Stop it with ${signal}`,
        safety: 'unsafe',
        reason: 'somebody may have wanted it to end at once',
        edits: [{ start: from, end, before, text: signal }],
      },
    },
  ];
}

const INTERPRETERS = /^(?:node|python[0-9.]*|ruby|deno|bun)$/;

const IDLE = /^(?:tail|sleep)$/;

/** Advice alone: an ENTRYPOINT put in here would take away the CMD that is inherited. */
function initAdvice(
  document: Document,
  stage: Stage,
  start: StartCommand,
  context: BuildContext | null,
): readonly Finding[] {
  const program = start.words[0]?.value?.replace(/^.*\//, '') ?? '';
  if (start.firstProcess !== 'program' || HANDLES_SIGTERM.has(start.program)) return [];
  const { entrypoint, cmd } = startInstructions(stage);
  const place = entrypoint?.stage === stage.index ? entrypoint : cmd;
  if (!place) return [];
  const isIdle = IDLE.test(start.program);
  if (!isIdle && (!INTERPRETERS.test(program) || handlesSignals(context))) return [];
  const what = isIdle ? `${start.program} waits as process 1` : `${program} runs as process 1`;
  const unseen = hasCode(context)
    ? 'nothing in its code that was read handles SIGTERM'
    : 'its code was not seen';
  const at = lineStartAt(document, place.span.start);
  return [
    {
      span: place.span,
      message: `${what}, where SIGTERM is ignored unless the program handles it`,
      evidence: start.steps.map((step) => step.evidence),
      fix: {
        title: 'Run the container with an init program: docker run --init, or init: true in the compose file',
        safety: 'display',
        reason: `${isIdle ? 'it never handles signals' : unseen}; stopping would take ten seconds, and children that end would not be reaped`,
        // Shown, never applied: the place where a comment could say so.
        edits: [
          {
            start: at,
            end: at,
            before: '',
            text: `# Needs an init program: docker run --init${lineEndingAt(document, at)}`,
          },
        ],
      },
    },
  ];
}
