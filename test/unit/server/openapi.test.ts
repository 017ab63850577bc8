/** The published description of the API is the API's own, and does not change unseen. */
import { expect, test } from 'vitest';
import type { Route } from '../../../src/contract/route.ts';
import { routes } from '../../../src/contract/routes.ts';
import { describeApi } from '../../../src/server/openapi.ts';

test('a change of the API shows in its document', async () => {
  await expect(`${JSON.stringify(await describeApi(), null, 2)}\n`).toMatchFileSnapshot('./desk-api.snap');
});

test('every route is described, with what it takes, gives and needs', async () => {
  const { paths = {}, openapi } = await describeApi();
  expect(openapi).toMatch(/^3\.1/);
  const described = Object.values(paths).flatMap((path) => Object.keys(path)).length;
  expect(described).toBe(Object.keys(routes).length);
  for (const route of Object.values(routes) as Route[]) {
    const operation = paths[route.path]?.[route.method as 'get'];
    expect(operation?.operationId).toBe(route.id);
    expect(operation?.responses?.[String(route.ok)]).toBeDefined();
    expect(operation?.requestBody !== undefined, route.id).toBe(route.body !== undefined);
    expect(operation?.security).toEqual(route.access === 'session' ? [{ session: [] }, { key: [] }] : []);
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = (operation?.parameters ?? []) as { name: string; in: string }[];
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);
  }
});
