/** The desk's API as an OpenAPI 3.1 document, made from the very routes that the server binds. */
import * as z from 'zod';
import type { createDocument, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from '../contract/route.ts';
import { routes } from '../contract/routes.ts';
import { problemSchema } from '../contract/shapes.ts';

type Document = ReturnType<typeof createDocument>;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});
const SESSION = { session: [] };
const KEY = { key: [] };
/** With every change: a header that no foreign page can set. */
const pageHeader = z.object({
  'x-zhike': z.string().min(1).meta({ description: 'Any value; proves that a page of this site asks.' }),
});

function operation(route: Route): ZodOpenApiOperationObject {
  const params = {
    ...(route.params instanceof z.ZodObject ? { path: route.params } : {}),
    ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
    ...(route.method === 'get' ? {} : { header: pageHeader }),
  };
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    ...(Object.keys(params).length > 0 ? { requestParams: params } : {}),
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      [route.ok]: { description: 'Done', content: { 'application/json': { schema: route.response } } },
      400: problem('The request is malformed; `fields` says where.'),
      ...(route.access === 'session' ? { 401: problem('No live session.') } : {}),
      '4XX': problem('Refused; `code` says why.'),
      '5XX': problem('Not now; the same request may be sent again.'),
    },
    security: route.access === 'session' ? [SESSION, KEY] : [],
  };
}

export async function describeApi(): Promise<Document> {
  const { createDocument } = await import('zod-openapi');
  const paths: ZodOpenApiPathsObject = {};
  for (const route of Object.values(routes) as Route[])
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Zhike 知客: desk API',
      version: '1',
      description:
        'What the agent console uses. Customers talk Direct Line 3.0 under `/v3/directline`; live hints come over the WebSocket `/api/v1/live`.',
    },
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key (`zhk_…`), within its scopes. No page header is needed with it.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-zhike',
          description: 'Set by signing in; named `zhike` on plain http.',
        },
      },
    },
  });
}
