import { first } from './0001-first.ts';
import { stop } from './0002-stop.ts';
import { budget } from './0003-budget.ts';
import { restored } from './0004-restored.ts';
import { status } from './0005-status.ts';
import { migration } from './0006-migration.ts';
import { access } from './0007-access.ts';
import { notifications } from './0008-notifications.ts';
import { items } from './0010-items.ts';
import { recovery } from './0009-recovery.ts';
import { runs } from './0011-runs.ts';
import { capture } from './0012-capture.ts';
import { scripts } from './0014-scripts.ts';
import { dropped } from './0016-dropped.ts';
import { groups } from './0017-groups.ts';
import { connections } from './0018-connections.ts';
import type { Migration } from './migration.ts';

/** All migrations in order; add new ones at the end. */
export const migrations: readonly Migration[] = [
  first,
  stop,
  budget,
  restored,
  status,
  migration,
  access,
  notifications,
  recovery,
  items,
  runs,
  capture,
  scripts,
  dropped,
  groups,
  connections,
];
