/** What the room of the engines reads: sockets, accounts, answers of inspect, output of builds, marks of runs. */
import { describe, expect, it } from 'vitest';
import { kindOfEngine, kindOfOutput } from '../../src/engine/failure.ts';
import { isDead, markOf, runOfTag } from '../../src/engine/marks.ts';
import type { ProcessPlace } from '../../src/engine/marks.ts';
import { addressOf, firstObject, imageConfigOf, stateOf } from '../../src/engine/parts.ts';
import { containerUid, listeningPorts } from '../../src/engine/sockets.ts';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0B00007F:9E0D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1181842 1 0 100 0 0 10 0
   1: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1181843 1 0 100 0 0 10 0
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1181844 1 0 100 0 0 10 0
   3: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1181845 1 0 100 0 0 10 0
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 0:0 00:0 0     0        0 1 1
   1: 00000000000000000000000001000000:0BB9 00000000000000000000000000000000:0000 0A 0:0 00:0 0     0        0 1 1
   2: 0000000000000000FFFF00000100007F:0BBA 00000000000000000000000000000000:0000 0A 0:0 00:0 0     0        0 1 1
   3: 00000000000000000000000000000000:0CEA 00000000000000000000000000000000:0000 0A 0:0 00:0 0     0        0 1 1
`;

describe('listening ports', () => {
  it('are read from both tables, without the name server of docker and without connections', () => {
    expect(listeningPorts(`${TCP}\n${TCP6}`)).toEqual([
      { port: 3000, loopback: false },
      { port: 3001, loopback: true },
      { port: 3002, loopback: true },
      { port: 3306, loopback: false },
      { port: 8080, loopback: false },
    ]);
    expect(listeningPorts('')).toEqual([]);
  });
});

describe('the account of a process', () => {
  it('is counted as the container counts', () => {
    const status = 'Name:\tnode\nUid:\t1000\t100999\t1000\t1000\n';
    expect(containerUid(status, '         0       1000          1\n         1     100000      65536\n')).toBe(
      1000,
    );
    expect(containerUid('Uid:\t0\t0\t0\t0\n', '         0          0 4294967295\n')).toBe(0);
    expect(containerUid('Uid:\t5\t5\t5\t5\n', '')).toBe(5);
    expect(containerUid('Uid:\t5\t5\t5\t5\n', '0 100 10')).toBeNull();
    expect(containerUid('', '')).toBeNull();
  });
});

describe('what inspect prints', () => {
  it('is read from docker and podman alike', () => {
    const docker = firstObject(
      JSON.stringify([
        {
          Id: 'sha256:1',
          Size: 5,
          RootFS: { Layers: ['a', 'b'] },
          Config: {
            User: '1000',
            WorkingDir: '/app',
            Env: ['A=b=c', 'D'],
            ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8080': {} },
            Healthcheck: { Test: ['CMD', 'true'] },
          },
        },
      ]),
    )!;
    expect(imageConfigOf(docker)).toEqual({
      id: 'sha256:1',
      sizeBytes: 5,
      layers: 2,
      user: '1000',
      workdir: '/app',
      env: new Map([
        ['A', 'b=c'],
        ['D', ''],
      ]),
      ports: [80, 8080],
      healthcheck: ['CMD', 'true'],
    });
    const podman = {
      State: { Running: true, Pid: 7, Healthcheck: { Status: 'healthy', Log: [{ Output: 'ok' }] } },
    };
    expect(stateOf(podman)).toMatchObject({ running: true, pid: 7, health: 'healthy', healthOutput: 'ok' });
    expect(addressOf({ NetworkSettings: { Networks: { x: { IPAddress: '172.18.0.2' } } } })).toBe(
      '172.18.0.2',
    );
  });

  it('is nothing where it has another shape', () => {
    expect(firstObject('no')).toBeNull();
    expect(firstObject('[]')).toBeNull();
    expect(imageConfigOf({ Config: 3, RootFS: [] })).toMatchObject({ layers: 0, ports: [], workdir: '/' });
    expect(stateOf({})).toMatchObject({ running: false, pid: 0, health: null });
    expect(addressOf({ NetworkSettings: { Networks: { x: { IPAddress: 'evil; rm' } } } })).toBeNull();
  });
});

describe('why a build failed', () => {
  it.each([
    ['E: Failed to fetch http://deb.debian.org/x  Temporary failure resolving', 'network'],
    ['npm ERR! code EAI_AGAIN', 'network'],
    ['dial tcp: lookup proxy.golang.org: no such host', 'network'],
    ['curl: (6) Could not resolve host: example.com', 'network'],
    ['executor failed running: network bridge not found', 'network'],
    ['write /x: no space left on device', 'disk'],
    ['pull access denied for x, repository does not exist or may require docker login', 'login'],
    ['toomanyrequests: You have reached your pull rate limit', 'login'],
    ['Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?', 'unreachable'],
    ['process "/bin/sh -c npm run build" did not complete successfully: exit code: 137', 'memory'],
    ['cc1plus: out of memory allocating 65536 bytes', 'memory'],
    ['COPY failed: file not found', 'failed'],
    ['did not complete successfully: exit code: 1', 'failed'],
    ['error TS2304: Cannot find name', 'failed'],
  ])('%s: %s', (output, kind) => {
    expect(kindOfOutput(output)).toBe(kind);
  });

  it('is read from the end: what was survived says nothing', () => {
    expect(kindOfOutput(`Could not resolve host\n${'step\n'.repeat(100)}error: type mismatch`)).toBe(
      'failed',
    );
    expect(kindOfEngine('getaddrinfo ENOTFOUND db')).toBe('failed');
  });
});

describe('the marks of a run', () => {
  const place: ProcessPlace = { machine: '0123abcd', startOf: (pid) => (pid === 10 ? 'k7' : null) };

  it('tell the dead from the living, and leave those of other machines alone', () => {
    const living = markOf(place, 10, '00000000').name;
    expect(living).toBe('0123abcd-10-k7-00000000');
    expect(isDead(living, place)).toBe(false);
    expect(isDead('0123abcd-11-k7-00000000', place)).toBe(true);
    // The number has been given to another process.
    expect(isDead('0123abcd-10-k6-00000000', place)).toBe(true);
    expect(isDead('ffffffff-11-k7-00000000', place)).toBe(false);
    expect(isDead('somebody-elses', place)).toBe(false);
  });

  it('are found in the tags of images', () => {
    expect(runOfTag('0123abcd-10-k7-00000000-3')).toBe('0123abcd-10-k7-00000000');
    expect(runOfTag('0123abcd-10-k7-00000000')).toBeNull();
    expect(runOfTag('latest')).toBeNull();
  });
});
