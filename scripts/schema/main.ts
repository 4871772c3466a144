import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationSchema } from './schema.ts';

const file = path.resolve(import.meta.dirname, '../../docs/reference/configuration.schema.json');
writeFileSync(file, `${JSON.stringify(configurationSchema(), null, 2)}\n`);
console.log(`${path.relative(process.cwd(), file)} is written.`);
