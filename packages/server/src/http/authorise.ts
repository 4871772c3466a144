import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Principal } from '../access/principal.ts';
import { reaches, ROLES, type Place, type Role } from '../access/role.ts';
import type { Places } from '../access/places.ts';
import { Refusal } from '../integrations/refusal.ts';
import { principalOf } from './actor.ts';

/** What a route asks of its caller; `needs` in packages/api declares it. */
export interface Demand {
  readonly role: Role | 'signed-in' | 'anybody';
  readonly somewhere: boolean;
}

/** What is not declared is not open to anybody but administrators. */
const UNDECLARED: Demand = { role: 'administrator', somewhere: false };

/** Every route of the application by its method and path. */
export function demandsOf(app: OpenAPIHono): ReadonlyMap<string, Demand> {
  const demands = new Map<string, Demand>();
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const {
      method,
      path,
      'x-needs': needed,
    } = definition.route as typeof definition.route & { 'x-needs'?: string };
    const [role, where] = (needed ?? '').split(' ');
    const known = [...ROLES, 'signed-in', 'anybody'].find((one) => one === role) as
      Demand['role'] | undefined;
    demands.set(
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      known === undefined ? UNDECLARED : { role: known, somewhere: where === 'somewhere' },
    );
  }
  return demands;
}

/** Lets a request to one of these routes through if its sender is known and may do that there. */
export function authorise(parts: {
  readonly app: OpenAPIHono;
  readonly places: Pick<Places, 'of'>;
  readonly authenticate: (context: Context) => Promise<Principal>;
}): MiddlewareHandler {
  let demands: ReadonlyMap<string, Demand> | undefined;
  return async (context, next) => {
    // The routes are added behind this guard.
    const known = (demands ??= demandsOf(parts.app));
    const matched = matchedRoutes(context);
    const index = matched.findIndex((one) => known.has(`${one.method} ${one.path}`));
    const route = matched[index];
    const demand = route === undefined ? undefined : known.get(`${route.method} ${route.path}`);
    if (demand?.role !== 'anybody') context.set('principal', await parts.authenticate(context));
    if (
      demand === undefined ||
      route === undefined ||
      demand.role === 'anybody' ||
      demand.role === 'signed-in'
    )
      return next();
    const { role, somewhere } = demand;
    const { grants } = principalOf(context);
    if (somewhere) {
      if (!grants.some((grant) => reaches([grant], role, { group: grant.group })))
        throw forbidden(role, undefined);
      return next();
    }
    const names = parametersOf(context, index);
    const place = await parts.places.of(route.path, (name) => names[name] ?? '');
    refuseUnlessReaches(context, role, place);
    return next();
  };
}

/**
 * Refuses whoever does not have the role there. What does not exist is to be told as unknown only to those who may see
 * everything; the others cannot tell it from what is not theirs.
 */
export function refuseUnlessReaches(context: Context, role: Role, place: Place | undefined): void {
  const { grants } = principalOf(context);
  if (!reaches(grants, role, place ?? 'installation')) throw forbidden(role, place);
}

/** Of what a list holds, what its reader may see. */
export function visible<T>(
  context: Context,
  things: readonly T[],
  groupOf: (thing: T) => string | null | undefined,
): T[] {
  const { grants } = principalOf(context);
  return things.filter((thing) => reaches(grants, 'viewer', { group: groupOf(thing) ?? null }));
}

function forbidden(role: Role, place: Place | undefined): Refusal {
  const where = place === 'installation' ? ' of all groups' : ' there';
  return new Refusal(
    403,
    'forbidden',
    `this takes the role ${role}${where}, which you do not have`,
    'Ask an administrator to grant it (lockstep users set-role), or to make you a token with that scope (lockstep tokens add).',
  );
}

/** What the path names, read just as the route's own handler will read it. */
function parametersOf({ req }: Context, index: number): Record<string, string> {
  const own = req.routeIndex;
  req.routeIndex = index;
  try {
    return req.param();
  } finally {
    req.routeIndex = own;
  }
}
