import { ConnectorError } from '../errors.ts';
import type { Deadline } from './deadline.ts';
import type { HttpRequest } from './http.ts';

/** What goes out. A streamed body keeps the deadline alive while it flows. */
export function bodyOf(request: HttpRequest, deadline: Deadline): RequestInit {
  if (request.json !== undefined) return { body: JSON.stringify(request.json) };
  const { body } = request;
  if (body === undefined) return {};
  if (typeof body === 'string') return { body };
  if (body instanceof Uint8Array) return { body: body as Uint8Array<ArrayBuffer> };
  return { body: ReadableStream.from(alive(body, deadline)), duplex: 'half' } as RequestInit;
}

/** The chunks as they are; each starts the deadline anew. */
export async function* alive(
  chunks: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    deadline.extend();
    yield chunk;
  }
}

/** At most so many bytes; more are an error, so that no answer fills the memory. */
export async function readWhole(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  where: string,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit)
      throw new ConnectorError('protocol', `${where}: the answer is larger than ${limit} bytes`);
    parts.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

/** The beginning of an answer; the rest is not fetched. */
export async function readStart(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, limit));
}
