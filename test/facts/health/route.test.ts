/** Which paths the source of an application proves. */
import { describe, expect, it } from 'vitest';
import type { BuildContext } from '../../../src/core/context/build-context.ts';
import { healthRoute } from '../../../src/facts/health/route.ts';

function routeIn(
  files: Readonly<Record<string, string>>,
  started: string | null = Object.keys(files)[0]!,
): string | null {
  const texts = new Map(Object.entries(files));
  const entry = { kind: 'file', size: 1, mode: 0o644, sent: true } as const;
  const context: BuildContext = {
    folder: '.',
    foundBy: 'folder',
    reason: '',
    dockerfile: 'Dockerfile',
    entries: new Map([...texts.keys()].map((path) => [path, entry])),
    unlisted: [],
    isComplete: true,
    ignoreFile: null,
    texts,
    builds: [],
    project: { remote: null, name: null, contextPath: '', texts: new Map(), readme: null },
  };
  const route = healthRoute({ context, paths: new Set(texts.keys()), started, folder: '' });
  return route && `${route.path} ${route.accepts}${route.firstHand ? '' : '?'}`;
}

describe('a route literal', () => {
  it.each([
    ['main.py', 'app = FastAPI(title="x")\n@app.get("/health")\ndef h(): ...'],
    ['main.py', 'app = Flask(__name__)\n@app.route("/health", methods=["GET"])\ndef h(): ...'],
    ['app.js', "const app = express();\napp.get('/health', (q, s) => s.end());"],
    [
      'app.ts',
      "const server: FastifyInstance = fastify({ logger: true });\nserver.get('/health', async () => 'ok');",
    ],
    ['app.mjs', "const app = new Hono()\napp.get('/health', (c) => c.text('ok'))"],
    ['app.rb', "require 'sinatra'\nget '/health' do\nend"],
  ])('counts in %s', (path, text) => {
    expect(routeIn({ [path]: text })).toBe('/health success');
  });

  it.each([
    ['another method', 'main.py', 'app = FastAPI()\n@app.post("/health")\ndef h(): ...'],
    ['only POST', 'main.py', 'app = Flask(__name__)\n@app.route("/health", methods=["POST"])\ndef h(): ...'],
    [
      'a router with a prefix',
      'main.py',
      'router = APIRouter(prefix="/x")\n@router.get("/health")\ndef h(): ...',
    ],
    ['a parameter', 'main.py', 'app = FastAPI()\n@app.get("/{tenant}/health")\ndef h(): ...'],
    ['a dependency', 'main.py', 'app = FastAPI()\n@app.get("/health", dependencies=[login])\ndef h(): ...'],
    ['a comment', 'main.py', 'app = FastAPI()\n# @app.get("/health")\n'],
    ['a docstring', 'main.py', '"""\n@app.get("/health")\n"""\napp = FastAPI()\n'],
    ['a base path', 'app.mjs', "const app = new Hono().basePath('/v1')\napp.get('/health', h)"],
    ['a login in front of it', 'app.js', "const app = express();\napp.get('/health', requireAuth, h);"],
    ['another object', 'app.js', "const app = express();\nclient.get('/health', (r) => r);"],
    ['a path of another kind', 'app.js', "const app = express();\napp.get('/users', h);"],
    ['a test', 'test/app.js', "const app = express();\napp.get('/health', h);"],
  ])('does not count with %s', (_, path, text) => {
    expect(routeIn({ [path]: text })).toBeNull();
  });

  it('prefers that it lives to that it is ready', () => {
    const text =
      'app = FastAPI()\n@app.get("/ready")\n...\n@app.get("/livez")\n...\n@app.get("/health")\n...\n';
    expect(routeIn({ 'main.py': text })).toBe('/livez success');
  });

  it('is weaker where the server may refuse the probe, or where another file is started', () => {
    const guarded =
      'app = FastAPI()\napp.add_middleware(TrustedHostMiddleware, allowed_hosts=["x"])\n@app.get("/health")\n...';
    expect(routeIn({ 'main.py': guarded })).toBe('/health answer?');
    expect(routeIn({ 'other.py': 'app = FastAPI()\n@app.get("/health")\n...' }, 'main.py')).toBe(
      '/health success?',
    );
  });

  it('reads long and hostile texts in no time', () => {
    const texts = ['/*', '@app.get("', '"""', 'app = FastAPI(', '.use(', ' '.repeat(10), '\n'].map((part) =>
      part.repeat(30_000),
    );
    for (const text of texts) {
      expect(routeIn({ 'main.py': text })).toBeNull();
      expect(routeIn({ 'main.js': text })).toBeNull();
    }
  });
});

describe('a contract of a framework', () => {
  it('counts as the project writes it', () => {
    expect(
      routeIn({
        'config/routes.rb':
          'Rails.application.routes.draw do\n  get "up" => "rails/health#show", as: :x\nend',
      }),
    ).toBe('/up success');
    expect(
      routeIn({
        'config/routes.rb': 'draw do\n  scope "/x" do\n    get "up" => "rails/health#show"\n  end\nend',
      }),
    ).toBeNull();
    expect(
      routeIn({ 'bootstrap/app.php': "<?php return App::configure()->withRouting(health: '/up');" }),
    ).toBe('/up success');
  });

  it("takes Spring's actuator unless something moves or locks it", () => {
    const pom =
      '<artifactId>spring-boot-starter-web</artifactId><artifactId>spring-boot-starter-actuator</artifactId>';
    const settings = 'src/main/resources/application.yml';
    expect(routeIn({ 'pom.xml': pom })).toBe('/actuator/health success');
    expect(routeIn({ 'pom.xml': `${pom}<artifactId>spring-boot-starter-security</artifactId>` })).toBe(
      '/actuator/health answer?',
    );
    expect(routeIn({ 'pom.xml': pom, [settings]: 'server:\n  servlet:\n    context-path: /x\n' })).toBeNull();
    expect(routeIn({ 'pom.xml': pom, [settings]: 'management:\n  server:\n    port: 9000\n' })).toBeNull();
  });
});
