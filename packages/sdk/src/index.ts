export * from './connector.ts';
export * from './definition.ts';
export * from './errors.ts';
export * from './http/http.ts';
export * from './item.ts';
export * from './limits.ts';
export * from './rich-text/form.ts';
export * from './schema.ts';
