/** A colleague and the one-time link that lets them in. */
import type { ResponseOf } from '../../ui/api.ts';

export type SignInLink = ResponseOf<'POST /api/v1/agents'>;
