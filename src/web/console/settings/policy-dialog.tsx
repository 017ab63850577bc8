/** One policy: its inboxes, and working minutes by priority and goal. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PolicyShape } from '../../../contract/clocks.ts';
import { api } from '../../ui/api.ts';
import { Dialog } from '../kit/dialog.tsx';
import { errorWords } from '../kit/words.ts';
import { inboxClocksQuery, rulesChanged } from './rules.ts';

type Draft = Omit<PolicyShape, 'id' | 'version'>;
const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
const GOALS = ['firstReply', 'nextReply', 'resolution'] as const;
const LONGEST = 129_600;

const target = (firstReply: number, nextReply: number, resolution: number) => ({ firstReply, nextReply, resolution });
const BLANK: Draft = {
  name: '',
  enabled: true,
  inboxIds: [],
  targets: {
    urgent: target(5, 10, 240),
    high: target(10, 20, 720),
    normal: target(15, 30, 1440),
    low: target(60, 120, 2880),
  },
};

export function PolicyDialog({ policy, onClose }: { policy: PolicyShape | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => {
    if (!policy) return BLANK;
    const { id: _id, version: _version, ...known } = policy;
    return known;
  });
  const save = useMutation({
    mutationFn: async () => {
      const body = { ...draft, name: draft.name.trim() };
      if (!policy) return api('POST /api/v1/sla/policies', { body });
      const { id, version } = policy;
      return api('PATCH /api/v1/sla/policies/{id}', { params: { id }, body: { version, ...body } });
    },
    onSuccess: onClose,
    onSettled: rulesChanged,
  });
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  return (
    <Dialog title={t(policy ? 'rules.editPolicy' : 'rules.addPolicy')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.name.trim() !== '') save.mutate();
        }}
      >
        {save.isError ? (
          <p className="banner is-error" role="alert">
            {errorWords(t, save.error)}
          </p>
        ) : null}
        <label className="field">
          <span>{t('rules.name')}</span>
          <input
            className="input"
            value={draft.name}
            maxLength={80}
            onChange={(event) => set({ name: event.target.value })}
          />
        </label>
        <Inboxes draft={draft} set={set} />
        <Targets draft={draft} set={set} />
        <div className="checks">
          <label>
            <input
              type="checkbox"
              checked={draft.enabled}
              onChange={(event) => set({ enabled: event.target.checked })}
            />
            {t('rules.enabled')}
          </label>
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" disabled={draft.name.trim() === ''} loading={save.isPending}>
            {t('act.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

type Part = { draft: Draft; set: (change: Partial<Draft>) => void };

function Inboxes({ draft: { inboxIds }, set }: Part) {
  const { t } = useTranslation();
  const inboxes = useQuery(inboxClocksQuery).data ?? [];
  return (
    <fieldset className="plain">
      <legend>{t('rules.forInboxes')}</legend>
      <p className="muted">{t('rules.forInboxesHint')}</p>
      <div className="checks">
        {inboxes.map(({ inboxId, name }) => (
          <label key={inboxId}>
            <input
              type="checkbox"
              checked={inboxIds.includes(inboxId)}
              onChange={(event) =>
                set({
                  inboxIds: event.target.checked ? [...inboxIds, inboxId] : inboxIds.filter((one) => one !== inboxId),
                })
              }
            />
            {name === 'default' ? t('inboxes.builtIn') : name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Targets({ draft: { targets }, set }: Part) {
  const { t } = useTranslation();
  const change = (priority: (typeof PRIORITIES)[number], goal: (typeof GOALS)[number], text: string) => {
    const minutes = text === '' ? null : Math.round(Number(text));
    if (minutes !== null && !(minutes >= 1 && minutes <= LONGEST)) return;
    set({ targets: { ...targets, [priority]: { ...targets[priority], [goal]: minutes } } });
  };
  return (
    <fieldset className="plain">
      <legend>{t('rules.targets')}</legend>
      <p className="muted">{t('rules.targetsHint')}</p>
      <table className="targets">
        <thead>
          <tr>
            <th scope="col">{t('rules.priority')}</th>
            {GOALS.map((goal) => (
              <th key={goal} scope="col">
                {t(`clock.goal.${goal}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PRIORITIES.map((priority) => (
            <tr key={priority}>
              <th scope="row">{t(`priority.${priority}`)}</th>
              {GOALS.map((goal) => (
                <td key={goal}>
                  <input
                    className="input"
                    type="number"
                    min={1}
                    max={LONGEST}
                    value={targets[priority][goal] ?? ''}
                    placeholder="—"
                    aria-label={`${t(`priority.${priority}`)}: ${t(`clock.goal.${goal}`)}`}
                    onChange={(event) => change(priority, goal, event.target.value)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </fieldset>
  );
}
