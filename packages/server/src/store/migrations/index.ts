import { first } from './0001-first.ts';
import type { Migration } from './migration.ts';

/** All migrations in order; add new ones at the end. */
export const migrations: readonly Migration[] = [first];
