/** The menu below the chat: three buttons, five below each; published to WeChat and read back. */
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '../kit/words.ts';
import type { CheckResult, InboxFormProps } from './inboxes.ts';
import { checkWords } from './wechat-checks.tsx';
import { type MenuButton, type MenuLeaf, settingsOf } from './wechat-settings.ts';

const MAX_BUTTONS = 3;
const MAX_CHILDREN = 5;
const NEW_LEAF: MenuLeaf = { name: '', type: 'click', say: '', url: '' };
const NEW_BUTTON: MenuButton = { ...NEW_LEAF, children: [] };

export function WeChatMenu({ inbox, run, save }: InboxFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [menu, setMenu] = useState<MenuButton[]>(() => settingsOf(inbox).menu);
  const tell = (result: CheckResult) => {
    const words = checkWords(t, result);
    void (result.ok ? message.success(words) : message.error(words, 8));
  };
  const onError = (error: Error) => void message.error(errorWords(t, error));
  const read = useMutation({
    mutationFn: () => run('readMenu'),
    onSuccess: (result) => {
      tell(result);
      if (result.ok) setMenu(result.data as MenuButton[]);
    },
    onError,
  });
  const publish = useMutation({
    mutationFn: async () => {
      const result = await run('publishMenu', menu);
      if (result.ok) await save({ ...inbox.settings, menu });
      return result;
    },
    onSuccess: tell,
    onError,
  });
  const change = (index: number, button: MenuButton) =>
    setMenu((old) => old.map((one, place) => (place === index ? button : one)));
  return (
    <section className="panel">
      <h2>{t('inboxes.wechat.menu')}</h2>
      <p className="muted">{t('inboxes.wechat.menuHint')}</p>
      <ol className="menu-buttons">
        {[...menu.entries()].map(([index, button]) => (
          <li key={index}>
            <ButtonEditor
              button={button}
              place={index + 1}
              onChange={(changed) => change(index, changed)}
              onRemove={() => setMenu((old) => old.filter((_, place) => place !== index))}
            />
          </li>
        ))}
      </ol>
      <div className="menu-acts">
        <Button disabled={menu.length >= MAX_BUTTONS} onClick={() => setMenu((old) => [...old, NEW_BUTTON])}>
          {t('inboxes.wechat.addButton')}
        </Button>
        <Button loading={read.isPending} onClick={() => read.mutate()}>
          {t('inboxes.wechat.readMenu')}
        </Button>
        <Button
          type="primary"
          loading={publish.isPending}
          disabled={!menu.every(isComplete)}
          onClick={() => publish.mutate()}
        >
          {t('inboxes.wechat.publishMenu')}
        </Button>
      </div>
    </section>
  );
}

function leafIsComplete({ name, type, say, url }: MenuLeaf): boolean {
  return name.trim() !== '' && (type === 'click' ? say.trim() !== '' : /^https?:\/\/\S+$/.test(url));
}

function isComplete(button: MenuButton): boolean {
  if (button.children.length > 0) return button.name.trim() !== '' && button.children.every(leafIsComplete);
  return leafIsComplete(button);
}

type ButtonProps = {
  button: MenuButton;
  place: number;
  onChange: (button: MenuButton) => void;
  onRemove: () => void;
};

function ButtonEditor({ button, place, onChange, onRemove }: ButtonProps) {
  const { t } = useTranslation();
  const { children } = button;
  const setChildren = (changed: MenuLeaf[]) => onChange({ ...button, children: changed });
  return (
    <fieldset className="menu-button">
      <legend>{t('inboxes.wechat.button', { n: place })}</legend>
      <LeafEditor leaf={button} nameOnly={children.length > 0} onChange={(leaf) => onChange({ ...button, ...leaf })} />
      <ol className="menu-children">
        {[...children.entries()].map(([index, child]) => (
          <li key={index}>
            <LeafEditor
              leaf={child}
              nameOnly={false}
              onChange={(leaf) => setChildren(children.map((one, at) => (at === index ? leaf : one)))}
            />
            <Button size="small" onClick={() => setChildren(children.filter((_, at) => at !== index))}>
              {t('inboxes.wechat.remove')}
            </Button>
          </li>
        ))}
      </ol>
      <div className="menu-acts">
        <Button
          size="small"
          disabled={children.length >= MAX_CHILDREN}
          onClick={() => setChildren([...children, NEW_LEAF])}
        >
          {t('inboxes.wechat.addChild')}
        </Button>
        <Button size="small" danger onClick={onRemove}>
          {t('inboxes.wechat.removeButton')}
        </Button>
      </div>
    </fieldset>
  );
}

type LeafProps = { leaf: MenuLeaf; nameOnly: boolean; onChange: (leaf: MenuLeaf) => void };

function LeafEditor({ leaf, nameOnly, onChange }: LeafProps) {
  const { t } = useTranslation();
  const { name, type, say, url } = leaf;
  const pick = (change: Partial<MenuLeaf>) => onChange({ name, type, say, url, ...change });
  return (
    <div className="menu-leaf">
      <Input
        aria-label={t('inboxes.wechat.buttonName')}
        placeholder={t('inboxes.wechat.buttonName')}
        value={name}
        maxLength={16}
        onChange={(event) => pick({ name: event.target.value })}
      />
      {nameOnly ? null : (
        <>
          <Radio.Group
            value={type}
            options={[
              { value: 'click', label: t('inboxes.wechat.asks') },
              { value: 'view', label: t('inboxes.wechat.opens') },
            ]}
            onChange={(event) => pick({ type: event.target.value as MenuLeaf['type'] })}
          />
          {type === 'click' ? (
            <Input
              aria-label={t('inboxes.wechat.say')}
              placeholder={t('inboxes.wechat.say')}
              value={say}
              maxLength={40}
              onChange={(event) => pick({ say: event.target.value })}
            />
          ) : (
            <Input
              aria-label={t('inboxes.wechat.address')}
              placeholder="https://"
              inputMode="url"
              value={url}
              maxLength={1_024}
              onChange={(event) => pick({ url: event.target.value.trim() })}
            />
          )}
        </>
      )}
    </div>
  );
}
