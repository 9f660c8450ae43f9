/**
 * Prints figures; asserts nothing. Build first (npm run build), then:
 *
 *   npm run bench                   all of them
 *   npm run bench -- startup        one of them
 *
 * Comparisons are made in one run and given as ratios, because machines are shared and noisy.
 */
const BENCHMARKS = ['startup', 'corpus', 'scaling', 'requests', 'layers', 'bot'];

const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
  if (!BENCHMARKS.includes(name)) {
    console.error(`there is no benchmark ${name}; there are ${BENCHMARKS.join(', ')}`);
    process.exitCode = 2;
    break;
  }
  console.log(`\n== ${name}`);
  const { bench } = await import(`./${name}.js`);
  await bench();
}
