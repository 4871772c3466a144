import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { writeBackup } from '../../backup/write-backup.ts';
import { noteBackup } from '../../store/backup-time.ts';
import type { Services } from '../services.ts';

export function systemRoutes(app: OpenAPIHono, services: Services): void {
  app.openapi(routes.downloadBackup, (context) => {
    const lines = Readable.from(writeBackup(services.db, services.version), { objectMode: false });
    const packed = createGzip();
    lines.on('error', (error) => {
      services.log.error({ err: error }, 'a backup could not be completed');
      packed.destroy(error);
    });
    packed.on('close', () => lines.destroy());
    lines.on('end', () => {
      noteBackup(services.db).catch((error: unknown) =>
        services.log.error({ err: error }, 'that a backup was taken could not be noted'),
      );
    });
    const at = new Date().toISOString().slice(0, 19).replaceAll(':', '');
    return context.body(Readable.toWeb(lines.pipe(packed)) as ReadableStream, 200, {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="lockstep-${at}.backup"`,
    });
  });
  app.openapi(routes.downloadSupport, async (context) => {
    const { about, values } = context.req.valid('query');
    const zip = new Readable().wrap(await services.support.package(about, values === 'true'));
    return context.body(Readable.toWeb(zip) as ReadableStream, 200, {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="lockstep-support.zip"',
    });
  });
}
