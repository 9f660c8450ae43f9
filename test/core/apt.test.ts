import { describe, expect, it } from 'vitest';
import { aptCall, effectOnLists, firstProgram, leavesOutRecommended } from '../../src/core/apt.ts';
import { parseDocument } from '../../src/core/parse.ts';
import { isWithheld, shellOf } from '../../src/core/shell.ts';
import type { ShellCommand } from '../../src/core/shell.ts';

function command(text: string): ShellCommand {
  const document = parseDocument(`FROM a\nRUN ${text}\n`);
  const script = shellOf(document, document.instructions[1]!);
  if (isWithheld(script)) throw new Error(script.reason);
  return script.commands[0]!;
}

describe('aptCall', () => {
  it.each([
    ['apt-get install curl git', ['apt-get', 'install', [], ['curl', 'git'], false]],
    [
      'apt-get -y install --no-install-recommends curl',
      ['apt-get', 'install', ['-y', '--no-install-recommends'], ['curl'], false],
    ],
    ['apt install -y curl=7.* $PKG', ['apt', 'install', ['-y'], ['curl=7.*', '$PKG'], false]],
    ['/usr/bin/apt-get update', ['apt-get', 'update', [], [], false]],
    ['"apt-get" \'update\'', ['apt-get', "'update'", [], [], false]],
    ['aptitude -R install x', ['aptitude', 'install', ['-R'], ['x'], false]],
    ['sudo apt-get update', ['apt-get', 'update', [], [], true]],
    ['sudo -E -u root apt-get install x', ['apt-get', 'install', [], ['x'], true]],
    ['env DEBIAN_FRONTEND=noninteractive apt-get install x', ['apt-get', 'install', [], ['x'], false]],
    ['DEBIAN_FRONTEND=noninteractive apt-get install x', ['apt-get', 'install', [], ['x'], false]],
    ['time nice -n 5 apt-get install x', ['apt-get', 'install', [], ['x'], false]],
    [
      'apt-get -o Acquire::Retries=3 -t testing install x',
      ['apt-get', 'install', ['-o', 'Acquire::Retries=3', '-t', 'testing'], ['x'], false],
    ],
    ['apt-get install -oX=y x', ['apt-get', 'install', ['-oX=y'], ['x'], false]],
    ['apt-get install -t', ['apt-get', 'install', ['-t'], [], false]],
    ['apt-get -f install', ['apt-get', 'install', ['-f'], [], false]],
  ])('%s', (text, [tool, subcommand, options, packages, sudo]) => {
    const call = aptCall(command(text))!;
    expect([
      call.tool,
      call.subcommand.text,
      call.options.map((word) => word.text),
      call.packages.map((word) => word.text),
      call.sudo,
    ]).toEqual([tool, subcommand, options, packages, sudo]);
  });

  it.each([
    'apt-get',
    'apt-get -y',
    'apt-cache search x',
    'echo apt-get install x',
    '$APT install x',
    'sudo',
    'myapt install x',
    'sudo -u',
    'sh -c "apt-get update"',
  ])('%s is none', (text) => {
    expect(aptCall(command(text))).toBeNull();
  });

  it('keeps what stands behind the subcommand in order', () => {
    const call = aptCall(command('apt-get -q install -y a --fix-missing b'))!;
    expect(call.tail.map((word) => word.text)).toEqual(['-y', 'a', '--fix-missing', 'b']);
  });
});

describe('effectOnLists', () => {
  it.each([
    ['apt-get update', 'fetches'],
    ['apt-get -qq update', 'fetches'],
    ['sudo apt update', 'fetches'],
    ['apt-get install x', 'needs'],
    ['apt-get dist-upgrade', 'needs'],
    ['apt-get build-dep x', 'needs'],
    ['apt-cache policy x', 'needs'],
    ['gdebi x.deb', 'needs'],
    ['mk-build-deps -i', 'needs'],
    ['apt-get clean', null],
    ['apt-get autoremove', null],
    ['apt-get remove x', null],
    ['rm -rf /var/lib/apt/lists/*', 'deletes'],
    ['rm -rf /var/lib/apt/lists', 'deletes'],
    ['rm -rf /var/lib/apt/lists/', 'deletes'],
    ['rm -rf "/var/lib/apt/lists"/*', 'deletes'],
    ['rm -rf /var/lib/apt/', 'deletes'],
    ['rm -rf /tmp/* /var/lib/apt/lists/*', 'deletes'],
    ['sudo rm -rf /var/lib/apt/lists/*', 'deletes'],
    ['rm -rf /var/lib/{apt,dpkg,cache,log}', 'deletes'],
    ['find /var/lib/apt/lists -type f -delete', 'deletes'],
    ['rm -rf /var/lib/aptitude', null],
    ['rm -rf /var/lib/apt-x/lists', null],
    ['rm -rf /var/cache/apt/*', null],
    ['ls /var/lib/apt/lists', null],
    ['rm -rf $LISTS', null],
    ['echo apt-get update', null],
    ['$APT update', null],
  ])('%s: %s', (text, effect) => {
    expect(effectOnLists(command(text))).toBe(effect);
  });
});

describe('firstProgram', () => {
  it.each([
    ['curl x', 'curl'],
    ['/usr/bin/curl x', 'curl'],
    ['sudo curl x', 'curl'],
    ['sudo -E curl x', 'curl'],
    ['env A=1 curl x', 'curl'],
    ['sudo -u root curl x', 'curl'],
    ['time nice -n 5 curl x', 'curl'],
    ['sudo', ''],
    ['A=1 curl x', 'curl'],
    ['./install.sh', 'install.sh'],
    ['$CMD x', ''],
    ['"$(which x)" y', ''],
  ])('of %s is %j', (text, program) => {
    expect(firstProgram(command(text))).toBe(program);
  });
});

describe('leavesOutRecommended', () => {
  it.each([
    ['apt-get install --no-install-recommends x', true],
    ['apt-get --no-install-recommends install x', true],
    ['apt-get -o APT::Install-Recommends=false install x', true],
    ['apt-get -o APT::Install-Recommends=0 install x', true],
    ['apt-get -o "APT::Install-Recommends=no" install x', true],
    ['apt-get -oAPT::Install-Recommends=off install x', true],
    ['apt-get -o APT::Install-Recommends=true install x', false],
    ['aptitude -R install x', true],
    ['aptitude --without-recommends install x', true],
    ['apt-get -R install x', false],
    ['apt-get install x', false],
    ['apt-get install --install-recommends x', false],
    ['apt-get install no-install-recommends', false],
  ])('%s: %s', (text, leavesOut) => {
    expect(leavesOutRecommended(aptCall(command(text))!)).toBe(leavesOut);
  });
});
