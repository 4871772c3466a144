import { enableCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `Lockstep needs Node 24 and runs on ${process.version}. Run it as “npm run lockstep --”, after npm ci with install scripts allowed.\n`,
  );
  process.exit(1);
}
// npm runs scripts in the folder of package.json; paths are meant from where the person stands.
const { INIT_CWD: standing, npm_lifecycle_event: script } = process.env;
if (script === 'lockstep' && standing !== undefined) process.chdir(standing);
// “lockstep items … | head” closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
// Hundreds of files are read and stripped of their types once, not at every command. Not in a folder for all, where others
// could put something; where this one cannot be written, nothing is kept.
enableCompileCache(path.join(import.meta.dirname, '../../../node_modules/.cache/lockstep'));
const { main } = await import('./program.ts');
process.exitCode = await main(process.argv.slice(2));
