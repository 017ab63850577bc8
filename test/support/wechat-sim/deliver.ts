/** Posts a push over HTTP with WeChat's patience: after the deadline the socket is destroyed, whatever was on its way. */
import { request } from 'node:http';
import type { Deliver, PushOutcome } from './state.ts';

export const deliverByHttp: Deliver = ({ url, body, contentType }, { deadlineMs, slow }) =>
  new Promise<PushOutcome>((resolve) => {
    const headers = {
      'Content-Type': contentType,
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'Mozilla/4.0',
    };
    const sent = request(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => end({ kind: 'broken', reason: error.message }));
      response.on('end', () =>
        end({
          kind: 'response',
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    const timer = setTimeout(() => {
      end({ kind: 'timeout' });
      sent.destroy();
    }, deadlineMs);
    const end = (outcome: PushOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    sent.on('error', (error) => end({ kind: 'broken', reason: error.message }));
    if (!slow) sent.end(body);
    else {
      const half = Math.floor(body.length / 2);
      sent.write(body.slice(0, half));
      setTimeout(() => sent.end(body.slice(half)), Math.min(1_000, deadlineMs / 4));
    }
  });
