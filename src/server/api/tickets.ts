/** Tickets: moving them along their states. */
import { ZhikeError } from '../../domain/errors.ts';
import type { Handlers } from '../bind.ts';
import type { ApiDeps } from './deps.ts';
import { presentTicket } from './present.ts';

export function ticketHandlers({ desk, store }: ApiDeps): Pick<Handlers, 'moveTicket'> {
  return {
    moveTicket: {
      may: 'ticket.move',
      run: async ({ params, body, session }) => {
        await desk.moveTicket(session.actor, params.id, body.status);
        const ticket = await store.views.findTicket(params.id);
        if (!ticket) throw new ZhikeError('NotFound');
        return presentTicket(ticket);
      },
    },
  };
}
