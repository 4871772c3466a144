import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function userRoutes(app: OpenAPIHono, { users, signInLimit }: Services): void {
  app.openapi(routes.listUsers, async (c) => c.json({ items: await users.list() }, 200));
  app.openapi(routes.addUser, async (c) => {
    c.header('cache-control', 'no-store');
    return c.json(await users.add(c.req.valid('json'), actorOf(c)), 200);
  });
  app.openapi(routes.changeUser, async (c) =>
    c.json(await users.change(c.req.valid('param').login, c.req.valid('json'), actorOf(c)), 200),
  );
  app.openapi(routes.resetPassword, async (c) => {
    c.header('cache-control', 'no-store');
    const user = await users.resetPassword(c.req.valid('param').login, actorOf(c));
    await signInLimit.forget(user.login);
    return c.json(user, 200);
  });
}
