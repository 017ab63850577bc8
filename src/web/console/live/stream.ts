/** The desk's live stream: one WebSocket, reconnected with growing, jittered pauses; the truth is read again after every cut. */
import type { LiveFrame } from '../../../contract/live.ts';
import type { AgentShape } from '../../../contract/shapes.ts';
import { ApiError, api } from '../../ui/api.ts';
import { applyClocks, applyDelivery, applyFrame, myId, resync } from '../data/apply.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { learnServerTime } from '../state/clock.ts';
import { hideTyping, showTyping, useConnection } from '../state/connection.ts';

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 15_000;

export type Stream = { close: () => void };

/** Opens the stream and keeps it open until `close`. `online` is called at each (re)connection, `signedOut` once. */
export function openStream(on: { online: () => void; signedOut: () => void }): Stream {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ready = 0;
  let closed = false;

  const connect = () => {
    clearTimeout(timer);
    if (closed) return;
    useConnection.setState({ state: ready === 0 && failures === 0 ? 'connecting' : 'reconnecting' });
    let heard = false;
    const current = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`);
    socket = current;
    current.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as LiveFrame;
      if (frame.type === 'ready') {
        heard = true;
        failures = 0;
        ready += 1;
        // Also at the first: a list may have been read just before the stream was on.
        resync();
      }
      receive(frame, on);
    };
    current.onclose = () => {
      if (closed || socket !== current) return;
      failures += 1;
      useConnection.setState({ state: navigator.onLine ? 'reconnecting' : 'offline' });
      if (!heard) void probe(on.signedOut);
      timer = setTimeout(connect, pauseFor(failures));
    };
  };
  const retryNow = () => {
    if (useConnection.getState().state === 'online') return;
    socket?.close();
    socket = null;
    connect();
  };
  const offline = () => useConnection.setState({ state: 'offline' });
  window.addEventListener('online', retryNow);
  window.addEventListener('offline', offline);
  connect();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      window.removeEventListener('online', retryNow);
      window.removeEventListener('offline', offline);
      socket?.close();
    },
  };
}

/** Half fixed, half random, so that a thousand consoles do not come back in the same instant. */
function pauseFor(failures: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** A refused stream does not say why: the session tells. */
async function probe(signedOut: () => void): Promise<void> {
  try {
    await api('GET /api/v1/me');
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) signedOut();
  }
}

function receive(frame: LiveFrame, on: { online: () => void; signedOut: () => void }): void {
  switch (frame.type) {
    case 'ready':
      learnServerTime(frame.serverTime);
      useConnection.setState({ state: 'online' });
      on.online();
      break;
    case 'resync':
      resync();
      break;
    case 'signedOut':
      on.signedOut();
      break;
    case 'conversation':
      if (frame.activities.some((activity) => activity.type === 'message')) hideTyping(frame.id);
      applyFrame(frame);
      break;
    case 'clocks':
      applyClocks(frame.conversationId);
      break;
    case 'delivery':
      applyDelivery(frame);
      break;
    case 'typing':
      if (frame.authorId === null || frame.authorId !== myId())
        showTyping(frame.conversationId, { author: frame.author, name: frame.name });
      break;
    case 'presence':
      queryClient.setQueryData<AgentShape[]>(keys.agents, (agents) =>
        agents?.map((agent) => (agent.id === frame.agentId ? { ...agent, online: frame.online } : agent)),
      );
  }
}
