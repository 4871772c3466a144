import { ConnectorError } from '@lockstep/sdk';
import type { ConnectorHost, FieldId, Http } from '@lockstep/sdk';

/** The HTTP client of one connection, with Redmine's refusals put into words. */
export function createApi(
  config: { readonly url: string; readonly apiKey: string },
  host: ConnectorHost,
): Http {
  return host.http({
    baseUrl: config.url,
    headers: { 'x-redmine-api-key': config.apiKey },
    explain: ({ status, body, request }) => explain(status, body, request.method ?? 'GET', request.path),
  });
}

/** Redmine's 401, 403 and 404 come without a body, its 422 with sentences. Undefined keeps the standard error. */
export function explain(
  status: number,
  body: string,
  method: string,
  path: string,
): ConnectorError | undefined {
  if (status === 401) {
    return new ConnectorError('auth', 'Redmine does not accept the API key', {
      status,
      remedy:
        'Copy the key again from “My account” of the sync account, and check that the account is not locked.',
    });
  }
  if (status === 404 && path.startsWith('users/current')) {
    return new ConnectorError('gone', 'There is no Redmine at this address', {
      status,
      about: 'connection',
      remedy: 'Give the address of Redmine’s start page, with the path below which it lies, if any.',
    });
  }
  if (status === 403 && path.startsWith('users/current')) {
    return new ConnectorError('config', 'Redmine does not let this account use its REST API', {
      status,
      about: 'connection',
      remedy:
        'Enable “REST web service” in Administration → Settings → API; if it is on, the account has to change its password or set up two-factor authentication first.',
    });
  }
  if (status === 403) {
    return new ConnectorError('forbidden', `Redmine refuses ${method} ${path} to this account`, {
      status,
      remedy:
        'Give the role of the sync account in this project the right to do this, and check that the project is open.',
    });
  }
  if (status === 422) return explainRefusal(body, method, path);
  return undefined;
}

function explainRefusal(body: string, method: string, path: string): ConnectorError {
  const errors = errorsIn(body);
  if (errors?.length === 0) {
    return new ConnectorError(
      'conflict',
      `Redmine refused ${method} ${path}: somebody saved the issue at the same moment`,
      {
        status: 422,
      },
    );
  }
  const sentences = errors?.join('; ') ?? body.slice(0, 200);
  const field = errors?.map(fieldNamed).find((it) => it !== undefined);
  return new ConnectorError('rejected', `Redmine refused ${method} ${path}: ${sentences}`, {
    status: 422,
    ...(field === undefined ? {} : { field }),
    remedy: 'Change the value, or the mapping, so that Redmine accepts it.',
  });
}

function errorsIn(body: string): readonly string[] | undefined {
  try {
    const answer = JSON.parse(body) as { readonly errors?: unknown };
    return Array.isArray(answer.errors) ? answer.errors.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** Redmine's sentences begin with the field's title, in the language of the account. */
function fieldNamed(sentence: string): FieldId | undefined {
  return TITLES.find(([title]) => sentence.startsWith(`${title} `))?.[1];
}

const TITLES: readonly (readonly [string, FieldId])[] = [
  ['Subject', 'subject'],
  ['Description', 'description'],
  ['Status', 'status_id'],
  ['Priority', 'priority_id'],
  ['Assignee', 'assigned_to_id'],
  ['Category', 'category_id'],
  ['Target version', 'fixed_version_id'],
  ['Start date', 'start_date'],
  ['Due date', 'due_date'],
  ['% Done', 'done_ratio'],
  ['Estimated time', 'estimated_hours'],
];
