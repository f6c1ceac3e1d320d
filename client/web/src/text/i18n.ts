// SPDX-License-Identifier: Apache-2.0
// The catalogues, French first, under i18next. Every visible or spoken string comes from here by key.
import i18next from 'i18next';
import en from './en.json';
import fr from './fr.json';

export type Language = 'fr' | 'en';

export const createTexts = (language: Language) => {
  const texts = i18next.createInstance();
  void texts.init({
    lng: language,
    fallbackLng: 'fr',
    resources: { fr: { translation: fr }, en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return texts;
};
export type Texts = ReturnType<typeof createTexts>;
