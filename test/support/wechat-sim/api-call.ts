/** A call of the API: the request, whose token it carries, and how it is refused. */
import type { Sim, SimAccount } from './state.ts';

export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Uint8Array;
  ip: string;
};
/** `lost`: the answer never arrives, the connection breaks. */
export type ApiResponse =
  | { json: Record<string, unknown> }
  | { bytes: Uint8Array; contentType: string }
  | { lost: true };
export type Call = { sim: Sim; account: SimAccount; request: ApiRequest; json: () => Record<string, unknown> };
export class ApiError extends Error {
  readonly errcode: number;
  constructor(errcode: number, errmsg: string) {
    super(errmsg);
    this.errcode = errcode;
  }
}
