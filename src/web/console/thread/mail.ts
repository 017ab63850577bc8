/** How a message came, or goes, by mail. */
import type { ActivityShape } from '../../../contract/shapes.ts';

export type Mail = NonNullable<ActivityShape['mail']>;
