/** Calls to WeChat's API with an account's token; one that is not taken any more is renewed, and the call made once more. */
import type { Log } from '../../ports.ts';
import { actionFor } from './errcodes.ts';
import { type ApiAccount, type ApiAnswer, type ApiCall, request } from './request.ts';
import type { Tokens } from './token.ts';

export type WeChatApi = { call(account: ApiAccount, call: ApiCall, signal?: AbortSignal): Promise<ApiAnswer> };

export function createApi({ base, tokens, log }: { base: string; tokens: Tokens; log: Log }): WeChatApi {
  return {
    call: async (account, call, signal) => {
      const token = await tokens.get(account);
      if (token.kind !== 'ok') return token;
      const withToken = (value: string) =>
        request(base, { ...call, query: { access_token: value, ...call.query } }, signal);
      const first = await withToken(token.value);
      if (first.kind !== 'refused' || actionFor(first.code) !== 'token') return first;
      const renewed = await tokens.renew(account, token.value);
      if (renewed.kind !== 'ok') return renewed;
      log.info({ inboxId: account.inboxId, code: first.code, rid: first.rid }, 'the access token was renewed');
      return withToken(renewed.value);
    },
  };
}
