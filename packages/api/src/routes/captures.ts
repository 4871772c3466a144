import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Capture, CaptureBody, CapturedRequest, CapturedRequestInFull } from '../capture.ts';
import { PageQuery, pageOf } from '../page.ts';
import { answers, json, NameParameter } from './answers.ts';

const ofConnection = '/api/connections/{name}/capture';
const tags = ['captures'];
const request = { params: NameParameter };

export const getCapture = createRoute({
  method: 'get',
  path: ofConnection,
  ...needs('administrator'),
  tags,
  summary: 'Whether its requests are captured, until when, and how many are kept',
  request,
  responses: answers(Capture, 'As it is'),
});

export const startCapture = createRoute({
  method: 'put',
  path: ofConnection,
  ...needs('administrator'),
  tags,
  summary: 'Keep each request and its answer, without secrets, for some minutes',
  request: { params: NameParameter, body: json(CaptureBody) },
  responses: answers(Capture, 'Switched on'),
});

export const stopCapture = createRoute({
  method: 'delete',
  path: ofConnection,
  ...needs('administrator'),
  tags,
  summary: 'Capture no more; what was captured stays for a week',
  request,
  responses: answers(Capture, 'Switched off'),
});

export const listCapturedRequests = createRoute({
  method: 'get',
  path: '/api/connections/{name}/captured-requests',
  ...needs('administrator'),
  tags,
  summary: 'Its captured requests, newest first',
  request: { params: NameParameter, query: PageQuery.extend({ run: z.string().max(40).optional() }) },
  responses: answers(pageOf(CapturedRequest), 'A page'),
});

export const getCapturedRequest = createRoute({
  method: 'get',
  path: '/api/captured-requests/{id}',
  ...needs('administrator'),
  tags,
  summary: 'One captured request with its answer',
  request: { params: z.object({ id: z.string() }) },
  responses: answers(CapturedRequestInFull, 'In full'),
});
