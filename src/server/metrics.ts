/** What is counted, for Prometheus; the one object that other modules increment. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type Metrics = {
  /** A turn of the bot ended. */
  turn(outcome: 'committed' | 'lost' | 'failed', seconds: number): void;
  /** Something a customer sent was taken in. */
  accepted(channel: string, outcome: 'new' | 'duplicate' | 'refused'): void;
  /** A message was handed to a channel. */
  delivered(channel: string, outcome: 'sent' | 'retry' | 'held' | 'unknown' | 'failed'): void;
  http(method: string, status: number, seconds: number): void;
  /** The exposition text of all of it, and its content type. */
  render(): Promise<{ text: string; contentType: string }>;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const turns = new Histogram({
    name: 'zhike_turn_seconds',
    help: 'Turns of the bot',
    labelNames: ['outcome'],
    buckets,
    registers,
  });
  const accepts = new Counter({
    name: 'zhike_accepted_total',
    help: 'Messages taken in from customers',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const deliveries = new Counter({
    name: 'zhike_delivered_total',
    help: 'Attempts to hand a message to a channel',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const requests = new Histogram({
    name: 'zhike_http_seconds',
    help: 'HTTP requests',
    labelNames: ['method', 'status'],
    buckets,
    registers,
  });
  return {
    turn: (outcome, seconds) => turns.observe({ outcome }, seconds),
    accepted: (channel, outcome) => accepts.inc({ channel, outcome }),
    delivered: (channel, outcome) => deliveries.inc({ channel, outcome }),
    http: (method, status, seconds) => {
      const name = METHODS.has(method) ? method : 'other';
      requests.observe({ method: name, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
