import { OpenAPIHono } from '@hono/zod-openapi';
import { faultsOf } from '@lockstep/api';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { Refusal } from '../integrations/refusal.ts';
import { authenticator } from './authenticate.ts';
import { authorise, refuseUnlessReaches } from './authorise.ts';
import { hostGuard } from './host-guard.ts';
import { problem, respond, toProblem } from './problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { captureRoutes } from './routes/captures.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { connectionRoutes } from './routes/connections.ts';
import { driftRoutes } from './routes/drift.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { itemRoutes } from './routes/items.ts';
import { migrationRoutes } from './routes/migrations.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { operationRoutes } from './routes/operations.ts';
import { recoveryRoutes } from './routes/recovery.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { scriptRoutes } from './routes/scripts.ts';
import { mappingRoutes } from './routes/mapping.ts';
import { systemRoutes } from './routes/system.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { userRoutes } from './routes/users.ts';
import { whyRoutes } from './routes/why.ts';
import type { Services } from './services.ts';
import type { PublicUrl } from './session-cookie.ts';

/** Bytes of a request's body. */
const LARGEST = 1024 * 1024;

export interface Guards {
  readonly token: string;
  /** Where people reach it, if that was told. */
  readonly publicUrl: PublicUrl;
  /** The address listened on. */
  readonly host: string;
  /** Names by which a proxy calls it. */
  readonly allowedHosts: readonly string[];
}

/** The HTTP server's application. */
export function createApp(services: Services, guards: Guards): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const faults = faultsOf(result.error);
      const place = faults[0]?.path.join('.') ?? '';
      const detail = `${place === '' ? '' : `${place}: `}${faults[0]?.message ?? 'the request does not fit'}`;
      throw new Refusal(
        400,
        'invalid-request',
        detail,
        'Correct it; /api/openapi.json describes every request.',
        faults,
      );
    },
  });

  app.onError((error) => respond(toProblem(known(error), services.log)));
  app.notFound((context) =>
    respond(
      problem(
        404,
        'unknown-route',
        `there is nothing at ${context.req.method} ${context.req.path}`,
        'See /api/openapi.json for what there is.',
      ),
    ),
  );
  app.use(hostGuard(guards.host, guards.allowedHosts));
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    const waiting = await services.waitsFor();
    if (waiting === undefined) return context.json({ ready: true });
    return context.json({ ready: false, reason: waiting }, 503);
  });
  app.get('/api/openapi.json', (context) =>
    context.json(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Lockstep', version: services.version },
        security: [{ token: [] }],
      }),
    ),
  );
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });

  const authenticate = authenticator({ ...guards, tokens: services.tokens, sessions: services.sessions });
  app.use('/api/*', refuseNul);
  oidcRoutes(app, services.oidc, services.signInLimit, guards.publicUrl);
  app.use('/api/*', authorise({ app, places: services.places, authenticate }));
  app.use('/metrics', async (context, next) => {
    context.set('principal', await authenticate(context));
    refuseUnlessReaches(context, 'viewer', 'installation');
    await next();
  });
  app.get('/metrics', async (context) => {
    const { contentType, body } = await services.metrics.text();
    return context.body(body, 200, { 'content-type': contentType });
  });
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: LARGEST,
      onError: () => {
        throw new Refusal(413, 'too-large', `the request is larger than ${LARGEST} bytes`, 'Split it up.');
      },
    }),
  );
  auditRoutes(app, services);
  captureRoutes(app, services);
  configurationRoutes(app, services);
  connectionRoutes(app, services);
  integrationRoutes(app, services);
  mappingRoutes(app, services);
  itemRoutes(app, services);
  driftRoutes(app, services);
  whyRoutes(app, services);
  runRoutes(app, services);
  scriptRoutes(app, services);
  recoveryRoutes(app, services);
  migrationRoutes(app, services);
  notificationRoutes(app, services);
  operationRoutes(app, services);
  systemRoutes(app, services);
  tokenRoutes(app, services);
  userRoutes(app, services);
  sessionRoutes(app, services, guards.publicUrl);
  refuseOtherMethods(app);
  return app;
}

/** A path that exists, asked for in a way that does not. */
function refuseOtherMethods(app: OpenAPIHono): void {
  const methods = new Map<string, string[]>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const path = definition.route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), definition.route.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (context) => {
      const answer = respond(
        problem(
          405,
          'wrong-method',
          `${context.req.path} does not take ${context.req.method}`,
          `Use ${allowed.join(' or ')}; /api/openapi.json describes every request.`,
        ),
      );
      answer.headers.set('allow', allowed.join(', '));
      return answer;
    });
  }
}

/** Names and ids hold no NUL, and PostgreSQL takes none in a text. */
const refuseNul: MiddlewareHandler = async ({ req }, next) => {
  if (/%00/i.test(req.url))
    throw new Refusal(400, 'invalid-request', 'the address holds a NUL character', 'Take %00 out of it.');
  await next();
};

function known(error: unknown): unknown {
  if (!(error instanceof HTTPException)) return error;
  return new Refusal(
    400,
    'invalid-request',
    error.message || 'the request cannot be read',
    'Send JSON with the content type application/json.',
  );
}
