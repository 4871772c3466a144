import { ConnectorError, readBack } from '@lockstep/sdk';
import type {
  ChangePage,
  FeedPosition,
  Http,
  Item,
  ItemDraft,
  ItemPatch,
  Items,
  Receipt,
} from '@lockstep/sdk';
import { itemOf } from './convert.ts';
import type { Directory, DirectoryCache } from './directory.ts';
import { behindPage, cursorOf, cutPage, placeOf, readRows } from './feed.ts';
import { replacedBy } from './history.ts';
import { journalOfVersion, payloadOf } from './values.ts';
import { createdAnswer, issueAnswer, issueList } from './wire.ts';
import type { WireIssue } from './wire.ts';

const EVERYTHING = 'journals,attachments,allowed_statuses';

export class RedmineItems implements Items {
  private readonly http: Http;
  private readonly directory: DirectoryCache;
  private readonly baseUrl: string;

  constructor(http: Http, directory: DirectoryCache, baseUrl: string) {
    this.http = http;
    this.directory = directory;
    this.baseUrl = baseUrl;
  }

  /** Lists tell neither who changed what nor when, so each issue is read by itself. */
  async *changes(from: FeedPosition, signal: AbortSignal): AsyncIterable<ChangePage> {
    const { project } = await this.directory.get(signal);
    for (let at = placeOf(from); ;) {
      const page = cutPage(await readRows(this.http, project.id, at, signal), at);
      const ids = page.rows.map((row) => String(row.id));
      const { given } = at;
      const items = (await this.get(ids, signal))
        .filter((item) => given?.[item.id] !== item.version)
        .toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt) || Number(a.id) - Number(b.id));
      const next = page.last ? behindPage(page.next, items, at) : page.next;
      if (items.length > 0 || page.last) {
        yield { changes: items.map((item) => ({ kind: 'item', item })), next: cursorOf(next) };
      }
      if (page.last) return;
      at = next;
    }
  }

  async get(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const directory = await this.directory.get(signal);
    const items: Item[] = [];
    for (const id of ids) {
      const issue = await this.read(id, signal);
      // An issue that moved to another project is out of this scope.
      if (issue !== undefined && issue.project.id === directory.project.id)
        items.push(this.item(issue, directory));
    }
    return items;
  }

  async create(draft: ItemDraft, signal: AbortSignal): Promise<Receipt> {
    const directory = await this.directory.get(signal);
    const isPrivate = draft.visibility === 'private' || draft.fields['is_private'] === true;
    if (isPrivate) requirePrivacy(directory);
    // Redmine would begin a new issue today, which nobody said and which an earlier due date contradicts.
    const issue = payloadOf({
      start_date: null,
      ...draft.fields,
      [`cf_${directory.markerField}`]: draft.marker,
    });
    const { data } = await this.http.json(
      {
        method: 'POST',
        path: 'issues.json',
        json: {
          issue: {
            ...issue,
            project_id: directory.project.id,
            tracker_id: Number(draft.type),
            is_private: isPrivate,
          },
        },
        signal,
      },
      createdAnswer,
    );
    return readBack('the new issue', async () => {
      const stored = this.item(await this.mustRead(String(data.issue.id), signal), directory);
      const warnings = [...statusWarning(stored, draft.fields)];
      if (stored.marker !== draft.marker) {
        warnings.push(
          'the marker was not stored: the custom field is not enabled for this project and tracker',
        );
      }
      if (isPrivate && stored.visibility !== 'private') warnings.push('Redmine stored the issue as public');
      return { item: stored, ...(warnings.length === 0 ? {} : { warnings }) };
    });
  }

  async update(id: string, patch: ItemPatch, signal: AbortSignal): Promise<Receipt> {
    const directory = await this.directory.get(signal);
    await this.http.send({
      method: 'PUT',
      path: `issues/${encodeURIComponent(id)}.json`,
      json: { issue: payloadOf(patch.fields) },
      signal,
    });
    return readBack(`issue #${id}`, async () => {
      const issue = await this.mustRead(id, signal);
      const item = this.item(issue, directory);
      const ours = { user: String(directory.account.id), after: journalOfVersion(patch.expected) };
      const replaced = replacedBy(issue, Object.keys(patch.fields), ours, shapesOf(directory));
      const warnings = statusWarning(item, patch.fields);
      return { item, replaced, ...(warnings.length === 0 ? {} : { warnings }) };
    });
  }

  async find(marker: string, signal: AbortSignal): Promise<readonly Item[]> {
    const { project, markerField } = await this.directory.get(signal);
    const { data } = await this.http.json(
      {
        path: 'issues.json',
        query: {
          project_id: project.id,
          subproject_id: '!*',
          status_id: '*',
          limit: 100,
          [`cf_${markerField}`]: `=${marker}`,
        },
        signal,
      },
      issueList,
    );
    const carries = data.issues.filter((row) =>
      row.custom_fields.some((one) => one.id === markerField && one.value === marker),
    );
    // Redmine ignores a filter that it does not know and lists everything.
    if (carries.length === 0 && data.issues.length > 0) {
      throw new ConnectorError(
        'config',
        `Redmine does not search by the custom field number ${markerField}`,
        {
          remedy:
            'Tick “Used as a filter” in the definition of the marker field, and enable it for the project.',
        },
      );
    }
    return this.get(
      carries.map((row) => String(row.id)),
      signal,
    );
  }

  async delete(id: string, signal: AbortSignal): Promise<void> {
    await this.http.send({ method: 'DELETE', path: `issues/${encodeURIComponent(id)}.json`, signal });
  }

  /** Undefined when it is gone. A refusal is an error: an account that lost its rights must not look like deletions. */
  async read(id: string, signal: AbortSignal): Promise<WireIssue | undefined> {
    try {
      return await this.mustRead(id, signal);
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'gone') return undefined;
      throw error;
    }
  }

  async mustRead(id: string, signal: AbortSignal): Promise<WireIssue> {
    const path = `issues/${encodeURIComponent(id)}.json`;
    const { data } = await this.http.json({ path, query: { include: EVERYTHING }, signal }, issueAnswer);
    return { ...data.issue, journals: data.issue.journals.toSorted((a, b) => a.id - b.id) };
  }

  private item(issue: WireIssue, directory: Directory): Item {
    return itemOf(issue, {
      baseUrl: this.baseUrl,
      markerField: directory.markerField,
      customFields: shapesOf(directory),
    });
  }
}

function shapesOf(directory: Directory): readonly { id: number; format: string; multiple: boolean }[] {
  return directory.customFields.map((field) => ({
    id: field.id,
    format: field.field_format,
    multiple: field.multiple,
  }));
}

/** Redmine would drop the wish without a word and store the issue for everybody to see. */
function requirePrivacy(directory: Directory): void {
  if (directory.may('set_issues_private') || directory.may('set_own_issues_private')) return;
  throw new ConnectorError('forbidden', 'Redmine does not let this account create private issues', {
    field: 'is_private',
    remedy: 'Give its role the right “Set issues public or private”.',
  });
}

function statusWarning(stored: Item, written: ItemPatch['fields']): string[] {
  const wanted = written['status_id'];
  if (wanted === undefined || wanted === null || wanted === stored.fields['status_id']) return [];
  return [
    `the workflow does not lead to status ${wanted} for this account; from status ${stored.fields['status_id']} it leads to ${stored.allowedStatuses?.join(', ') ?? 'unknown ones'}`,
  ];
}
