/** Many articles at once: read and judged before anything is written, drafts before anything is live; and out again. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { api } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { NoRightPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { CheckProgress, CheckReport } from './check-report.tsx';
import { KnowledgeFrame } from './frame.tsx';
import { Release } from './publish-panel.tsx';
import { readAgain } from './queries.ts';
import { useTexts } from './texts.ts';
import { type DraftRef, useCheck } from './use-check.ts';

const LOCALES: readonly Locale[] = ['zh-CN', 'en'];
const FORMATS = ['xlsx', 'csv', 'json', 'zip'] as const;
const ACCEPTED = '.csv,.xlsx,.json,.md,.zip';

export function ImportPage() {
  return may(useMe(), 'knowledge.draft') ? <ImportExport /> : <NoRightPage />;
}

function ImportExport() {
  const t = useTexts();
  const [drafts, setDrafts] = useState<DraftRef[] | null>(null);
  return (
    <KnowledgeFrame>
      {drafts ? <Imported drafts={drafts} onAgain={() => setDrafts(null)} /> : <Import onDone={setDrafts} />}
      <section className="panel k-form">
        <h2>{t('import.exportTitle')}</h2>
        <p className="k-hint">{t('import.exportHint')}</p>
        <span className="k-row">
          {FORMATS.map((format) => (
            <a key={format} className="btn" href={`/api/v1/knowledge/export?format=${format}`} download>
              {format === 'zip' ? 'Markdown (zip)' : format.toUpperCase()}
            </a>
          ))}
        </span>
      </section>
    </KnowledgeFrame>
  );
}

/** Base64 of a file, without holding it twice as text. */
function encode(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ''));
    reader.readAsDataURL(file);
  });
}

function Import({ onDone }: { onDone: (drafts: DraftRef[]) => void }) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const picker = useRef<HTMLInputElement>(null);
  const [locale, setLocale] = useState<Locale>(currentLocale());
  const onError = (error: Error) => void message.error(errorWords(common, error));
  const dryRun = useMutation({
    mutationFn: async (files: readonly File[]) =>
      api('POST /api/v1/knowledge/imports', {
        body: {
          locale,
          files: await Promise.all(files.map(async (file) => ({ name: file.name, data: await encode(file) }))),
        },
      }),
    onError,
  });
  const apply = useMutation({
    mutationFn: (id: string) => api('POST /api/v1/knowledge/imports/{id}/apply', { params: { id } }),
    onSuccess: ({ drafts }) => {
      readAgain();
      void message.success(t('import.applied', { n: drafts.length }));
      onDone(drafts);
    },
    onError,
  });
  return (
    <section className="panel k-form">
      <h2>{t('import.title')}</h2>
      <p className="k-hint">{t('import.hint')}</p>
      <div className="k-row">
        <label className="k-choice">
          <span>{t('import.locale')}</span>
          <select
            className="select"
            value={locale}
            onChange={({ target }) => setLocale(LOCALES.find((one) => one === target.value) ?? locale)}
          >
            {LOCALES.map((one) => (
              <option key={one} value={one}>
                {common(`locale.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <input
          ref={picker}
          type="file"
          className="k-file"
          aria-label={t('import.choose')}
          accept={ACCEPTED}
          multiple
          onChange={({ target }) => {
            const files = [...(target.files ?? [])];
            target.value = '';
            if (files.length > 0) dryRun.mutate(files);
          }}
        />
        <button
          type="button"
          className="btn primary"
          disabled={dryRun.isPending}
          onClick={() => picker.current?.click()}
        >
          {t(dryRun.data ? 'import.again' : 'import.choose')}
        </button>
        <a className="btn" href={TEMPLATE} download="knowledge-template.csv">
          {t('import.template')}
        </a>
      </div>
      {dryRun.isPending ? <p role="status">{t('import.reading')}</p> : null}
      {dryRun.data ? (
        <Report report={dryRun.data} isPending={apply.isPending} onApply={() => apply.mutate(dryRun.data.id)} />
      ) : null}
    </section>
  );
}

const TEMPLATE = `data:text/csv;charset=utf-8,${encodeURIComponent('\ufeffid,locale,question,similar,answer,category,tags,verbatim,valid from,valid to\r\n')}`;

function Report({ report, isPending, onApply }: { report: ImportReport; isPending: boolean; onApply: () => void }) {
  const t = useTexts();
  const { counts } = report;
  const ready = counts.new + counts.changed;
  return (
    <div className="k-report" role="status">
      <h3>{t('import.report')}</h3>
      <p className="k-row">
        <b>{t('import.rows', { n: report.rows })}</b>
        <span className="k-effect is-gained">{t('import.new', { n: counts.new })}</span>
        <span className="k-effect is-changed">{t('import.changed', { n: counts.changed })}</span>
        <span className="k-effect">{t('import.same', { n: counts.same })}</span>
        {counts.faulty > 0 ? (
          <span className="k-effect is-lost">{t('import.faulty', { n: counts.faulty })}</span>
        ) : null}
      </p>
      {report.errors.length > 0 ? <Errors errors={report.errors} /> : null}
      {report.preview.length > 0 ? <Preview report={report} /> : null}
      {ready === 0 ? (
        <p className="muted">{t('import.nothing')}</p>
      ) : (
        <button type="button" className="btn primary" disabled={isPending} onClick={onApply}>
          {t(report.errors.length > 0 ? 'import.applySome' : 'import.apply', { n: ready })}
        </button>
      )}
    </div>
  );
}

const FAULTS = [
  'missing',
  'long',
  'many',
  'date',
  'yes-no',
  'locale',
  'id',
  'order',
  'twice',
  'malformed',
  'unreadable',
] as const;

function Errors({ errors }: { errors: ImportReport['errors'] }) {
  const t = useTexts();
  return (
    <>
      <h3>{t('import.errors')}</h3>
      <table className="table k-table k-errors">
        <thead>
          <tr>
            <th scope="col">{t('import.file')}</th>
            <th scope="col">{t('import.row')}</th>
            <th scope="col">{t('import.field')}</th>
            <th scope="col">{t('import.problem')}</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error) => {
            const known = FAULTS.find((one) => one === error.code);
            return (
              <tr key={`${error.file} ${error.row} ${error.field} ${error.code}`}>
                <td data-label={t('import.file')}>{error.file}</td>
                <td data-label={t('import.row')}>{error.row || '–'}</td>
                <td data-label={t('import.field')}>{error.field || '–'}</td>
                <td data-label={t('import.problem')}>
                  <span>
                    {known ? t(`fault.${known}`) : error.code}
                    {error.detail ? <span className="k-sub">{error.detail}</span> : null}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Preview({ report }: { report: ImportReport }) {
  const t = useTexts();
  return (
    <details>
      <summary>{t('import.preview')}</summary>
      <p className="k-hint">{t('import.previewNote', { n: report.preview.length })}</p>
      <ol className="k-preview-rows">
        {report.preview.map(({ row, id, locale, question, change }) => (
          <li key={`${locale} ${id}`}>
            {row}. <span lang={locale}>{question}</span> <span className="k-hint">{id}</span>{' '}
            <span className={`k-effect is-${change === 'new' ? 'gained' : 'changed'}`}>
              {t(change === 'new' ? 'import.isNew' : 'import.isChanged')}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Imported({ drafts, onAgain }: { drafts: DraftRef[]; onAgain: () => void }) {
  const t = useTexts();
  const me = useMe();
  const { message } = App.useApp();
  const { check, start, publish } = useCheck(() => {
    void message.success(t('publish.done'));
    onAgain();
  });
  return (
    <section className="panel k-form">
      <h2>{t('import.applied', { n: drafts.length })}</h2>
      <span className="k-row">
        <button
          type="button"
          className="btn primary"
          disabled={start.isPending || check?.state === 'running'}
          onClick={() => start.mutate(drafts)}
        >
          {t('import.checkAll')}
        </button>
        <Link className="btn" to="/knowledge" search={{ state: 'draft' }}>
          {t('import.toList')}
        </Link>
        <button type="button" className="btn" onClick={onAgain}>
          {t('import.again')}
        </button>
      </span>
      {check?.state === 'running' ? <CheckProgress check={check} /> : null}
      {check?.state === 'failed' ? <p className="banner is-error">{t('publish.failed')}</p> : null}
      {check?.report ? <CheckReport report={check.report} /> : null}
      {check?.report && may(me, 'knowledge.publish') ? (
        <Release
          regressions={check.report.regressions}
          isLater={false}
          isPending={publish.isPending}
          action={t('import.publishAll', { n: drafts.length })}
          onPublish={(given) => publish.mutate(given)}
        />
      ) : null}
    </section>
  );
}
