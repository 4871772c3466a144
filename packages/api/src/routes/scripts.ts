import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { ScriptLibrary, ScriptTrial, ScriptTrialBody } from '../script.ts';
import { answers, json, NameParameter } from './answers.ts';

const tags = ['scripts'];

export const getScriptLibrary = createRoute({
  method: 'get',
  path: '/api/script-library',
  ...needs('administrator'),
  tags,
  summary: 'What the scripts of all integrations can import from `library`',
  responses: answers(ScriptLibrary, 'The library'),
});

export const putScriptLibrary = createRoute({
  method: 'put',
  path: '/api/script-library',
  ...needs('administrator'),
  tags,
  summary: 'Change it; refused when it would break the script of an integration',
  request: { body: json(ScriptLibrary) },
  responses: answers(ScriptLibrary, 'As saved'),
});

export const tryScript = createRoute({
  method: 'post',
  path: '/api/integrations/{name}/script/try',
  ...needs('administrator'),
  tags,
  summary: 'Play a script on an item of either side; writes nothing',
  request: { params: NameParameter, body: json(ScriptTrialBody) },
  responses: answers(
    z.object({ items: z.array(ScriptTrial) }),
    'What it would make of each item of that name',
  ),
});
