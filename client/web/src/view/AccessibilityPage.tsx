// SPDX-License-Identifier: Apache-2.0
// The declaration: not assessed yet, hence not conforming; what is known, and whom to write to.
import type { Notice } from '../protocol/messages.ts';
import { Footer } from './Footer.tsx';
import { useText } from './page.ts';

export const AccessibilityPage = ({ notice }: { notice: Notice | null }) => {
  const t = useText();
  return (
    <>
      <main className="sheet-page">
        <h1 id="title" tabIndex={-1}>
          {t('declaration.title')}
        </h1>
        <p>{t('declaration.state')}</p>
        <h2>{t('declaration.done-title')}</h2>
        <p>{t('declaration.done')}</p>
        <h2>{t('declaration.not-title')}</h2>
        <p>{t('declaration.not')}</p>
        <h2>{t('declaration.contact-title')}</h2>
        <p>{t('declaration.contact')}</p>
        {notice !== null && <p className="contact">{notice.contact}</p>}
        <p>{t('declaration.remedy')}</p>
      </main>
      <Footer />
    </>
  );
};
