import { QUIRK_KINDS } from '@lockstep/connectors';
import { FAULT_KINDS } from './history.ts';
import type { PersonStep } from './history.ts';

/** What people do, as it is counted. */
export const PEOPLES_DEEDS: Readonly<Record<PersonStep['kind'], string>> = {
  create: 'item created',
  title: 'field edited',
  due: 'field edited',
  choose: 'field edited',
  tag: 'label added',
  untag: 'label removed',
  text: 'text edited',
  comment: 'comment written',
  uncomment: 'comment deleted',
  file: 'file attached',
  detach: 'file deleted',
  link: 'link added',
  leave: 'left the scope',
  enter: 'came into the scope',
  delete: 'item deleted',
  restore: 'item restored',
  hide: 'made private',
  show: 'made public',
};

const ADMINISTRATORS = [
  'mapping changed',
  'policy changed',
  'paused',
  'resumed',
  'left a pause out',
  'left all but the latest of a pause out',
  'token renewed',
  'migration',
  'migration went on',
  'resync asked for',
  'hard resync asked for',
  'recreation asked for',
  'resolution asked for',
  'undo asked for',
  'wishes dropped',
] as const;

const WORLD = [
  'same field on both sides',
  'clock skew',
  'lost rights',
  'rights returned',
  'backup',
  'returned to backup',
] as const;

/** Everything that histories have happen, each under the name it is counted by. */
export const KINDS: readonly string[] = [
  ...FAULT_KINDS,
  ...QUIRK_KINDS,
  ...new Set(Object.values(PEOPLES_DEEDS)),
  ...ADMINISTRATORS,
  ...WORLD,
];
