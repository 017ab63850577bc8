/** What the contract lets through is read by the domain once more; what it refuses is named as a form shows it. */
import type * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';

export function checkedBy<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: [field, ...path].map(String).join('.'), message }));
  throw new ZhikeError('MalformedData', { fields });
}
