export interface Request {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

export class Refused extends Error {
  readonly status: number;
  constructor(what: string, status: number, answer: string) {
    super(`${what} answered ${status}: ${answer.slice(0, 300)}`);
    this.status = status;
  }
}

/** One plain request, as any program would make it; an answer that is no success is thrown. */
export async function send(url: string, request: Request): Promise<Response> {
  const method = request.method ?? 'GET';
  const body = request.json === undefined ? request.bytes : JSON.stringify(request.json);
  const type = request.json === undefined ? 'application/octet-stream' : 'application/json';
  const answer = await fetch(url, {
    method,
    headers: { ...request.headers, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Refused(`${method} ${new URL(url).pathname}`, answer.status, await answer.text());
  return answer;
}

export async function sendJson<T>(url: string, request: Request): Promise<T> {
  const text = await (await send(url, request)).text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
