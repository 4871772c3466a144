export * from './audit.ts';
export * from './configuration.ts';
export * from './connections.ts';
export * from './integrations.ts';
export * from './migrations.ts';
export * from './runs.ts';
export * from './system.ts';
export * from './tokens.ts';
