import type { Http, OptionDefinition, Schema } from '@lockstep/sdk';
import type { Directory } from './directory.ts';
import { itemType } from './fields.ts';
import * as wire from './wire.ts';

export async function readSchema(
  http: Http,
  directory: Directory,
  baseUrl: string,
  signal: AbortSignal,
): Promise<Schema> {
  const { project } = directory;
  const statuses = await http.json({ path: 'issue_statuses.json', signal }, wire.statusList);
  const priorities = await http.json(
    { path: 'enumerations/issue_priorities.json', signal },
    wire.priorityList,
  );
  const versions = await http.json(
    { path: `projects/${project.id}/versions.json`, signal },
    wire.versionList,
  );
  const trackers = await http.json({ path: 'trackers.json', signal }, wire.trackerList);
  const choices = {
    statuses: statuses.data.issue_statuses.map((it) => ({ ...option(it), closed: it.is_closed })),
    priorities: priorities.data.issue_priorities.filter((it) => it.active).map(option),
    categories: project.issue_categories.map(option),
    versions: versions.data.versions.map(option),
  };
  const types = project.trackers.map((tracker) => {
    const enabled = trackers.data.trackers.find((it) => it.id === tracker.id)?.enabled_standard_fields;
    const shape = { ...tracker, ...(enabled === undefined ? {} : { enabled }) };
    return itemType(shape, choices, directory.customFields, directory.markerField);
  });
  return {
    scope: { id: project.identifier, title: project.name, url: `${baseUrl}/projects/${project.identifier}` },
    types,
  };
}

function option(it: { readonly id: number; readonly name: string }): OptionDefinition {
  return { id: String(it.id), title: it.name };
}
