/** Files that a visitor may send: checked before the way, then carried as one form with their message. */
import type { SendFile } from './chat.ts';
import type { Texts } from './texts.ts';

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  mp4: 'video/mp4',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_FILES = 10;
export const ACCEPT = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(',');

/** `chosen` with those of `added` that may be sent, and words about the others. */
export function chooseFiles(
  chosen: SendFile[],
  added: Iterable<File>,
  t: Texts,
): { files: SendFile[]; problem: string | null } {
  const files = [...chosen];
  let problem: string | null = null;
  let bytes = files.reduce((sum, file) => sum + file.blob.size, 0);
  for (const file of added) {
    const name = file.name || `${t('image')}.${file.type.split('/')[1] ?? 'png'}`;
    const type = TYPES[name.split('.').pop()?.toLowerCase() ?? ''];
    if (!type) problem = t('fileType', { name });
    else if (file.size === 0) problem = t('fileEmpty', { name });
    else if (bytes + file.size > MAX_BYTES) problem = t('fileLarge');
    else if (files.length >= MAX_FILES) problem = t('fileMany');
    else {
      bytes += file.size;
      files.push({ name, type, url: type.startsWith('image/') ? URL.createObjectURL(file) : '', blob: file });
    }
  }
  return { files, problem };
}

/** Direct Line's upload of one message; a request object instead of fetch, because only it tells the progress. */
export function prepareUpload(
  files: SendFile[],
  activity: Record<string, unknown>,
  progress: (percent: number) => void,
) {
  const request = new XMLHttpRequest();
  let aborted = false;
  const run = (url: string, token: string): Promise<{ status: number; body: unknown; retryAfter: string | null }> =>
    new Promise((resolve) => {
      const form = new FormData();
      const whole = { ...activity, attachments: files.map((file) => ({ contentType: file.type, name: file.name })) };
      form.append(
        'activity',
        new Blob([JSON.stringify(whole)], { type: 'application/vnd.microsoft.activity' }),
        'blob',
      );
      for (const file of files) form.append('file', new Blob([file.blob], { type: file.type }), file.name);
      const end = (): void => {
        const stopped = { status: 400, body: { code: 'Cancelled' }, retryAfter: null };
        const body: unknown = request.responseText.startsWith('{') ? JSON.parse(request.responseText) : null;
        resolve(
          aborted ? stopped : { status: request.status, body, retryAfter: request.getResponseHeader('retry-after') },
        );
      };
      request.open('POST', url);
      request.setRequestHeader('authorization', `Bearer ${token}`);
      request.upload.onprogress = ({ loaded, total }) => progress(Math.round((loaded / (total || 1)) * 100));
      request.onloadend = end;
      if (aborted) end();
      else request.send(form);
    });
  return {
    run,
    abort() {
      aborted = true;
      request.abort();
    },
  };
}
