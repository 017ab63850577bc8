/** Where the visitor writes: keeps its own state, so that typing draws nothing else, and its draft over reloads. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Memory } from '../memory.ts';
import type { SendFile } from './chat.ts';
import { ACCEPT } from './files.ts';
import { Icon } from './icons.tsx';
import type { Texts } from './texts.ts';

const DRAFT_KEY = 'zhike.draft';
const MAX_TEXT = 20_000;
const FITS_ITSELF = typeof CSS !== 'undefined' && CSS.supports?.('field-sizing', 'content');

type Props = {
  t: Texts;
  memory: Memory;
  prefill: string | null;
  /** Rises when the box should take the focus. */
  focus: number;
  files: SendFile[];
  problem: string | null;
  addFiles(files: Iterable<File>): void;
  removeFile(file: SendFile): void;
  send(text: string, files: SendFile[]): void;
  composing(): void;
};

export function Composer({ t, memory, prefill, focus, files, problem, addFiles, removeFile, send, composing }: Props) {
  const [text, setText] = useState(() => prefill ?? memory.get(DRAFT_KEY) ?? '');
  const box = useRef<HTMLTextAreaElement>(null);
  const tooLong = text.length > MAX_TEXT;
  const empty = text.trim() === '' && files.length === 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || FITS_ITSELF) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    if (focus > 0) box.current?.focus();
  }, [focus]);

  const write = (next: string): void => {
    setText(next);
    memory.set(DRAFT_KEY, next.trim() ? next : null);
  };
  const submit = (): void => {
    if (empty || tooLong) return;
    send(text.trim(), files);
    write('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // 229 is Safari's Enter that ends a composition: it comes after `compositionend`.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData?.files;
    if (!pasted?.length) return;
    event.preventDefault();
    addFiles(pasted);
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {(problem || tooLong) && (
        <p class="problem" role="alert">
          {tooLong ? t('textLong') : problem}
        </p>
      )}
      {files.length > 0 && (
        <ul class="chips">
          {files.map((file) => (
            <li class="chip" key={file.name}>
              {file.url ? <img src={file.url} alt="" /> : <Icon name="file" />}
              <span>{file.name}</span>
              <button type="button" aria-label={t('removeFile', { name: file.name })} onClick={() => removeFile(file)}>
                <Icon name="close" size={18} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="bar">
        <label class="icon attach" title={t('attach')}>
          <Icon name="attach" />
          <input
            type="file"
            multiple
            accept={ACCEPT}
            aria-label={t('attach')}
            onChange={({ currentTarget }) => {
              addFiles(Array.from(currentTarget.files ?? []));
              currentTarget.value = '';
            }}
          />
        </label>
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={t('placeholder')}
          aria-label={t('input')}
          enterkeyhint="send"
          onInput={({ currentTarget }) => {
            write(currentTarget.value);
            composing();
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button
          type="submit"
          class="icon send"
          aria-label={t('send')}
          title={t('send')}
          aria-disabled={empty || tooLong}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
