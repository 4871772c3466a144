import { Role } from '@lockstep/api';

export type { Role };
/** From least to most. */
export const ROLES = Role.options;

/** A role in one group of integrations, or with null in all of them, those without a group too. */
export interface Grant {
  readonly role: Role;
  readonly group: string | null;
}

/**
 * Where something is: in the group of an integration, in one that belongs to no group (null), or in what belongs
 * to the installation as a whole, such as users and connections.
 */
export type Place = { readonly group: string | null } | 'installation';

/** Whether the grants reach the role at this place. A role in some groups says nothing of the installation. */
export function reaches(grants: readonly Grant[], needed: Role, place: Place): boolean {
  return grants.some(
    (grant) =>
      ROLES.indexOf(grant.role) >= ROLES.indexOf(needed) &&
      (grant.group === null || (place !== 'installation' && grant.group === place.group)),
  );
}
