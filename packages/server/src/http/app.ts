import { OpenAPIHono } from '@hono/zod-openapi';
import { faultsOf } from '@lockstep/api';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { Refusal } from '../integrations/refusal.ts';
import { problem, respond, toProblem } from './problem.ts';
import { connectionRoutes } from './routes/connections.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { operationRoutes } from './routes/operations.ts';
import { runRoutes } from './routes/runs.ts';
import type { Services } from './services.ts';
import { tokenGuard } from './token.ts';

/** Bytes of a request's body. */
const LARGEST = 1024 * 1024;

/** The HTTP server's application. */
export function createApp(services: Services, token: string): OpenAPIHono {
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
  const allowed = tokenGuard(token);

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
  app.get('/healthz', (context) => context.json({ ok: true }));
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

  app.use('/api/*', async (context, next) => {
    const given = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (!allowed(given)) {
      throw new Refusal(
        401,
        'no-token',
        given === undefined ? 'the request carries no token' : 'the token is not the right one',
        'Send “Authorization: Bearer TOKEN”; the token is in the file api-token of the data folder.',
      );
    }
    await next();
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
  connectionRoutes(app, services);
  integrationRoutes(app, services);
  runRoutes(app, services);
  operationRoutes(app, services);
  return app;
}

function known(error: unknown): unknown {
  if (!(error instanceof HTTPException)) return error;
  return new Refusal(
    400,
    'invalid-request',
    error.message || 'the request cannot be read',
    'Send JSON with the content type application/json.',
  );
}
