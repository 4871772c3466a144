import { ConnectorError } from '@lockstep/sdk';
import type { Http } from '@lockstep/sdk';
import * as wire from './wire.ts';
import type { WireCustomField, WireProject, WireUser } from './wire.ts';

/** What is asked once and used by every call: the project, the account, its rights, the custom fields. */
export interface Directory {
  readonly project: WireProject;
  readonly account: WireUser;
  readonly customFields: readonly WireCustomField[];
  /** Did Redmine tell formats and options? Only administrators get them. */
  readonly knowsFormats: boolean;
  readonly markerField: number;
  may(permission: string): boolean;
}

/** Keeps the directory for the life of the connector; `fresh` asks again. */
export class DirectoryCache {
  private readonly http: Http;
  private readonly options: { readonly project: string; readonly markerField: string };
  private known: Promise<Directory> | undefined;

  constructor(http: Http, options: { readonly project: string; readonly markerField: string }) {
    this.http = http;
    this.options = options;
  }

  async get(signal: AbortSignal): Promise<Directory> {
    if (this.known === undefined) return this.fresh(signal);
    return this.known;
  }

  async fresh(signal: AbortSignal): Promise<Directory> {
    const reading = readDirectory(this.http, this.options, signal);
    this.known = reading;
    reading.catch(() => {
      if (this.known === reading) this.known = undefined;
    });
    return reading;
  }
}

async function readDirectory(
  http: Http,
  options: { readonly project: string; readonly markerField: string },
  signal: AbortSignal,
): Promise<Directory> {
  const account = await readAccount(http, signal);
  const project = await readProject(http, options.project, signal);
  const full = account.admin === true ? await readCustomFields(http, signal) : undefined;
  const customFields = full ?? (await customFieldsInUse(http, project, signal));
  const permissions =
    account.admin === true ? undefined : await readPermissions(http, account, project, signal);
  return {
    project,
    account,
    customFields,
    knowsFormats: full !== undefined,
    markerField: findMarkerField(options.markerField, customFields),
    may: (permission) => permissions === undefined || permissions.has(permission),
  };
}

/** Answers 401 to a wrong key even where Redmine lets visitors read everything else. */
async function readAccount(http: Http, signal: AbortSignal): Promise<WireUser> {
  const { data } = await http.json(
    { path: 'users/current.json', query: { include: 'memberships' }, signal },
    wire.userAnswer,
  );
  return data.user;
}

async function readProject(http: Http, project: string, signal: AbortSignal): Promise<WireProject> {
  const include = 'trackers,issue_categories,enabled_modules,issue_custom_fields';
  try {
    const path = `projects/${encodeURIComponent(project)}.json`;
    return (await http.json({ path, query: { include }, signal }, wire.projectAnswer)).data.project;
  } catch (error) {
    if (!(error instanceof ConnectorError) || (error.kind !== 'gone' && error.kind !== 'forbidden'))
      throw error;
    throw new ConnectorError('config', `Redmine shows this account no project “${project}”`, {
      cause: error,
      remedy:
        'Check the identifier (it is in the address of the project), and make the sync account a member of the project.',
    });
  }
}

async function readCustomFields(http: Http, signal: AbortSignal): Promise<readonly WireCustomField[]> {
  const { data } = await http.json({ path: 'custom_fields.json', signal }, wire.customFieldList);
  return data.custom_fields.filter(
    (field) => field.customized_type === undefined || field.customized_type === 'issue',
  );
}

/** For accounts that may not see the definitions: what an issue of the project shows. */
async function customFieldsInUse(
  http: Http,
  project: WireProject,
  signal: AbortSignal,
): Promise<readonly WireCustomField[]> {
  const query = { project_id: project.id, status_id: '*', limit: 1 };
  const { data } = await http.json({ path: 'issues.json', query, signal }, wire.issueList);
  const shown = [...project.issue_custom_fields, ...(data.issues[0]?.custom_fields ?? [])];
  return [...new Map(shown.map((field) => [field.id, field])).values()].map((field) => ({
    id: field.id,
    name: field.name,
    field_format: 'string',
    is_required: false,
    is_filter: true,
    multiple: 'multiple' in field && field.multiple === true,
    possible_values: [],
    trackers: [],
  }));
}

async function readPermissions(
  http: Http,
  account: WireUser,
  project: WireProject,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const roles = account.memberships
    .filter((one) => one.project.id === project.id)
    .flatMap((one) => one.roles);
  const permissions = new Set<string>();
  for (const { id } of roles) {
    const { data } = await http.json({ path: `roles/${id}.json`, signal }, wire.roleAnswer);
    for (const permission of data.role.permissions) permissions.add(permission);
  }
  return permissions;
}

function findMarkerField(wanted: string, customFields: readonly WireCustomField[]): number {
  const number = /^(?:cf_)?(\d+)$/.exec(wanted)?.[1];
  if (number !== undefined) return Number(number);
  const field = customFields.find((one) => one.name === wanted);
  if (field !== undefined) return field.id;
  throw new ConnectorError('config', `Redmine has no custom field “${wanted}” for issues of this project`, {
    remedy:
      'Create it in Administration → Custom fields → Issues: format Text, used as a filter, for this project and its trackers. An account that is no administrator needs its number, as cf_N.',
  });
}
