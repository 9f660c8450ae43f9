/** Cost against length: 100,000 lines against 10,000 of the same kind; linear is 10. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fixText } from '../dist/index.js';

const SHAPES = {
  'RUN lines that change': (n) =>
    `FROM debian:12\n${'RUN apt-get update && apt-get install -y curl\n'.repeat(n)}`,
  'RUN lines that do not': (n) => `FROM debian:12\n${'RUN echo "hello" && true\n'.repeat(n)}`,
  'one RUN of continuation lines': (n) =>
    `FROM debian:12\nRUN true \\\n${' && echo a \\\n'.repeat(n)} && true\n`,
  'one apt-get of packages': (n) =>
    `FROM debian:12\nRUN apt-get install -y \\\n${'  curl \\\n'.repeat(n)}  jq\n`,
  'comments in a continuation': (n) => `FROM debian:12\nRUN true \\\n${'# note\n'.repeat(n)} && true\n`,
  'comment lines': (n) => `FROM debian:12\n${'# note\n'.repeat(n)}`,
  'one ENV of pairs': (n) => `FROM debian:12\nENV A=1 \\\n${range(n, (i) => ` K${i}=v \\\n`)} Z=1\n`,
  'ENV lines that read each other': (n) =>
    `FROM debian:12\nENV A0=1\n${range(n, (i) => `ENV A${i + 1}=$A${i}\n`)}`,
  'ARG lines': (n) => `${range(n, (i) => `ARG A${i}=debian:${i}\n`)}FROM debian:12\n`,
  'stages of one another': (n) => `FROM debian:12 AS s0\n${range(n, (i) => `FROM s${i} AS s${i + 1}\n`)}`,
  'FROM lines with an ARG': (n) =>
    range(n / 2, (i) => `ARG A${i}=debian:1\n`) + range(n / 2, (i) => `FROM $A${i}\n`),
  'COPY --from': (n) =>
    `FROM debian:12 AS b\nFROM debian:12\n${'COPY --from=b --chown=1:1 /a /b\n'.repeat(n)}`,
  'flags of one COPY': (n) => `FROM debian:12\nCOPY \\\n${'--link \\\n'.repeat(n)} a b\n`,
  'MAINTAINER lines': (n) => `FROM debian:12\n${'MAINTAINER me\n'.repeat(n)}`,
  'a heredoc': (n) => `FROM debian:12\nRUN <<EOF\n${'echo a\n'.repeat(n)}EOF\n`,
  heredocs: (n) => `FROM debian:12\n${'COPY <<EOF /x\na\nEOF\n'.repeat(n / 3)}`,
};

function range(n, line) {
  return Array.from({ length: Math.floor(n) }, (_, index) => line(index)).join('');
}

export async function bench() {
  for (const [name, make] of Object.entries(SHAPES)) {
    const [short, long] = [make(10_000), make(100_000)];
    let [small, large] = [Infinity, Infinity];
    // In turns, so that a busy moment of the machine and a cold compiler meet both.
    for (let turn = 0; turn < 4; turn++) {
      small = Math.min(small, await run(short));
      large = Math.min(large, await run(long));
    }
    const ratio = large / small;
    console.log(
      `${name}: ${small.toFixed(0)} ms, ${large.toFixed(0)} ms, ${ratio.toFixed(1)} times (goal: at most 12)${ratio > 12 ? '  <-- over' : ''}`,
    );
  }
}

/** Milliseconds, with what earlier runs left behind collected before. */
async function run(text) {
  collectGarbage();
  const start = process.hrtime.bigint();
  await fixText(text);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
