/** One route of the HTTP API as data: the server parses by it, OpenAPI is made from it, the web client is typed by it. */
import type * as z from 'zod';

type Schema = z.ZodType | undefined;

export type Route<
  M extends string = string,
  U extends string = string,
  P extends Schema = Schema,
  Q extends Schema = Schema,
  B extends Schema = Schema,
  R extends z.ZodType = z.ZodType,
  A extends 'public' | 'session' = 'public' | 'session',
> = {
  method: M;
  path: U;
  /** operationId of the OpenAPI document. */
  id: string;
  summary: string;
  tag: string;
  /** `public`: no session needed; such routes are rate-limited. */
  access: A;
  params: P;
  query: Q;
  body: B;
  ok: 200 | 201;
  response: R;
  /** Above the usual limit, as `24mb`; for routes that take files. */
  maxBody?: string;
};

type Given<M, U, P, Q, B, R, A> = {
  method: M;
  path: U;
  id: string;
  summary: string;
  tag: string;
  access?: A;
  params?: P;
  query?: Q;
  body?: B;
  ok?: 200 | 201;
  response: R;
  maxBody?: string;
};

/** Declares a route; literal types survive, so that the client knows method, path and every field. */
export function route<
  const M extends 'get' | 'post' | 'patch' | 'delete',
  const U extends string,
  R extends z.ZodType,
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  const A extends 'public' | 'session' = 'session',
>(given: Given<M, U, P, Q, B, R, A>): Route<M, U, P, Q, B, R, A> {
  return {
    access: 'session',
    ok: 200,
    params: undefined,
    query: undefined,
    body: undefined,
    ...given,
  } as Route<M, U, P, Q, B, R, A>;
}
