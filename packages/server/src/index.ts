export { oidcSettings } from './access/oidc-settings.ts';
export { checkBackup, restoreServer } from './backup/restore-server.ts';
export { startServer } from './compose.ts';
export type { RunningServer, ServerOptions } from './compose.ts';
export { ListenError } from './http/listen.ts';
export { tokenFile } from './http/token.ts';
export type { Profile } from './integrations/profile.ts';
export { StartupError } from './postgres/startup-error.ts';
