// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
// @ts-expect-error the tool is plain JavaScript, run by npm run lint
import { check, frenchFaults, usesOf } from '../../../client/web/tools/catalogue.mjs';
import { createTexts } from '../../../client/web/src/text/i18n.ts';
import { dateText, timeText, zoneText } from '../../../client/web/src/text/time.ts';

test('a plain space before a French sign is found', () => {
  expect(frenchFaults('Exclure ?')).toHaveLength(1);
  expect(frenchFaults('Exclure\u202f?')).toEqual([]);
  expect(frenchFaults('Ici : là')).toHaveLength(1);
  expect(frenchFaults('Ici\u00a0: là')).toEqual([]);
  expect(frenchFaults('« mot »')).toHaveLength(1);
  expect(frenchFaults('tou·te·s')).toHaveLength(1);
});

test('a key that is missing, unused or unknown is found', () => {
  const texts = ["t('a.one'); t(`b.${x}`); t('a.gone')"];
  const faults = check({ a: { one: 'x', two: 'x' }, b: { any: 'x' } }, { a: { one: 'x' }, b: { any: 'x' } }, texts);
  expect(faults).toEqual(['a.two: not in en.json', 'a.two: not used', 'a.gone: used and not in the catalogue']);
});

test('families of keys are read up to what varies', () => {
  expect([...usesOf(['t(`device-fault.${d}-${f}`)']).family]).toEqual(['device-fault.']);
});

test('the sentences of the interface stand as they were agreed', () => {
  const { t } = createTexts('fr');
  expect(t('trouble.connection-lost')).toBe('Connexion perdue. Reprise en cours, ne fermez pas la page.');
  expect(t('trouble.media-blocked')).toBe("Votre réseau bloque le son et l'image. Vous pouvez lire, écrire et lever la main.");
  expect(t('sentence.floor')).toBe('Vous avez la parole.');
  expect(t('sentence.muted')).toBe('Votre micro est coupé.');
  expect(`${t('device-fault.camera-busy')} ${t('device.retry')}`).toBe('La caméra est utilisée par un autre programme. Vous pouvez suivre sans elle. Réessayer');
});

test('times are told in the zone of the class and in the words of the language', () => {
  const at = Date.parse('2026-11-23T09:04:00+01:00');
  expect(timeText(at, 'Europe/Paris', 'fr')).toBe('9\u00a0h\u00a004');
  expect(timeText(at, 'Indian/Reunion', 'fr')).toBe('12\u00a0h\u00a004');
  expect(timeText(Date.parse('2026-11-23T00:05:00+01:00'), 'Europe/Paris', 'fr')).toBe('0\u00a0h\u00a005');
  expect(timeText(at, 'Europe/Paris', 'en')).toMatch(/^9:04\sam$/);
  expect(dateText(at, 'Europe/Paris', 'fr')).toBe('lundi 23 novembre 2026');
});

test('a zone is named only to those who live in another one; an unknown one does no harm', () => {
  expect(zoneText('Europe/Paris', 'Europe/Paris')).toBe(null);
  expect(zoneText('America/Port_of_Spain', 'Europe/Paris')).toBe('America/Port of Spain');
  expect(timeText(0, 'Nowhere/At_all', 'fr')).toMatch(/h/);
});
