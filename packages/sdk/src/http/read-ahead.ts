import type { Deadline } from './deadline.ts';

/** Bytes; whoever reads still slower than this is waited for. */
const MOST_AHEAD = 64 * 1024 * 1024;

/**
 * An answer's content, taken off the connection as fast as it comes, whoever reads it when. Node's fetch ends the
 * whole process when a server closes the connection of an answer that is read slower (nodejs/undici#5360).
 */
export class ReadAhead implements AsyncIterable<Uint8Array> {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly chunks: Uint8Array[] = [];
  private ahead = 0;
  private end: { readonly failure?: unknown } | undefined;
  private moved = Promise.withResolvers<void>();

  constructor(body: ReadableStream<Uint8Array>, deadline: Deadline) {
    this.reader = body.getReader();
    void this.fill(deadline);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.chunks.shift();
        if (chunk !== undefined) {
          this.ahead -= chunk.length;
          this.move();
          yield chunk;
        } else if (this.end === undefined) await this.moved.promise;
        else if ('failure' in this.end) throw this.end.failure;
        else return;
      }
    } finally {
      await this.cancel();
    }
  }

  async cancel(): Promise<void> {
    this.chunks.length = 0;
    this.ahead = 0;
    this.move();
    await this.reader.cancel().catch(() => undefined);
  }

  /** Each chunk that comes starts the deadline anew; once all is here, it no longer matters. */
  private async fill(deadline: Deadline): Promise<void> {
    try {
      for (let next = await this.reader.read(); !next.done; next = await this.reader.read()) {
        this.chunks.push(next.value);
        this.ahead += next.value.length;
        this.move();
        while (this.ahead > MOST_AHEAD) await this.moved.promise;
        deadline.extend();
      }
      this.end = {};
    } catch (failure) {
      this.end = { failure };
    } finally {
      deadline.end();
      this.move();
    }
  }

  private move(): void {
    this.moved.resolve();
    this.moved = Promise.withResolvers<void>();
  }
}
