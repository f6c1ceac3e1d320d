// SPDX-License-Identifier: Apache-2.0
// What is kept of those who enter, in one sentence before they do; nothing while the server does not say it.
import type { Notice } from '../protocol/messages.ts';
import { useText } from './page.ts';

export const NoticeLine = ({ notice }: { notice: Notice | null }) => {
  const t = useText();
  if (notice === null) return null;
  return (
    <p className="hint">
      {t('notice.kept', { organisation: notice.organisation, count: notice.years })}{' '}
      <a href="/donnees-personnelles">{t('notice.page')}</a>.
    </p>
  );
};
