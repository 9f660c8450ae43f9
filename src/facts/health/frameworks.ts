/** Frameworks that a project's manifests name: that something speaks HTTP, and how it treats a probe. */
import type { BuildContext } from '../../core/context/build-context.ts';

export interface Framework {
  readonly name: string;
  /** Context path of the manifest that names it. */
  readonly manifest: string;
}

interface Mark {
  readonly name: string;
  readonly pattern: RegExp;
}

interface Manifest {
  readonly language: string;
  readonly files: readonly string[];
  readonly marks: readonly Mark[];
}

const PYTHON_END = String.raw`(?![\w-])`;

const MANIFESTS: readonly Manifest[] = [
  {
    language: 'python',
    files: [
      'requirements.txt',
      'pyproject.toml',
      'Pipfile',
      'setup.py',
      'setup.cfg',
      'requirements/base.txt',
      'requirements/production.txt',
      'requirements.in',
      'environment.yml',
    ],
    marks: [
      'fastapi',
      'django',
      'flask',
      'starlette',
      'quart',
      'sanic',
      'aiohttp',
      'tornado',
      'litestar',
      'falcon',
      'bottle',
      'streamlit',
      'gradio',
      'dash',
      'chainlit',
      'robyn',
    ].map((name) => ({
      name,
      pattern: new RegExp(String.raw`(?:^|["'\s])${name}${PYTHON_END}`, 'im'),
    })),
  },
  {
    language: 'node',
    files: ['package.json'],
    marks: [
      'express',
      'fastify',
      'koa',
      '@nestjs/core',
      'next',
      'nuxt',
      'hono',
      '@hapi/hapi',
      'restify',
      'polka',
      'remix',
      '@remix-run/node',
      '@adonisjs/core',
      'apollo-server',
      '@apollo/server',
      'graphql-yoga',
      'strapi',
      '@strapi/strapi',
      'socket.io',
      '@sveltejs/adapter-node',
      'elysia',
      'h3',
      'sails',
      'parse-server',
      'json-server',
    ].map((name) => ({
      name,
      pattern: new RegExp(`"${name.replace(/[/.]/g, '\\$&')}"\\s{0,4}:`),
    })),
  },
  {
    language: 'go',
    files: ['go.mod'],
    marks: [
      'github.com/gin-gonic/gin',
      'github.com/labstack/echo',
      'github.com/gofiber/fiber',
      'github.com/go-chi/chi',
      'github.com/gorilla/mux',
      'github.com/julienschmidt/httprouter',
      'github.com/beego/beego',
      'github.com/kataras/iris',
      'github.com/zeromicro/go-zero',
    ].map((name) => ({
      name: name.slice(name.lastIndexOf('/') + 1),
      pattern: new RegExp(`\\s${name.replace(/[/.]/g, '\\$&')}(?:/v\\d+)? v[^\\n]*$(?<!// indirect)`, 'm'),
    })),
  },
  {
    language: 'java',
    files: ['pom.xml', 'build.gradle', 'build.gradle.kts'],
    marks: [
      {
        name: 'Spring Boot',
        pattern:
          /spring-boot-starter-(?:web|webflux|data-rest|jersey|thymeleaf|graphql)\b|spring-cloud-(?:starter-gateway|config-server|starter-netflix-(?:eureka-server|zuul))/,
      },
      { name: 'Quarkus', pattern: /quarkus-(?:rest|resteasy|undertow|vertx-http)/ },
      { name: 'Micronaut', pattern: /micronaut-http-server/ },
      { name: 'Javalin', pattern: /io\.javalin|>javalin</ },
      { name: 'Ktor', pattern: /ktor-server-/ },
      { name: 'Vert.x', pattern: /vertx-web/ },
      { name: 'Dropwizard', pattern: /dropwizard-core/ },
    ],
  },
  {
    language: 'ruby',
    files: ['Gemfile'],
    marks: ['rails', 'sinatra', 'hanami', 'roda', 'grape'].map((name) => ({
      name,
      pattern: new RegExp(`^\\s{0,20}gem ["']${name}["']`, 'm'),
    })),
  },
  {
    language: 'php',
    files: ['composer.json'],
    marks: [
      'laravel/framework',
      'symfony/framework-bundle',
      'slim/slim',
      'laravel/lumen-framework',
      'yiisoft/yii2',
      'cakephp/cakephp',
      'codeigniter4/framework',
    ].map((name) => ({ name, pattern: new RegExp(`"${name.replace(/\//g, '\\/')}"`) })),
  },
  {
    language: 'rust',
    files: ['Cargo.toml'],
    marks: ['actix-web', 'axum', 'rocket', 'warp', 'tide', 'poem', 'salvo', 'ntex'].map((name) => ({
      name,
      pattern: new RegExp(`^${name}\\s{0,4}[=.]|^\\[dependencies\\.${name}\\]`, 'm'),
    })),
  },
];

/** Frameworks of one language, or of all, that the manifests of a folder name. */
export function frameworksIn(
  context: BuildContext,
  folder: string,
  language: string | null = null,
): readonly Framework[] {
  const found: Framework[] = [];
  for (const manifest of MANIFESTS) {
    if (language !== null && manifest.language !== language) continue;
    for (const name of manifest.files) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = context.texts.get(path);
      if (text === undefined) continue;
      for (const mark of manifest.marks)
        if (mark.pattern.test(text)) found.push({ name: mark.name, manifest: path });
    }
  }
  return found;
}

/** The folders of the context that have a manifest of a language, nearest to the root first. */
export function manifestFolders(context: BuildContext, language: string | null): readonly string[] {
  const names = new Set(
    MANIFESTS.filter((one) => language === null || one.language === language).flatMap(({ files }) => files),
  );
  const folders = new Set<string>();
  for (const path of context.texts.keys()) {
    const slash = path.lastIndexOf('/');
    if (names.has(path.slice(slash + 1))) folders.add(slash < 0 ? '' : path.slice(0, slash));
  }
  return [...folders].sort((a, b) => a.length - b.length);
}

/** Models take minutes to load. */
export function loadsModels(context: BuildContext, folder: string): boolean {
  return ['requirements.txt', 'pyproject.toml', 'Pipfile'].some((name) => {
    const text = context.texts.get(folder === '' ? name : `${folder}/${name}`);
    return (
      text !== undefined &&
      /(?:^|["'\s])(?:torch|transformers|tensorflow|sentence-transformers|vllm|diffusers|onnxruntime|spacy)(?![\w-])/im.test(
        text,
      )
    );
  });
}
