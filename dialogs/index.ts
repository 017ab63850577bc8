/** All dialogs; their order is their priority where two would begin at the same words. */
import type { Dialog } from '../src/bot/dialog-kit.ts';
import { feedback } from './feedback/index.ts';
import { serviceRequest } from './service-request/index.ts';

export const dialogs: readonly Dialog[] = [feedback, serviceRequest];
