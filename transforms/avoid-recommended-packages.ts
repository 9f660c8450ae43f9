import {
  aptCall,
  isWithheld,
  leavesOutRecommended,
  lineAt,
  lineEndingAt,
  lineStartAt,
  recommendedPackages,
  recommendsSource,
  shellOf,
  shippedStages,
  sourceText,
  stageSuite,
} from '../src/transform-api.ts';
import type {
  AptCall,
  DebianSuite,
  Document,
  Edit,
  Evidence,
  Finding,
  Stage,
  StageSuite,
  Transform,
  Withheld,
} from '../src/transform-api.ts';

const FLAG = '--no-install-recommends';

/** Small packages that others stop working without; they are named instead of lost. */
const KEEP = ['ca-certificates', 'libc6-dev'];

/** Collections that are of little use without what they recommend. */
const COLLECTIONS =
  /^(?:texlive|libreoffice|chromium|r-base|r-recommended|task-|tasksel|software-properties-common)|-desktop(?:-environment)?$/;

export const avoidRecommendedPackages: Transform = {
  meta: {
    id: 'avoid-recommended-packages',
    summary: 'Install with --no-install-recommends and name what is really used',
    why:
      'apt installs recommended packages by default: documentation, helpers, sometimes a whole desktop. They make ' +
      'the image larger and bring vulnerabilities of programs that nobody asked for.',
    safety: ['safe', 'unsafe'],
    footprint: ['arguments'],
    example: 'one-line',
    references: ['https://docs.docker.com/build/building/best-practices/#apt-get'],
  },

  inspect(document) {
    const findings: Finding[] = [];
    const unused = Object.keys(USES).filter((name) => !USES[name]!.test(document.text));
    for (const stage of shippedStages(document)) {
      if (isSwitchedOff(stage)) continue;
      const calls = installs(document, stage);
      const built = stageSuite(document, stage);
      const known = {
        built,
        present: new Set([...namedPackages(calls, tableOf(built)), ...unused]),
        httpsFrom: firstHttps(document, stage),
      };
      for (const call of calls) {
        // `apt-get -f install` repairs and names nothing.
        if (call.packages.length === 0 || leavesOutRecommended(call)) continue;
        findings.push(judge(document, known, call));
      }
    }
    return findings;
  },
};

function installs(document: Document, stage: Stage): readonly AptCall[] {
  return stage.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'RUN' || !sourceText(document, instruction.span).includes('apt')) return [];
    const script = shellOf(document, instruction);
    if (isWithheld(script)) return [];
    return script.commands.flatMap((command) => {
      const call = aptCall(command);
      return call && call.tool !== 'aptitude' && call.subcommand.value === 'install' ? [call] : [];
    });
  });
}

/** A configuration file of apt says it for the whole stage. */
function isSwitchedOff(stage: Stage): boolean {
  return stage.instructions.some(
    ({ keyword, rest }) =>
      keyword === 'RUN' && /Install-Recommends["\s]*[\s=]["\s]*(?:0|false|no|off)/i.test(rest.text),
  );
}

/** What a stage has beside what a command installs. */
interface StageKnowledge {
  /** The release of Debian whose packages are installed. */
  readonly built: StageSuite;
  /** Packages that some command of the stage names, what they bring along, and what no instruction uses. */
  readonly present: Set<string>;
  /** From this offset on certificates are there: a download over HTTPS went well. */
  readonly httpsFrom: number;
}

function judge(document: Document, stage: StageKnowledge, call: AptCall): Finding {
  const span = { start: call.subcommand.span.start, end: call.subcommand.span.end };
  const message = 'apt installs recommended packages as well';
  const reason = blocker(call);
  if (reason) return { span, message, evidence: [], fix: null, withheld: reason };

  const loss = weigh(stage, call);
  const evidence: Evidence[] = [
    { kind: 'knowledge', entry: 'apt-recommends', source: recommendsSource(tableOf(stage.built)) },
  ];
  const keep = KEEP.filter((name) => loss.lost.has(name));
  // Named once, it is there for the commands below: named by this fix, or still recommended to this command.
  for (const name of keep) stage.present.add(name);
  const other = [...loss.lost].filter((name) => !KEEP.includes(name));
  const added = keep.length > 0 ? ` and name ${keep.join(' and ')}` : '';
  return {
    span,
    message,
    evidence,
    fix: {
      title: `Add ${FLAG}${added}`,
      ...trust(stage.built, loss.unknown, other),
      edits: [flagEdit(call), ...(keep.length > 0 ? [packagesEdit(document, call, keep)] : [])],
    },
  };
}

function blocker(call: AptCall): Withheld | null {
  if (call.options.some((word) => word.text === '--install-recommends')) {
    return { code: 'asked-for', reason: 'the command asks for them with --install-recommends' };
  }
  const collection = call.packages.find((word) => COLLECTIONS.test(packageName(word.value ?? '')));
  if (collection) {
    return {
      code: `collection-${COLLECTIONS.exec(packageName(collection.value ?? ''))![0].replace(/^-|-$/g, '')}`,
      reason: `${collection.value} is of little use without what it recommends; name the packages that are used`,
    };
  }
  return null;
}

interface Loss {
  /** Packages that would be missing although something may depend on them. */
  readonly lost: ReadonlySet<string>;
  /** The first package that the table does not know. */
  readonly unknown: string | null;
}

function weigh(stage: StageKnowledge, call: AptCall): Loss {
  const lost = new Set<string>();
  let unknown: string | null = null;
  for (const word of call.packages) {
    const known =
      word.value === null ? undefined : recommendedPackages(packageName(word.value), tableOf(stage.built));
    if (!known) unknown ??= word.text;
    for (const name of known?.lost ?? []) {
      if (!stage.present.has(name)) lost.add(name);
    }
  }
  if (stage.httpsFrom < call.command.span.start) lost.delete('ca-certificates');
  return { lost, unknown };
}

function namedPackages(calls: readonly AptCall[], suite: DebianSuite | 'any' | null): ReadonlySet<string> {
  const present = new Set<string>();
  for (const word of calls.flatMap((call) => call.packages)) {
    const name = packageName(word.value ?? '');
    present.add(name);
    for (const brought of recommendedPackages(name, suite)?.brings ?? []) present.add(brought);
  }
  return present;
}

/** Tools for building: where no instruction names them, nothing of the build misses them. */
const USES: Readonly<Record<string, RegExp>> = {
  gnupg: /\bgpg2?\b|apt-key|dirmngr|gnupg|add-apt-repository|keyserver/,
  sq: /\bsqv?\b|sequoia/,
  'gnupg-utils': /gnupg-utils|gpgsplit|gpgparsemail|gpgtar|kbxutil|lspgpot/,
  'gpg-wks-client': /gpg-wks/,
  patch: /\bpatch\b/,
};

/** Whose index counts; null where the release is not known or has none here, and all of them are a hint. */
function tableOf({ suite }: StageSuite): DebianSuite | 'any' | null {
  return suite === 'other' ? null : suite;
}

function trust(
  { suite, base }: StageSuite,
  unknown: string | null,
  lost: readonly string[],
): { safety: 'safe' | 'unsafe'; reason: string } {
  const list = lost.slice(0, 6).join(', ') + (lost.length > 6 ? ` and ${lost.length - 6} more` : '');
  if (suite === null || suite === 'other') {
    const why =
      suite === null
        ? `${base} does not say on which release of its distribution it is built, and each recommends other packages`
        : `what packages recommend is known for Debian 11, 12 and 13, and ${base} is built on none of them`;
    return {
      safety: 'unsafe',
      reason: lost.length > 0 ? `${why}; by Debian's indexes, ${list} may be lost` : why,
    };
  }
  if (lost.length > 0) {
    return { safety: 'unsafe', reason: `${list} would no longer be installed; name what is used` };
  }
  if (unknown !== null) {
    return { safety: 'unsafe', reason: `it is not known what ${unknown} recommends` };
  }
  return {
    safety: 'safe',
    reason: `in ${suite === 'any' ? 'Debian 11, 12 and 13 alike,' : `Debian ${suite}`} none of these packages recommends anything that a program could miss`,
  };
}

/** Where the first download over HTTPS stands that would have failed without certificates. */
function firstHttps(document: Document, stage: Stage): number {
  for (const { keyword, span } of stage.instructions) {
    if (keyword !== 'RUN') continue;
    // Command by command: a pattern over the whole text would start again at every curl.
    for (const command of document.text.slice(span.start, span.end).matchAll(/[^|&;]+/g)) {
      const program = /\b(?:curl|wget)\b/.exec(command[0]);
      if (!program || command[0].indexOf('https://', program.index) < 0) continue;
      if (!/\s-\w*k\b|--insecure|--no-check-certificate/.test(command[0].slice(program.index))) {
        return span.start + command.index + program.index;
      }
    }
  }
  return Infinity;
}

/** `curl=7.88*`, `libc6:i386`, `vim/stable`, `nano+`: the name in front. */
function packageName(word: string): string {
  return word.replace(/[=/:].*$/, '').replace(/(?<=\w)-$/, '');
}

/** Behind the options that follow `install`, or right behind it. */
function flagEdit(call: AptCall): Edit {
  let at = call.subcommand.span.end;
  for (const word of call.tail) {
    if (
      !/^-(?:[yqfVm]+|-(?:yes|assume-yes|quiet|fix-broken|fix-missing|force-yes|verbose-versions|allow-[a-z-]+))$/.test(
        word.text,
      )
    ) {
      break;
    }
    at = word.span.end;
  }
  return { start: at, end: at, before: '', text: ` ${FLAG}` };
}

/** Behind the last package: on its line, or on a line of its own when the packages have one each. */
function packagesEdit(document: Document, call: AptCall, names: readonly string[]): Edit {
  const last = call.packages.at(-1)!.span;
  const lineStart = lineStartAt(document, last.start);
  const indent = document.text.slice(lineStart, last.start);
  const ownLine =
    indent.trim() === '' && lineAt(document, call.subcommand.span.start) !== lineAt(document, last.start);
  const lineBreak = ` ${document.escape}${lineEndingAt(document, last.start)}${indent}`;
  return {
    start: last.end,
    end: last.end,
    before: '',
    text: names.map((name) => (ownLine ? lineBreak : ' ') + name).join(''),
  };
}
