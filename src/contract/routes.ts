/** The desk's API, whole: what is not here does not exist. */
import * as z from 'zod';
import { route } from './route.ts';
import {
  activitySchema, agentSchema, clientIdSchema, conversationDetailSchema, conversationSchema, countsSchema, idSchema,
  localeSchema, meSchema, roleSchema, ticketSchema, ticketStatusSchema, viewSchema,
} from './shapes.ts';

const byId = z.object({ id: idSchema });
const done = z.object({ ok: z.literal(true) });
const email = z.email().max(254);
const password = z.string().min(1).max(200);
const text = z.string().trim().min(1).max(20_000);
const signInLink = z.object({ agent: agentSchema, /** Holds the one-time code in its fragment; shown once. */ url: z.string(), expiresAt: z.iso.datetime() });

export const routes = {
  signIn: route({ method: 'post', path: '/api/v1/auth/sign-in', id: 'signIn', tag: 'Sign-in', access: 'public', summary: 'Sign in with e-mail address and password', body: z.strictObject({ email, password }), response: meSchema }),
  redeemLink: route({ method: 'post', path: '/api/v1/auth/link', id: 'redeemLink', tag: 'Sign-in', access: 'public', summary: 'Sign in with a one-time link', body: z.strictObject({ code: z.string().min(20).max(200) }), response: meSchema }),
  signOut: route({ method: 'post', path: '/api/v1/auth/sign-out', id: 'signOut', tag: 'Sign-in', summary: 'End this session', response: done }),
  me: route({ method: 'get', path: '/api/v1/me', id: 'getMe', tag: 'Me', summary: 'Who is signed in, and what they may do', response: meSchema }),
  updateMe: route({ method: 'patch', path: '/api/v1/me', id: 'updateMe', tag: 'Me', summary: 'Change own name, language or password (a change of password ends the other sessions)', body: z.strictObject({ name: z.string().trim().min(1).max(80).optional(), locale: localeSchema.optional(), currentPassword: password.optional(), newPassword: password.optional() }), response: meSchema }),

  listAgents: route({ method: 'get', path: '/api/v1/agents', id: 'listAgents', tag: 'Team', summary: 'Everybody at the desk', response: z.object({ items: z.array(agentSchema) }) }),
  inviteAgent: route({ method: 'post', path: '/api/v1/agents', id: 'inviteAgent', tag: 'Team', summary: 'Add a colleague; answers with a one-time sign-in link', ok: 201, body: z.strictObject({ email, name: z.string().trim().min(1).max(80), role: roleSchema }), response: signInLink }),
  updateAgent: route({ method: 'patch', path: '/api/v1/agents/{id}', id: 'updateAgent', tag: 'Team', summary: 'Change role or name, disable or enable', params: byId, body: z.strictObject({ name: z.string().trim().min(1).max(80).optional(), role: roleSchema.optional(), disabled: z.boolean().optional() }), response: agentSchema }),
  renewLink: route({ method: 'post', path: '/api/v1/agents/{id}/link', id: 'renewLink', tag: 'Team', summary: 'A new one-time sign-in link for a colleague; earlier ones die', params: byId, response: signInLink }),

  listConversations: route({ method: 'get', path: '/api/v1/conversations', id: 'listConversations', tag: 'Conversations', summary: 'Conversations of a view, most urgent first', query: z.strictObject({ view: viewSchema.default('waiting'), cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }), response: z.object({ items: z.array(conversationSchema), nextCursor: z.string().nullable() }) }),
  countConversations: route({ method: 'get', path: '/api/v1/conversations/counts', id: 'countConversations', tag: 'Conversations', summary: 'How many conversations each view holds', response: countsSchema }),
  getConversation: route({ method: 'get', path: '/api/v1/conversations/{id}', id: 'getConversation', tag: 'Conversations', summary: 'One conversation with its tickets', params: byId, response: conversationDetailSchema }),
  listActivities: route({ method: 'get', path: '/api/v1/conversations/{id}/activities', id: 'listActivities', tag: 'Conversations', summary: 'What was said: after a number (ascending), or the page before one', params: byId, query: z.strictObject({ after: z.coerce.number().int().min(0).optional(), before: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), response: z.object({ items: z.array(activitySchema), hasMore: z.boolean() }) }),
  sendMessage: route({ method: 'post', path: '/api/v1/conversations/{id}/messages', id: 'sendMessage', tag: 'Conversations', summary: 'Answer the customer; the same clientId again is the same message', params: byId, body: z.strictObject({ text, clientId: clientIdSchema }), response: activitySchema }),
  addNote: route({ method: 'post', path: '/api/v1/conversations/{id}/notes', id: 'addNote', tag: 'Conversations', summary: 'A note for colleagues; no customer ever sees it', params: byId, body: z.strictObject({ text, clientId: clientIdSchema }), response: activitySchema }),
  takeOver: route({ method: 'post', path: '/api/v1/conversations/{id}/take-over', id: 'takeOver', tag: 'Conversations', summary: 'Become the owner; the bot falls silent. 409 TakenByColleague when somebody was faster', params: byId, body: z.strictObject({ /** Supervisors only: take it from the colleague who has it. */ force: z.boolean().optional() }), response: conversationDetailSchema }),
  handBack: route({ method: 'post', path: '/api/v1/conversations/{id}/hand-back', id: 'handBack', tag: 'Conversations', summary: 'Give the conversation back to the bot', params: byId, response: conversationDetailSchema }),
  resolve: route({ method: 'post', path: '/api/v1/conversations/{id}/resolve', id: 'resolve', tag: 'Conversations', summary: 'End the conversation as solved; the customer is asked how it was', params: byId, response: conversationDetailSchema }),
  sendTyping: route({ method: 'post', path: '/api/v1/conversations/{id}/typing', id: 'sendTyping', tag: 'Conversations', summary: 'Tell the customer that somebody is typing', params: byId, response: done }),
  markSeen: route({ method: 'post', path: '/api/v1/conversations/{id}/seen', id: 'markSeen', tag: 'Conversations', summary: 'This agent has seen everything up to a number', params: byId, body: z.strictObject({ seq: z.number().int().min(0) }), response: done }),

  moveTicket: route({ method: 'post', path: '/api/v1/tickets/{id}/status', id: 'moveTicket', tag: 'Tickets', summary: 'Move a ticket along its states', params: byId, body: z.strictObject({ status: ticketStatusSchema }), response: ticketSchema }),
} as const;
export type Routes = typeof routes;
