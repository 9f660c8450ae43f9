/** Java: one jar that brings its libraries with it goes to a runtime of the same major version, without the JDK. */
import { baseNameOf } from '../context/build-context.ts';
import { stageText } from '../context/stage-files.ts';
import { isWithheld } from '../shell.ts';
import type { ShellCommand } from '../shell.ts';
import { absolutePath } from '../runtime/final-image.ts';
import type { Withheld } from '../types.ts';
import { written } from './assets.ts';
import { startedFile } from './compiled.ts';
import { placeSteps } from './places.ts';
import { programOf } from './reading.ts';
import { lastOf } from './steps.ts';
import { BUILDER } from './words.ts';
import type { Planned, Reading, Step } from './words.ts';

const TOOL = /^(?:mvnw?|gradlew?)$/;

export function planJava(reading: Reading): Planned {
  const build = reading.steps.findLast(({ commands }) => (commands ?? []).some(isPackage));
  const { start } = reading;
  if (!isWithheld(start) && TOOL.test(start.program)) {
    return {
      code: 'development-server',
      reason: `${start.program} runs the sources when the container starts; start the jar that it packages`,
    };
  }
  if (!build) return { code: 'nothing-installed', reason: 'no mvn package or gradle build makes a jar' };
  const started = startedFile(reading, false);
  if (isWithheld(started)) return started;
  if (isWithheld(start) || start.program !== 'java')
    return { code: 'other-program-started', reason: 'what is started is not java with a jar' };
  const at = start.args.findIndex(({ text }) => text === '-jar');
  const word = at < 0 ? undefined : start.args[at + 1];
  const jar = word?.value ?? (/^[\w./-]*\/\*\.jar$/.test(word?.text ?? '') ? word!.text : null);
  if (jar === null)
    return {
      code: 'no-single-jar',
      reason: 'java is started with a class path or a class, not with one jar that has everything in it',
    };
  const path = absolutePath(start.workdir, jar);
  // A shell starts the one jar that it finds, which is the same one when all are taken over.
  const isFound = jar.endsWith('/*.jar') && isByShell(reading);
  if (path === null || (/[*?]/.test(jar) && !isFound))
    return { code: 'no-single-jar', reason: `which file ${jar.slice(0, 60)} is, is not known` };
  const origin = jarOf(reading, build, path);
  if (isWithheld(origin)) return origin;
  const runtime = runtimeOf(reading);
  if (typeof runtime !== 'string') return runtime;
  const placed = placeSteps(reading, {
    cut: build.instruction.index,
    isBuild: (one) =>
      TOOL.test(programOf(one.words)) ||
      /^(?:cp|mv|chmod|sed|dos2unix|rm|mkdir|jar|javac)$/.test(programOf(one.words)),
    copy: (step) =>
      step.instruction.flags.some(({ name }) => name === 'from') ? { at: 'both' } : { at: 'builder' },
  });
  if (isWithheld(placed)) return placed;
  const { places } = placed;
  places.set(build.instruction, {
    at: 'builder',
    instead: [
      `COPY --from=${BUILDER} ${path} ${written(isFound ? `${path.slice(0, path.lastIndexOf('/'))}/` : path, build.workdir)}`,
    ],
  });
  return {
    runtime,
    cut: build.instruction,
    places,
    certainty: origin.isComplete ? 'provable' : 'likely',
    leaves: 'the JDK, the build tool, its repository and the sources',
    reason: origin.isComplete
      ? 'the jar brings its libraries with it and starts by itself'
      : 'whether the jar has all its libraries in it shows in a run',
    evidence: origin.evidence,
  };
}

function isByShell({ steps }: Reading): boolean {
  const { json } = (lastOf(steps, 'ENTRYPOINT') ?? lastOf(steps, 'CMD'))!.instruction;
  return json === null || /^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(json[0] ?? '');
}

function isPackage({ words }: ShellCommand): boolean {
  if (!TOOL.test(programOf(words))) return false;
  return words
    .slice(1)
    .some(({ text }) =>
      /^(?::?[\w-]*:)?(?:package|install|verify|build|bootJar|shadowJar|assemble|jar|deploy|uberJar|buildFatJar)$/.test(
        text,
      ),
    );
}

interface Jar {
  readonly isComplete: boolean;
  readonly evidence: readonly { readonly kind: 'context'; readonly path: string; readonly note: string }[];
}

/** Whether the jar that is started is the one that the build makes, with everything in it. */
function jarOf(reading: Reading, { workdir, instruction }: Step, path: string): Jar | Withheld {
  const { line } = instruction;
  const root = workdir === '/' || workdir === null ? '' : workdir;
  for (const name of ['pom.xml', 'build.gradle', 'build.gradle.kts']) {
    const file = reading.files.files.get(`${root}/${name}`);
    const text = stageText(reading.context, reading.files, `${root}/${name}`);
    if (!file || text === null) continue;
    if (name === 'pom.xml' && /<packaging>\s*pom\s*</.test(text)) {
      return {
        code: 'several-modules',
        reason: `${file.source ?? name} has several modules; which of them runs is not followed`,
      };
    }
    const isMoved = !isOutput(path, root, name);
    if (
      isMoved &&
      !reading.steps.some(({ commands }) =>
        (commands ?? []).some(
          ({ words }) =>
            /^(?:cp|mv)$/.test(words[0]?.value ?? '') && words.at(-1)?.value?.includes(baseNameOf(path)),
        ),
      )
    ) {
      return {
        code: 'other-program-started',
        reason: `${path} is not what ${name} makes, as far as that can be followed`,
      };
    }
    const isComplete =
      /spring-boot-maven-plugin|org\.springframework\.boot|maven-shade-plugin|maven-assembly-plugin|shadow|com\.github\.johnrengelman|quarkus|io\.ktor\.plugin|micronaut/.test(
        text,
      );
    if (/maven-assembly-plugin|maven-shade-plugin|shadow/.test(text) || isComplete) {
      return {
        isComplete: /spring-boot-maven-plugin|org\.springframework\.boot/.test(text),
        evidence: [
          { kind: 'context', path: file.source ?? name, note: 'packages a jar that starts by itself' },
        ],
      };
    }
    const hasLibraries =
      name === 'pom.xml'
        ? hasDependencies(text)
        : /^[ \t]*(?:implementation|api|compile|runtimeOnly)\b/m.test(text);
    if (hasLibraries)
      return {
        code: 'jar-without-libraries',
        reason: `${file.source ?? name} has no plugin that puts the libraries into the jar, so it runs from the build's own repository`,
      };
    return {
      isComplete: true,
      evidence: [{ kind: 'context', path: file.source ?? name, note: 'a jar without libraries' }],
    };
  }
  return {
    code: 'manifest-not-seen',
    reason: `line ${line}: neither pom.xml nor build.gradle is among the files of the build context that could be read`,
  };
}

/** A dependency of a pom that is there when the program runs. */
function hasDependencies(pom: string): boolean {
  return pom
    .split('<dependency>')
    .slice(1)
    .some((part) => !/<scope>\s*(?:test|provided)\s*<\/scope>/.test(part.split('</dependency>', 1)[0]!));
}

function isOutput(path: string, root: string, manifest: string): boolean {
  return path.startsWith(`${root}/${manifest === 'pom.xml' ? 'target' : 'build/libs'}/`);
}

/** A runtime of the same version on the same C library. */
function runtimeOf({ image, variant }: Reading): string | Withheld {
  const tag = image.tag ?? '';
  const name = image.repository.replace(/^library\//, '');
  const java =
    name === 'maven' || name === 'gradle'
      ? /(?:temurin|openjdk|jdk|corretto|sapmachine)-?(\d+)/.exec(tag)?.[1]
      : /^(\d+)/.exec(tag)?.[1];
  if (java === undefined)
    return {
      code: 'java-version-not-known',
      reason: `the tag of ${image.raw} does not say which Java it has; name it (eclipse-temurin-21)`,
    };
  if (/corretto|ibm|semeru|graalvm|microsoft|liberica|zulu/.test(`${name} ${tag}`)) {
    return { code: 'no-runtime-image', reason: `no runtime without the JDK is known for ${image.raw}` };
  }
  const flavour = variant.kind === 'alpine' ? '-alpine' : (/-(noble|jammy|focal)/.exec(tag)?.[0] ?? '');
  return `eclipse-temurin:${java}-jre${flavour}`;
}
