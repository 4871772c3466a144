import type { Context } from 'hono';
import type { Principal } from '../access/principal.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Set for every request that got past the guard. */
    principal: Principal;
  }
}

export function principalOf(context: Context): Principal {
  const principal = context.get('principal') as Principal | undefined;
  if (principal === undefined)
    throw new Error(`${context.req.path} was answered before its sender was known`);
  return principal;
}

/** The name of whoever sent this request, as records keep it. */
export function actorOf(context: Context): string {
  return principalOf(context).name;
}
