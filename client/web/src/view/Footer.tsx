// SPDX-License-Identifier: Apache-2.0
// The foot of every page outside a class: the state of accessibility, and personal data.
import { LanguageChoice } from './LanguageChoice.tsx';
import { useText } from './page.ts';

export const Footer = () => {
  const t = useText();
  return (
    <footer className="foot">
      <ul className="plain">
        <li>
          <a href="/accessibilite">{t('foot.accessibility')}</a>
        </li>
        <li>
          <a href="/donnees-personnelles">{t('foot.data')}</a>
        </li>
      </ul>
      <LanguageChoice />
    </footer>
  );
};
