// SPDX-License-Identifier: Apache-2.0
// The page "Données personnelles": what is kept, why, how long, whom to ask.
import type { Notice } from '../protocol/messages.ts';
import { Footer } from './Footer.tsx';
import { useText } from './page.ts';

export const DataPage = ({ notice }: { notice: Notice | null }) => {
  const t = useText();
  return (
    <>
      <main className="sheet-page">
        <h1 id="title" tabIndex={-1}>
          {t('data.title')}
        </h1>
        <h2>{t('data.what-title')}</h2>
        <p>{t('data.what')}</p>
        <h2>{t('data.why-title')}</h2>
        {notice !== null && notice.purpose !== '' && <p>{notice.purpose}</p>}
        <p>{t('data.why')}</p>
        {notice !== null && (
          <>
            <h2>{t('data.long-title')}</h2>
            <ul>
              <li>{t('data.long', { count: notice.years })}</li>
              <li>{t('data.messages', { count: notice.messages_months })}</li>
              <li>{t('data.journal', { count: notice.journal_years })}</li>
            </ul>
            <h2>{t('data.rights-title')}</h2>
            <p>{t('data.rights', { organisation: notice.organisation })}</p>
            <p className="contact">{notice.contact}</p>
          </>
        )}
        <h2>{t('data.browser-title')}</h2>
        <p>{t('data.browser')}</p>
      </main>
      <Footer />
    </>
  );
};
