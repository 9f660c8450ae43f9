/**
 * The health check that a file should have: whether one applies, which port and path it asks, with which program, and
 * how far each of these is proven. Nothing is guessed: what is not proven is said, with what would prove it.
 */
import { exposedPorts } from '../../core/context/listening-port.ts';
import { startInstructions } from '../../core/context/start/configuration.ts';
import type { StartCommand } from '../../core/context/start-command.ts';
import { chainInstructions } from '../../core/stages.ts';
import type { Evidence, Withheld } from '../../core/types.ts';
import type { BaseImage } from './base.ts';
import { chooseProbe } from './chosen.ts';
import type { ChosenProbe } from './chosen.ts';
import { frameworkNames, httpOf, routeOf } from './chosen-route.ts';
import type { SpeaksHttp } from './chosen-route.ts';
import { deploymentNotes, differentPrograms, otherCommands } from './deployment.ts';
import { loadsModels } from './frameworks.ts';
import { portOf, portTrap, probePortOf, textOfStart } from './port.ts';
import type { KnownPort } from './port.ts';
import type { ProbeTarget } from './probe.ts';
import { imagePurpose, isWindowsImage, notServing } from './purpose.ts';
import type { HealthRoute } from './route.ts';
import { serviceOf } from './services.ts';
import type { Service } from './services.ts';
import type { HealthView } from './view.ts';

export interface HealthPlan {
  /** The words of the exec form. */
  readonly words: readonly string[];
  readonly timeoutS: number;
  readonly startPeriodS: number;
  readonly safety: 'safe' | 'unsafe';
  /** Why it is as safe as it says. */
  readonly reason: string;
  /** What the check asks, for the title. */
  readonly asks: string;
  readonly evidence: readonly Evidence[];
}

export type HealthDecision =
  | { readonly kind: 'withheld'; readonly withheld: Withheld; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'plan'; readonly plan: HealthPlan };

export function decideHealth(view: HealthView): HealthDecision {
  const { base, start } = view;
  const before = beforeStart(view);
  if (before) return before;
  const service = serviceFor(view);
  if (service) return servicePlan(view, service);
  const purpose = 'code' in start ? nothingToStart(view, start) : notServing(start);
  if (purpose) return withhold(purpose, startEvidence(start));
  const different = differentPrograms(view);
  if (different.length > 0) return withhold(severalPrograms(different), startEvidence(start));
  const port = portOf(view);
  if ('code' in port) return withhold(port, startEvidence(start));
  const trap = portTrap(view, port);
  if (trap)
    return withhold(
      trap,
      port.proofs.map(({ evidence }) => evidence),
    );
  if (base.name === 'scratch' && view.programs.presence('sh').state === 'absent')
    return withhold(
      nothingInside(view),
      port.proofs.map(({ evidence }) => evidence),
    );
  return probePlan(view, port);
}

function withhold(withheld: Withheld, evidence: readonly Evidence[] = []): HealthDecision {
  return { kind: 'withheld', withheld, evidence };
}

function startEvidence(start: StartCommand | Withheld): readonly Evidence[] {
  return 'code' in start ? [] : start.steps.slice(-1).map(({ evidence }) => evidence);
}

/** What the base alone decides. */
function beforeStart({ document, stage, base, config }: HealthView): HealthDecision | null {
  const shell = chainInstructions(stage).findLast(({ keyword }) => keyword === 'SHELL');
  if (
    isWindowsImage(base.name) ||
    /(?:powershell|pwsh|cmd)(?:\.exe)?/i.test(shell?.json?.[0] ?? '') ||
    base.platform?.startsWith('windows')
  ) {
    return withhold({
      code: 'windows',
      reason: 'Windows images have other shells and programs; write the probe in PowerShell',
    });
  }
  const purpose = base.image ? imagePurpose(base.image) : null;
  if (purpose) return withhold(purpose, [{ kind: 'source', span: stage.from.span, note: base.name }]);
  const own = config?.ok ? config.value.config.healthcheck : null;
  if (own && config?.ok) {
    const reason =
      own.kind === 'none'
        ? 'the base image switches health checks off (HEALTHCHECK NONE)'
        : `the base image brings its own check: ${own.command.join(' ').slice(0, 120)}`;
    return withhold({ code: own.kind === 'none' ? 'base-switches-it-off' : 'base-has-its-own', reason }, [
      config.evidence,
    ]);
  }
  if (document.directives.some(({ name }) => name === 'escape') && /^[A-Z]:|\\/i.test(base.name)) {
    return withhold({
      code: 'windows',
      reason: 'Windows images have other shells and programs; write the probe in PowerShell',
    });
  }
  return null;
}

/** There is no program to follow: a reason of its own for each way that can be. */
function nothingToStart(view: HealthView, start: Withheld): Withheld | null {
  const { document, stage, base } = view;
  const hasPort = exposedPorts(document, stage).length > 0;
  if (start.code === 'no-command') {
    return {
      code: 'starts-nothing',
      reason:
        'neither ENTRYPOINT nor CMD starts a program, so this image is made to build on or to be given a command',
    };
  }
  if (start.code === 'command-of-base' && STARTS_A_SHELL.test(base.image?.repository ?? '')) {
    return {
      code: 'starts-a-shell',
      reason: `no ENTRYPOINT or CMD says what to start, and ${base.image!.repository} starts an interpreter or a shell for a person`,
    };
  }
  if (start.code === 'command-of-base' && !hasPort) {
    return {
      code: 'command-of-base-unknown',
      reason: `what ${shortName(base.name)} starts was not asked; with access to its registry it would be known`,
    };
  }
  if (start.code === 'other-shell') return { code: 'windows', reason: start.reason };
  // EXPOSE still says that something listens.
  return hasPort ? null : start;
}

/** Without the digits of a digest, which tell nobody anything. */
function shortName(name: string): string {
  return name.replace(/(@sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '$1…').slice(0, 120);
}

/** Bases whose own command waits for a person. */
const STARTS_A_SHELL =
  /^(?:library\/(?:python|node|ruby|golang|rust|debian|ubuntu|alpine|busybox|fedora|amazonlinux|buildpack-deps|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|gcc|elixir|erlang|perl|swift)|amazonlinux\/amazonlinux)$/;

function nothingInside({ start }: HealthView): Withheld {
  const program = 'code' in start ? 'the program' : (start.words[0]?.value ?? 'the program');
  return {
    code: 'nothing-to-probe-with',
    reason:
      `an image from scratch holds ${program} and no other program that could ask it; give the program a subcommand ` +
      `(["${program}", "healthcheck"]), copy a static prober into the image, or let the platform probe the port`,
  };
}

function severalPrograms(services: readonly string[]): Withheld {
  const named =
    services.slice(0, 4).join(', ') + (services.length > 4 ? ` and ${services.length - 4} more` : '');
  return {
    code: 'services-start-different-programs',
    reason:
      `${named} start different programs from this image, and HEALTHCHECK would ask each of them the same; ` +
      'give every service a healthcheck of its own there',
  };
}

// ---- services -----------------------------------------------------------------------------------------------------

/** The service of the base image, as long as the file does not start something else. */
function serviceFor({ base, stage, start }: HealthView): Service | null {
  const service = base.image ? serviceOf(base.image) : null;
  if (!service) return null;
  const { entrypoint, cmd } = startInstructions(stage);
  if (!entrypoint && !cmd) return service;
  if (entrypoint || 'code' in start) return null;
  return service.programs.includes(start.program) ? service : null;
}

function servicePlan({ base, programs, config }: HealthView, service: Service): HealthDecision {
  const presence = programs.presence(service.program);
  if (presence.state === 'absent') {
    return withhold(
      { code: 'no-client', reason: `${service.program} is not in the image: ${presence.how}` },
      [presence.evidence],
    );
  }
  const isProven = presence.state === 'present' && presence.firstHand;
  const evidence: Evidence[] = [{ kind: 'knowledge', entry: service.name, source: service.source }];
  if (presence.state === 'present') evidence.unshift(presence.evidence);
  else if (config?.ok) evidence.unshift(config.evidence);
  return {
    kind: 'plan',
    plan: {
      words: service.words,
      timeoutS: service.timeoutS,
      startPeriodS: service.startPeriodS,
      safety: 'unsafe',
      reason: `${service.program} comes with ${base.image!.repository}${isProven ? '' : ' by its documentation'} and shows that ${service.shows}; that no setting moves its port is not seen`,
      asks: `${service.name} by ${service.program}`,
      evidence,
    },
  };
}

function probePlan(view: HealthView, port: KnownPort): HealthDecision {
  const frameworks = frameworkNames(view);
  const http = httpOf(view, port, frameworks);
  const route = http ? routeOf(view, frameworks, port) : null;
  const probePort = probePortOf(view, port);
  const target: ProbeTarget = !http
    ? { kind: 'tcp', port: probePort }
    : { kind: 'http', port: probePort, path: route?.path ?? '/', accepts: route?.accepts ?? 'answer' };
  const options = { language: view.language, isPython2: view.isPython2 };
  const chosen = chooseProbe(view.programs, target, options);
  const proofs = port.proofs.slice(0, 1).map(({ evidence }) => evidence);
  if (!('words' in chosen)) return withhold(noTool(view, chosen), proofs);
  return { kind: 'plan', plan: planOf(view, port, { http, route, target, chosen }) };
}

interface Parts {
  readonly http: SpeaksHttp | null;
  readonly route: HealthRoute | null;
  readonly target: ProbeTarget;
  readonly chosen: ChosenProbe;
}

function planOf(view: HealthView, port: KnownPort, { http, route, target, chosen }: Parts): HealthPlan {
  const proof = port.proofs[0]!;
  const portProven = proof.kind !== 'expose' && proof.kind !== 'default';
  const doubts: string[] = [...view.assumptions];
  if (!portProven) doubts.push(`the port is only known because ${proof.note}`);
  if (port.port !== null && port.variable !== null && target.port.variable === null) {
    doubts.push(`${port.variable} may move the port at run time`);
  }
  // A program of which only the option is known may still listen on ::1 alone.
  if (
    port.protocol === 'unknown' &&
    portProven &&
    !/\b0\.0\.0\.0\b|(?:^|[ =])(?:\[::\]|\*)?:\d/.test(textOfStart(view.start))
  ) {
    doubts.push('on which address it listens was not seen');
  }
  if (port.bind === 'loopback') doubts.push('by what is seen it listens inside the container only');
  if (!chosen.firstHand)
    doubts.push(
      `by its documentation alone the base image has ${chosen.words[0] === 'sh' ? chosen.tool.replace(/^.*-/, '') : chosen.words[0]!} (its files, asked of the registry, would prove it)`,
    );
  if (view.base.isVariable) doubts.push('a build argument may choose another base image');
  if (!('code' in view.start) && !view.start.isCertain && !isOfficial(view.base))
    doubts.push('the ENTRYPOINT of the base image was not seen');
  if ('code' in view.start) doubts.push(`what is started was not followed: ${view.start.reason}`);
  if (chosen.shows !== 'tcp') {
    if (http && !http.firstHand) doubts.push(`that it speaks HTTP is only known because ${http.because}`);
    if (!route) doubts.push('no health route was found, so any answer below 500 to / counts as healthy');
    else if (!route.firstHand)
      doubts.push(`the route ${route.path} was not followed from the program that is started`);
    if (route?.accepts === 'answer')
      doubts.push('something may refuse the probe before the route answers, so any answer below 500 counts');
  }
  const [elsewhere] = otherCommands(view);
  if (elsewhere !== undefined)
    doubts.push(`the service ${elsewhere} runs another command, which this check does not know`);
  const isSafe = doubts.length === 0;
  const notes = deploymentNotes(view);
  const portText = port.port === null ? `port $${port.variable}` : `port ${port.port}`;
  const shown =
    chosen.shows === 'tcp'
      ? `a connection to ${portText}`
      : `GET ${target.kind === 'http' ? target.path : '/'} on ${portText}`;
  return {
    words: chosen.words,
    timeoutS: 5,
    startPeriodS: startPeriod(view, port),
    safety: isSafe ? 'safe' : 'unsafe',
    reason: [
      ...(isSafe
        ? [
            proof.note,
            ...chosen.because,
            ...(route && chosen.shows !== 'tcp' ? [`the source has the route ${route.path}`] : []),
          ]
        : doubts),
      ...notes,
    ].join('; '),
    asks: `${shown} with ${chosen.tool.replace(/^.*-|2$/g, '')}`,
    evidence: [
      ...port.proofs.slice(0, 2).map(({ evidence }) => evidence),
      ...(route && chosen.shows !== 'tcp' ? [route.evidence] : []),
      ...chosen.evidence,
    ],
  };
}

/** The entry scripts of the official images run the command that they are given. */
function isOfficial({ image }: BaseImage): boolean {
  return image?.registry === 'docker.io' && image.repository.startsWith('library/');
}

function noTool(
  view: HealthView,
  { isAbsent, how }: { readonly isAbsent: boolean; readonly how: string },
): Withheld {
  const { language, base } = view;
  const ways =
    'add a subcommand that asks itself, copy a static prober into the image, or let the platform probe the port';
  if (!isAbsent && base.name === 'scratch') {
    return { code: 'files-not-known', reason: `which programs are in the image is not proven: ${how}` };
  }
  if (!isAbsent) {
    return {
      code: base.image === null ? 'base-not-known' : 'tools-not-known',
      reason: `which programs are in the image is not proven (${how}); with access to the registry of ${shortName(base.name)} it would be`,
    };
  }
  const what = language === 'java' || language === 'dotnet' ? language : 'program';
  return {
    code: `no-tool-${what}`,
    reason: `no program in the image can ask the application; of each that was looked for: ${how}; ${ways}`,
  };
}

// ---- options --------------------------------------------------------------------------------------------------------

/** What takes its time before the program starts: installations, builds, migrations. */
const SLOW =
  /\b(?:install|ci|build|compile|generate|migrate|migrations?|upgrade|collectstatic|assets:precompile)\b|db:|^yarn$/;

function startPeriod({ language, context, start }: HealthView, port: KnownPort): number {
  // The first success ends the period, so a long one costs nothing.
  if (
    !('code' in start) &&
    start.before.some(({ words }) => SLOW.test(words.map(({ text }) => text).join(' ')))
  )
    return 120;
  if (context && language === 'python' && loadsModels(context, '')) return 120;
  if (
    language === 'java' ||
    port.server === 'Spring Boot' ||
    (!('code' in start) && start.program === 'catalina.sh')
  )
    return 60;
  if (language === 'ruby') return 30;
  return language === 'python' || language === 'dotnet' ? 20 : 10;
}
