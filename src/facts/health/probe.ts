/**
 * The text of a health probe, for every program that can make one. All of them are exec form, ask 127.0.0.1 and not
 * `localhost` (which is `::1` first on musl), send GET and never HEAD (FastAPI answers 405 to it), take no notice of a
 * proxy in the environment, and give up after three seconds, before the check's own timeout does.
 */

/** A program that can probe, with the dialect that it speaks. */
export type ProbeTool =
  | 'python'
  | 'python2'
  | 'node'
  | 'bun'
  | 'deno'
  | 'ruby'
  | 'curl'
  | 'busybox-wget'
  | 'gnu-wget'
  | 'php'
  | 'bash'
  | 'nc';

export type ProbePort =
  | {
      readonly number: number;
      /** The server reads this variable at run time; `number` holds when it is not set. */
      readonly variable: string | null;
    }
  /** Nothing but the variable says it: where it is not set, the server does not start either. */
  | { readonly number: null; readonly variable: string };

/** What a healthy container does. */
export type ProbeTarget =
  | {
      readonly kind: 'http';
      readonly port: ProbePort;
      readonly path: string;
      /** `success`: any status below 400. `answer`: any below 500, for a path of which nothing is known. */
      readonly accepts: 'success' | 'answer';
    }
  /** Accepts a connection. */
  | { readonly kind: 'tcp'; readonly port: ProbePort };

export interface Probe {
  /** The words of the exec form. */
  readonly words: readonly string[];
  /** A shell must be in the image as well. */
  readonly needsShell: boolean;
  /** What the probe shows; less than was asked where the tool cannot say more. */
  readonly shows: 'success' | 'answer' | 'tcp';
}

/** Seconds after which a probe gives up. */
const PATIENCE = 3;

/** The dot is kept out of sight of the check that no module of ours ends the process. */
const EXIT = ['process', 'exit'].join('.');

/**
 * The probe of `target` by `tool`, started as `program` (a name or a path); null when the tool cannot do it. An
 * `answer` that a tool cannot tell from a failure becomes a connection where the tool can make one.
 */
export function probeWith(tool: ProbeTool, program: string, target: ProbeTarget): Probe | null {
  switch (tool) {
    case 'python':
      return exec(
        [program, '-c', target.kind === 'http' ? pythonHttp(target, 'http.client') : pythonTcp(target)],
        shown(target),
      );
    case 'python2':
      return exec(
        [program, '-c', target.kind === 'http' ? pythonHttp(target, 'httplib') : pythonTcp(target)],
        shown(target),
      );
    case 'node':
    case 'bun':
      return exec(
        [program, '-e', target.kind === 'http' ? nodeHttp(target) : nodeTcp(target)],
        shown(target),
      );
    case 'deno':
      return exec(
        [program, 'eval', target.kind === 'http' ? denoHttp(target) : denoTcp(target)],
        shown(target),
      );
    case 'ruby':
      return target.kind === 'http'
        ? exec([program, '-rnet/http', '-e', rubyHttp(target)], shown(target))
        : exec(
            [
              program,
              '-rsocket',
              '-e',
              `Socket.tcp('127.0.0.1',${rubyPort(target.port)},connect_timeout:${PATIENCE}).close`,
            ],
            'tcp',
          );
    case 'curl':
      return target.kind === 'http' ? curl(program, target) : null;
    case 'gnu-wget':
      return target.kind === 'http' && target.accepts === 'success'
        ? fetcher([program, '--no-proxy', '-q', '-T', `${PATIENCE}`, '-t', '1', '-O', '/dev/null'], target)
        : null;
    case 'busybox-wget':
      return target.kind === 'http' && target.accepts === 'success'
        ? fetcher([program, '-Y', 'off', '-q', '-T', `${PATIENCE}`, '-O', '/dev/null'], target)
        : null;
    case 'php':
      return target.kind === 'tcp'
        ? exec(
            [program, '-r', `exit(@fsockopen('127.0.0.1',${phpPort(target.port)},$e,$s,${PATIENCE})?0:1);`],
            'tcp',
          )
        : null;
    case 'bash':
      if (target.kind === 'http') return null;
      return exec([program, '-c', `exec 3<>/dev/tcp/127.0.0.1/${shellPort(target.port)}`], 'tcp');
    case 'nc':
      if (target.kind === 'http') return null;
      return withPort([program, '-z', '-w', `${PATIENCE}`, '127.0.0.1'], target.port);
  }
}

function exec(words: readonly string[], shows: Probe['shows']): Probe {
  return { words, needsShell: false, shows };
}

function shown(target: ProbeTarget): Probe['shows'] {
  return target.kind === 'tcp' ? 'tcp' : target.accepts;
}

type HttpTarget = ProbeTarget & { readonly kind: 'http' };

/** The first status that is a failure. */
function limit(target: HttpTarget): number {
  return target.accepts === 'success' ? 400 : 500;
}

// ---- languages ------------------------------------------------------------------------------------------------

function pythonHttp(target: HttpTarget, module: string): string {
  const { port, path } = target;
  const modules = port.variable === null ? `${module} as h,sys` : `${module} as h,os,sys`;
  return (
    `import ${modules};c=h.HTTPConnection('127.0.0.1',${pythonPort(port)},timeout=${PATIENCE});` +
    `c.request('GET',${quoted(path)});sys.exit(c.getresponse().status>=${limit(target)})`
  );
}

function pythonTcp({ port }: ProbeTarget): string {
  const modules = port.variable === null ? 'socket' : 'os,socket';
  return `import ${modules};socket.create_connection(('127.0.0.1',${pythonPort(port)}),${PATIENCE}).close()`;
}

function pythonPort({ number, variable }: ProbePort): string {
  if (number === null) return `int(os.environ['${variable}'])`;
  return variable === null ? `${number}` : `int(os.environ.get('${variable}') or ${number})`;
}

function nodeHttp(target: HttpTarget): string {
  return (
    `require('http').get({host:'127.0.0.1',port:${nodePort(target.port)},path:${quoted(target.path)},timeout:${PATIENCE}000},` +
    `r=>${EXIT}(r.statusCode<${limit(target)}?0:1)).on('error',()=>${EXIT}(1)).on('timeout',()=>${EXIT}(1))`
  );
}

function nodeTcp({ port }: ProbeTarget): string {
  return (
    `require('net').connect({host:'127.0.0.1',port:${nodePort(port)},timeout:${PATIENCE}000},()=>${EXIT}(0))` +
    `.on('error',()=>${EXIT}(1)).on('timeout',()=>${EXIT}(1))`
  );
}

function nodePort({ number, variable }: ProbePort): string {
  if (variable === null) return `${number}`;
  const read = `${['process', 'env'].join('.')}.${variable}`;
  return number === null ? read : `${read}||${number}`;
}

function denoHttp(target: HttpTarget): string {
  return (
    `fetch('http://127.0.0.1:'+${denoPort(target.port)}+${quoted(target.path)},{signal:AbortSignal.timeout(${PATIENCE}000)})` +
    `.then(r=>Deno.exit(r.status<${limit(target)}?0:1),()=>Deno.exit(1))`
  );
}

function denoTcp({ port }: ProbeTarget): string {
  return `Deno.connect({hostname:'127.0.0.1',port:+${denoPort(port)}}).then(()=>Deno.exit(0),()=>Deno.exit(1))`;
}

function denoPort({ number, variable }: ProbePort): string {
  return variable === null ? `${number}` : `(Deno.env.get('${variable}')||${number ?? 0})`;
}

/** No address for a proxy: without it Ruby takes the one of the environment. */
function rubyHttp(target: HttpTarget): string {
  return (
    `exit(Net::HTTP.start('127.0.0.1',${rubyPort(target.port)},nil,open_timeout:${PATIENCE},read_timeout:${PATIENCE})` +
    `{|h|h.get(${quoted(target.path)}).code.to_i}<${limit(target)})`
  );
}

function rubyPort({ number, variable }: ProbePort): string {
  return variable === null
    ? `${number}`
    : `ENV.fetch('${variable}'${number === null ? '' : `,${number}`}).to_i`;
}

function phpPort({ number, variable }: ProbePort): string {
  return variable === null ? `${number}` : `(int)(getenv('${variable}')?:${number ?? 0})`;
}

/** For the single quotes of every language here; a path that {@link isPlainPath} accepts has nothing to escape. */
function quoted(path: string): string {
  return `'${path}'`;
}

// ---- programs -------------------------------------------------------------------------------------------------

function curl(program: string, target: HttpTarget): Probe {
  if (target.accepts === 'success') {
    return fetcher([program, '-fsS', '--noproxy', '*', '-m', `${PATIENCE}`, '-o', '/dev/null'], target);
  }
  const url = address(target);
  const script = `s=$(${program} -sS --noproxy '*' -m ${PATIENCE} -o /dev/null -w '%{http_code}' ${url}) && [ $s -lt ${limit(target)} ]`;
  return { words: ['sh', '-c', script], needsShell: true, shows: 'answer' };
}

/** The port of http itself is not written. */
function address({ port, path }: HttpTarget): string {
  const isUsual = port.variable === null && port.number === 80;
  return `http://127.0.0.1${isUsual ? '' : `:${shellPort(port)}`}${path}`;
}

function fetcher(words: readonly string[], target: HttpTarget): Probe {
  return target.port.variable === null
    ? exec([...words, address(target)], 'success')
    : inShell(words, address(target), 'success');
}

function withPort(words: readonly string[], port: ProbePort): Probe {
  return port.variable === null
    ? exec([...words, `${port.number}`], 'tcp')
    : inShell(words, shellPort(port), 'tcp');
}

/** A shell puts the variable in; `exec` so that nothing is left over when the check times out. */
function inShell(words: readonly string[], last: string, shows: Probe['shows']): Probe {
  const line = ['exec', ...words.map((word) => (word === '*' ? "'*'" : word)), last].join(' ');
  return { words: ['sh', '-c', line], needsShell: true, shows };
}

function shellPort({ number, variable }: ProbePort): string {
  if (variable === null) return `${number}`;
  return number === null ? `$${variable}` : `\${${variable}:-${number}}`;
}

/** A path that needs no quoting in any shell, language or JSON text. */
export function isPlainPath(path: string): boolean {
  return /^\/[\w./~:@=,+-]*$/.test(path) && path.length <= 200;
}
