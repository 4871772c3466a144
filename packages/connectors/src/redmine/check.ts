import { ConnectorError } from '@lockstep/sdk';
import type { CheckReport, Http } from '@lockstep/sdk';
import { userOf } from './convert.ts';
import type { Directory } from './directory.ts';
import { issueList } from './wire.ts';

const MARKER_LENGTH = 200;

/** Refuses what would make the connection useless, and names what will be missing. */
export async function checkConnection(
  http: Http,
  directory: Directory,
  signal: AbortSignal,
): Promise<CheckReport> {
  const { project } = directory;
  if (project.enabled_modules?.some((one) => one.name === 'issue_tracking') === false) {
    throw new ConnectorError(
      'config',
      `The project “${project.name}” has no issues: the module “Issue tracking” is off`,
      {
        remedy: 'Enable it in the settings of the project.',
      },
    );
  }
  if (project.status !== undefined && project.status !== 1) {
    throw new ConnectorError(
      'config',
      `The project “${project.name}” is closed or archived, so nothing can be written there`,
      {
        remedy: 'Reopen the project, or choose another one.',
      },
    );
  }
  requireRight(directory, 'view_issues', 'View issues');
  const query = { project_id: project.id, status_id: '*', limit: 1 };
  await http.json({ path: 'issues.json', query, signal }, issueList);
  checkMarkerField(directory);
  return { account: userOf(directory.account), product: 'Redmine', warnings: warningsOf(directory) };
}

function requireRight(directory: Directory, permission: string, title: string): void {
  if (directory.may(permission)) return;
  throw new ConnectorError(
    'forbidden',
    `The account may not “${title}” in the project “${directory.project.name}”`,
    {
      remedy: 'Make the account a member of the project with a role that has this right.',
    },
  );
}

function checkMarkerField(directory: Directory): void {
  const field = directory.customFields.find((one) => one.id === directory.markerField);
  if (field === undefined) {
    if (!directory.knowsFormats) return;
    throw new ConnectorError(
      'config',
      `Redmine has no custom field for issues with the number ${directory.markerField}`,
      {
        remedy: 'Name the marker field as it is called in Administration → Custom fields.',
      },
    );
  }
  if (!directory.knowsFormats) return;
  const what = `The marker field “${field.name}”`;
  const remedy = 'Change it in Administration → Custom fields.';
  if (field.field_format !== 'string' || field.multiple) {
    throw new ConnectorError('config', `${what} does not hold a single text`, { remedy });
  }
  if (!field.is_filter) throw new ConnectorError('config', `${what} is not used as a filter`, { remedy });
  if (typeof field.max_length === 'number' && field.max_length > 0 && field.max_length < MARKER_LENGTH) {
    throw new ConnectorError(
      'config',
      `${what} holds ${field.max_length} characters, and ${MARKER_LENGTH} are needed`,
      { remedy },
    );
  }
  const without = directory.project.trackers.filter(
    (tracker) => !field.trackers.some((one) => one.id === tracker.id),
  );
  if (without.length > 0) {
    const names = without.map((one) => one.name).join(', ');
    throw new ConnectorError('config', `${what} is not enabled for the trackers ${names}`, { remedy });
  }
}

const USEFUL: readonly (readonly [string, string])[] = [
  ['add_issues', 'it may not create issues'],
  ['edit_issues', 'it may not change issues'],
  ['add_issue_notes', 'it may not comment'],
  ['view_private_notes', 'it does not see private notes'],
  ['set_notes_private', 'it may not write private notes'],
  ['delete_issues', 'it may not delete issues'],
];

function warningsOf(directory: Directory): readonly string[] {
  const missing = USEFUL.filter(([permission]) => !directory.may(permission)).map(
    ([, consequence]) => `The account lacks a right in this project: ${consequence}.`,
  );
  if (directory.knowsFormats) return missing;
  return [
    ...missing,
    'The account is no administrator: kinds and choices of custom fields are unknown and all count as text, the marker field cannot be checked, and people are found only among the members of the project.',
  ];
}
