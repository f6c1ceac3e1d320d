// SPDX-License-Identifier: Apache-2.0
// French or English, each named in itself.
import { useLesson, usePage, useText } from './page.ts';

export const LanguageChoice = () => {
  const { language } = useLesson().choices;
  const { say } = usePage();
  const t = useText();
  return (
    <label className="choice">
      <span>{t('choice.language')}</span>
      <select
        className="field"
        value={language}
        onChange={(event) => say({ type: 'choose', choices: { language: event.target.value === 'en' ? 'en' : 'fr' } })}
      >
        <option value="fr" lang="fr">
          Français
        </option>
        <option value="en" lang="en">
          English
        </option>
      </select>
    </label>
  );
};
