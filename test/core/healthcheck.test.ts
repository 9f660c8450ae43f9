import { describe, expect, it } from 'vitest';
import { finalStage } from '../../src/core/context/stage-files.ts';
import { checkCalls, checkedUrl, effectiveCheck, readCheck } from '../../src/core/healthcheck.ts';
import type { CheckText } from '../../src/core/healthcheck.ts';
import { parseDocument } from '../../src/core/parse.ts';

function checkIn(text: string): CheckText | null {
  const instruction = effectiveCheck(finalStage(parseDocument(text)));
  return instruction && readCheck(instruction);
}

describe('the check that holds for a stage', () => {
  it('is the last one of the stage, else that of the stages it is FROM', () => {
    expect(checkIn('FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK CMD y')?.command.text).toBe('y');
    expect(checkIn('FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nCMD z')?.command.text).toBe('x');
    expect(checkIn('FROM a AS b\nHEALTHCHECK CMD x\nFROM c\nCOPY --from=b / /')).toBeNull();
    expect(checkIn('FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nHEALTHCHECK NONE')?.form).toBe('none');
  });

  it('is read in each of its forms', () => {
    expect(checkIn('FROM a\nhealthcheck --interval=3s cmd ["a", "b"]')).toMatchObject({
      form: 'exec',
      words: ['a', 'b'],
      script: null,
    });
    expect(checkIn('FROM a\nHEALTHCHECK CMD a \\\n  || exit 1')).toMatchObject({
      form: 'shell',
      script: 'a   || exit 1',
    });
    expect(checkIn('FROM a\nHEALTHCHECK CMD ["/bin/sh", "-c", "a | b"]')).toMatchObject({
      form: 'exec',
      script: 'a | b',
    });
    expect(checkIn('FROM a\nHEALTHCHECK --interval=3s')?.form).toBe('odd');
  });

  it('names the programs that it runs, behind what only starts them', () => {
    const programs = (text: string): readonly string[] =>
      checkCalls(checkIn(`FROM a\nHEALTHCHECK CMD ${text}`)!)!.map(({ program }) => program);
    expect(programs('curl -f http://127.0.0.1/ || exit 1')).toEqual(['curl', 'exit']);
    expect(programs('timeout 5 /usr/bin/curl x')).toEqual(['curl']);
    expect(programs('["sh", "-c", "exec wget -q x | grep y"]')).toEqual(['wget', 'grep']);
  });
});

describe('the address that a check asks', () => {
  it.each([
    ['curl -f http://localhost:8000/health || exit 1', 'localhost', '8000', '/health'],
    ['wget -q http://127.0.0.1', '127.0.0.1', null, '/'],
    ['curl localhost:$PORT/x', 'localhost', '$PORT', '/x'],
    ['curl http://0.0.0.0:${PORT:-80}/', '0.0.0.0', '${PORT:-80}', '/'],
    ['curl http://[::1]:80/a', '[::1]', '80', '/a'],
  ])('is found in: %s', (text, host, port, path) => {
    expect(checkedUrl(text)).toMatchObject({ host, port, path });
  });

  it.each([
    'curl http://db:80/',
    "HTTPConnection('127.0.0.1',80)",
    'curl http://localhost/$NAME',
    'curl http://localhost/a?b=c',
    'curl http://localhost.example.org/',
  ])('is none in: %s', (text) => {
    expect(checkedUrl(text)).toBeNull();
  });
});
