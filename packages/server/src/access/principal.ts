import type { Grant } from './role.ts';

/** Who sends a request, and what they may do. */
export interface Principal {
  /** As records keep it: a user's login, `token NAME`, or the holder of the installation's own token. */
  readonly name: string;
  readonly kind: 'installation' | 'user' | 'token';
  readonly grants: readonly Grant[];
  /** Of a user who is signed in. */
  readonly session?: {
    readonly userId: string;
    readonly hash: string;
    readonly csrf: string;
    readonly mustChange: boolean;
  };
}

/** Whoever can read the file `api-token` of the data folder: the operator of the machine, who may do everything. */
export const INSTALLATION: Principal = {
  name: 'the holder of the API token',
  kind: 'installation',
  grants: [{ role: 'administrator', group: null }],
};
