import type { FieldDefinition, FieldKind, ItemType, OptionDefinition, Writable } from '@lockstep/sdk';
import type { WireCustomField } from './wire.ts';

/** What must be known of a custom field to read and write its values. */
export interface CustomFieldShape {
  readonly id: number;
  readonly format: string;
  readonly multiple: boolean;
}

export interface Choices {
  readonly statuses: readonly OptionDefinition[];
  readonly priorities: readonly OptionDefinition[];
  readonly categories: readonly OptionDefinition[];
  readonly versions: readonly OptionDefinition[];
}

export interface TrackerShape {
  readonly id: number;
  readonly name: string;
  /** Absent before Redmine 5: then all are taken as enabled. */
  readonly enabled?: readonly string[];
}

/** One Redmine tracker as an item type. */
export function itemType(
  tracker: TrackerShape,
  choices: Choices,
  custom: readonly WireCustomField[],
  markerField: number,
): ItemType {
  const isOn = (id: string): boolean => tracker.enabled === undefined || tracker.enabled.includes(id);
  const standard = standardFields(choices).filter((field) => !OPTIONAL.includes(field.id) || isOn(field.id));
  const own = custom
    .filter((field) => field.trackers.length === 0 || field.trackers.some((one) => one.id === tracker.id))
    .flatMap((field) => customFieldDefinition(field, choices, markerField));
  return { id: String(tracker.id), title: tracker.name, fields: [...standard, ...own] };
}

/** These can be switched off per tracker. */
const OPTIONAL = [
  'description',
  'assigned_to_id',
  'category_id',
  'fixed_version_id',
  'start_date',
  'due_date',
  'estimated_hours',
  'done_ratio',
];

function standardFields(choices: Choices): readonly FieldDefinition[] {
  return [
    define('subject', 'Subject', 'text', { required: true, maxLength: 255 }),
    define('description', 'Description', 'rich-text'),
    define('status_id', 'Status', 'status', { options: choices.statuses }),
    define('priority_id', 'Priority', 'option', { options: choices.priorities }),
    define('assigned_to_id', 'Assignee', 'user'),
    define(
      'author_id',
      'Author',
      'user',
      readOnly('Redmine sets the author to the account that creates the issue.'),
    ),
    define('category_id', 'Category', 'option', { options: choices.categories }),
    define('fixed_version_id', 'Target version', 'version', { options: choices.versions }),
    define('start_date', 'Start date', 'date'),
    define('due_date', 'Due date', 'date'),
    define('done_ratio', '% Done', 'number'),
    define('estimated_hours', 'Estimated time', 'duration', { unit: 'hours' }),
    define('is_private', 'Private', 'boolean'),
  ];
}

function define(
  id: string,
  title: string,
  kind: FieldKind,
  more: Partial<Omit<FieldDefinition, 'id' | 'title' | 'kind'>> = {},
): FieldDefinition {
  return { id, title, kind, onCreate: true, onUpdate: true, ...more };
}

function readOnly(reason: string): { readonly onCreate: Writable; readonly onUpdate: Writable } {
  return { onCreate: { reason }, onUpdate: { reason } };
}

/** Empty for formats that a sync cannot carry. */
function customFieldDefinition(
  field: WireCustomField,
  choices: Choices,
  markerField: number,
): FieldDefinition[] {
  const kind = kindOf(field);
  if (kind === undefined) return [];
  const options =
    field.field_format === 'version'
      ? choices.versions
      : field.possible_values.map((one) => ({ id: one.value, title: one.label ?? one.value }));
  return [
    define(`cf_${field.id}`, field.name, kind, {
      ...(field.is_required ? { required: true } : {}),
      ...(kind === 'option' || kind === 'version' || kind === 'multi-option' ? { options } : {}),
      ...(typeof field.max_length === 'number' && field.max_length > 0
        ? { maxLength: field.max_length }
        : {}),
      ...(field.id === markerField ? readOnly('Lockstep keeps its own marker in this field.') : {}),
    }),
  ];
}

function kindOf(field: WireCustomField): FieldKind | undefined {
  switch (field.field_format) {
    case 'string':
    // Whether a long text is formatted is a setting of the field that the API does not show.
    case 'text':
      return 'text';
    case 'link':
      return 'url';
    case 'int':
    case 'float':
      return 'number';
    case 'date':
      return 'date';
    case 'bool':
      return 'boolean';
    case 'list':
    case 'enumeration':
      return field.multiple ? 'multi-option' : 'option';
    case 'version':
      return field.multiple ? 'multi-option' : 'version';
    case 'user':
      return field.multiple ? 'multi-user' : 'user';
    default:
      return undefined;
  }
}
