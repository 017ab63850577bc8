/** Media of the simulator: kept three days, of the types and sizes that WeChat takes. */
import { ApiError, type ApiResponse, type Call } from './api-call.ts';
import { nowOf, randomText, type Sim, type SimAccount } from './state.ts';

const LIFE = 3 * 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;
const TYPES: Record<string, { most: number; kinds: RegExp }> = {
  image: { most: 10 * MEGABYTE, kinds: /^image\/(png|jpeg|gif|bmp)$/ },
  voice: { most: 2 * MEGABYTE, kinds: /^audio\// },
  video: { most: 10 * MEGABYTE, kinds: /^video\/mp4$/ },
  thumb: { most: 65_536, kinds: /^image\/jpeg$/ },
};

export type NewMedia = { type: string; contentType: string; filename: string; bytes: Uint8Array };

export function keepMedia(sim: Sim, account: SimAccount, media: NewMedia): string {
  const id = randomText(sim, 64);
  account.media.set(id, { ...media, id, expiresAt: nowOf(sim) + LIFE });
  return id;
}

export async function uploadMedia({ sim, account, request }: Call): Promise<Record<string, unknown>> {
  const type = request.query.get('type') ?? '';
  const rule = TYPES[type];
  if (!rule) throw new ApiError(40004, 'invalid media type');
  if (!request.headers['content-length']) throw new ApiError(41005, 'media data missing');
  const file = await fileIn(request.body, request.headers['content-type'] ?? '');
  if (!file || file.name === '') throw new ApiError(41005, 'media data missing');
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length > rule.most) throw new ApiError(40006, 'invalid meida size');
  if (!rule.kinds.test(file.type)) throw new ApiError(40005, 'invalid file type');
  const media_id = keepMedia(sim, account, { type, contentType: file.type, filename: file.name, bytes });
  return { type, media_id, created_at: Math.floor(nowOf(sim) / 1000) };
}

async function fileIn(body: Uint8Array, contentType: string): Promise<File | null> {
  try {
    const form = await new Response(Buffer.from(body), { headers: { 'Content-Type': contentType } }).formData();
    const media = form.get('media');
    return media instanceof File ? media : null;
  } catch {
    return null;
  }
}

export function grantMedia({ sim, account, request }: Call): Record<string, unknown> | ApiResponse {
  const media = account.media.get(request.query.get('media_id') ?? '');
  if (!media || media.expiresAt <= nowOf(sim)) throw new ApiError(40007, 'invalid media_id');
  if (media.type === 'video') return { video_url: `http://127.0.0.1/video/${media.id}` };
  return { bytes: media.bytes, contentType: media.contentType };
}
