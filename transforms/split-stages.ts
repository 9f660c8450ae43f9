import { judgeShippedTools, judgeSplit, splitRequests } from '../src/transform-api.ts';
import type { Transform } from '../src/transform-api.ts';

export const splitStages: Transform = {
  meta: {
    id: 'split-stages',
    summary: 'Build in one stage and run in another that has no build tools',
    why:
      'An image with one stage ships its compilers, headers, package managers and caches: hundreds of megabytes, and ' +
      'for whoever gets in, the tools to build more. A second stage takes over what was built and nothing else. What ' +
      'belongs where is read from the commands, the manifests and what is started; where that is not certain, nothing ' +
      'is changed. A build that succeeds proves nothing here, so no split is ever safe: build it and run it.',
    safety: ['unsafe', 'display'],
    footprint: [
      'adds-stage',
      'adds-instruction',
      'removes-instruction',
      'arguments',
      'comment',
      'whitespace',
    ],
    example: 'python-full-image',
    references: ['https://docs.docker.com/build/building/multi-stage/'],
    ladder: [
      'One stage on the image of a stack (Go, Rust, Java, .NET, Python, Node, PHP, Ruby) that installs or builds: else nothing is said.',
      'Windows, ONBUILD, another SHELL, a build by --target, no build context: withheld.',
      'What is started is read through scripts and package.json. Development servers, installations and compilers at the start: withheld.',
      'The commands that build are found; the last of them is where the runtime stage begins.',
      'Every instruction above is placed: settings are said again, EXPOSE, LABEL, CMD and the like move with their comments, ' +
        'compilers and headers stay, and what a -dev package leaves behind is installed by the name of its suite.',
      'A command whose place is not certain: withheld, with its line.',
      'Where the base is a full image, the runtime stage gets the slim one, with the programs that are called and it lacks.',
      'Nothing would be left out: nothing is said.',
      'Several stages: the last one is searched for a toolchain and for compilers, which are named.',
    ],
  },

  needs: splitRequests,

  inspect(document, facts) {
    const finding = judgeSplit(document, facts) ?? judgeShippedTools(document);
    return finding ? [finding] : [];
  },
};
