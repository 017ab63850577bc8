/** Errors in plain words: the console's own for every code it knows, else the server's. */
import type { TFunction } from 'i18next';
import type { ErrorCode } from '../../../domain/errors.ts';
import { ApiError } from '../../ui/api.ts';
import type zhCN from '../i18n/zh-CN.json';

type Known = keyof (typeof zhCN)['errors'];
// Does not compile when a code has no words here.
type Complete = Exclude<ErrorCode, Known> extends never ? Known : never;

export function errorWords(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.Internal');
  return t(`errors.${error.code as Complete}`, { defaultValue: error.problem?.title ?? t('errors.Internal') });
}

export function codeWords(t: TFunction, code: string | null): string {
  return t(`errors.${(code ?? 'Internal') as Complete}`, { defaultValue: t('errors.Internal') });
}

type FieldError<F> = { name: F; errors: string[] };

/** The fields of a form that an error is about; empty when it is about none of them. */
export function fieldErrors<F extends string>(
  t: TFunction,
  error: unknown,
  form: { fields: readonly F[]; byCode?: Partial<Record<ErrorCode, F>> },
): FieldError<F>[] {
  if (!(error instanceof ApiError)) return [];
  const byCode = form.byCode?.[error.code as ErrorCode];
  if (byCode) return [{ name: byCode, errors: [errorWords(t, error)] }];
  return (error.problem?.fields ?? []).flatMap(({ path, message }) => {
    const name = form.fields.find((field) => path.split(/[./]/).includes(field));
    return name ? [{ name, errors: [message] }] : [];
  });
}
