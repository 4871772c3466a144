import { z } from '@hono/zod-openapi';
import { Scope } from './document/integration.ts';
import { Name } from './name.ts';
import { Fault } from './problem.ts';

export const SuggestionBody = z.strictObject({
  left: Scope,
  right: Scope,
  group: Name.optional().openapi({ description: 'The group that the integration is to be in' }),
});
export type SuggestionInput = z.input<typeof SuggestionBody>;

export const Suggestion = z
  .object({
    document: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'An integration as `PUT` takes it (IntegrationDocument); nothing is saved' }),
    notes: z
      .array(z.object({ path: z.array(z.union([z.string(), z.number()])), text: z.string() }))
      .openapi({ description: 'What a person should look at, and where in the document' }),
    warnings: z.array(Fault).openapi({ description: 'What saving it as it is would tell' }),
  })
  .openapi('Suggestion');
export type Suggestion = z.infer<typeof Suggestion>;
