/** All keys on one sheet; opened with `?`. */
import { useTranslation } from 'react-i18next';
import type zhCN from '../i18n/zh-CN.json';
import { Dialog } from '../kit/dialog.tsx';

type Act = Exclude<keyof (typeof zhCN)['shortcuts'], 'title' | 'hint'>;
const SHEET: readonly (readonly [Act, readonly string[]])[] = [
  ['next', ['J']],
  ['previous', ['K']],
  ['takeOver', ['O']],
  ['handBack', ['B']],
  ['resolve', ['E']],
  ['reply', ['R']],
  ['note', ['N']],
  ['side', [']']],
  ['send', ['Enter']],
  ['newline', ['Shift', 'Enter']],
  ['leave', ['Esc']],
  ['help', ['?']],
];

export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <p className="muted">{t('shortcuts.hint')}</p>
      <dl className="shortcuts">
        {SHEET.map(([act, keys]) => (
          <div key={act}>
            <dt>{t(`shortcuts.${act}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
