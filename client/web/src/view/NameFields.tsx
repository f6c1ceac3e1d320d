// SPDX-License-Identifier: Apache-2.0
// Who one is, where no list says it: family name, given name, organisation. The form around it decides when to ask.
import type { Declared } from '../protocol/messages.ts';
import { useText } from './page.ts';

const FIELDS = [
  { field: 'family_name', auto: 'family-name' },
  { field: 'given_name', auto: 'given-name' },
  { field: 'organisation', auto: 'organization' },
] as const;

export const nobody: Declared = { family_name: '', given_name: '', organisation: '' };

export const trimmed = (who: Declared): Declared => ({
  family_name: who.family_name.trim(),
  given_name: who.given_name.trim(),
  organisation: who.organisation.trim(),
});

/** The id of the first field that is empty. */
export const firstEmpty = (who: Declared): string | null => {
  const empty = FIELDS.find(({ field }) => who[field].trim() === '');
  return empty === undefined ? null : `who-${empty.field}`;
};

export const NameFields = ({
  who,
  wrong,
  change,
}: {
  who: Declared;
  wrong: boolean;
  change: (who: Declared) => void;
}) => {
  const t = useText();
  return (
    <>
      {FIELDS.map(({ field, auto }) => {
        const empty = wrong && who[field].trim() === '';
        return (
          <div key={field} className="asked">
            <label htmlFor={`who-${field}`}>{t(`declare.${field}`)}</label>
            <input
              id={`who-${field}`}
              className="field"
              value={who[field]}
              maxLength={field === 'organisation' ? 100 : 49}
              autoComplete={auto}
              required
              aria-invalid={empty}
              aria-describedby={empty ? `who-${field}-wrong` : undefined}
              onChange={({ target }) => change({ ...who, [field]: target.value })}
            />
            {empty && (
              <p id={`who-${field}-wrong`} className="wrong">
                {t('declare.wrong')}
              </p>
            )}
          </div>
        );
      })}
    </>
  );
};
