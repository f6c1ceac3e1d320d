// SPDX-License-Identifier: Apache-2.0
// The people expected in a class: pasted or from a spreadsheet, each with a link of their own to hand on.
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Added, Listed } from '../protocol/home.ts';
import type { HomeDesk } from './homeDesk.ts';
import { CopyText } from './CopyText.tsx';
import { useText } from './page.ts';

const Outcome = ({ added }: { added: Added }) => {
  const t = useText();
  return (
    <div role="status">
      <p>{t('list.added', { count: added.people.length })}</p>
      {added.errors.length > 0 && (
        <ul>
          {added.errors.map(({ line, code }) => (
            <li key={`${line}-${code}`}>{t('list.bad-line', { line, why: t(`list-fault.${code}`) })}</li>
          ))}
        </ul>
      )}
    </div>
  );
};

const Paste = ({ add }: { add: (lines: string) => Promise<Added | null> }) => {
  const t = useText();
  const [lines, setLines] = useState('');
  const [added, setAdded] = useState<Added | null>(null);
  const [refused, setRefused] = useState(false);
  const send = async (): Promise<void> => {
    const got = await add(lines);
    setAdded(got);
    setRefused(got === null);
    if (got !== null) setLines('');
  };
  return (
    <form
      className="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (lines.trim() !== '') void send();
      }}
    >
      <label className="choice">
        <span>{t('list.paste')}</span>
        <textarea className="field" rows={4} value={lines} aria-describedby="paste-hint" onChange={({ target }) => setLines(target.value)} />
      </label>
      <p id="paste-hint" className="hint">{t('list.paste-hint')}</p>
      <Button type="submit" className="button">
        {t('list.add')}
      </Button>
      {added !== null && <Outcome added={added} />}
      {refused && <p role="alert">{t('list.refused')}</p>}
    </form>
  );
};

export const PeopleBox = ({ id, desk }: { id: string; desk: HomeDesk }) => {
  const t = useText();
  const [people, setPeople] = useState<readonly Listed[] | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let wanted = true;
    void desk.people(id).then((got) => {
      if (wanted && got.ok) setPeople(got.value.people);
    });
    return () => {
      wanted = false;
    };
  }, [desk, id, asked]);
  const links = (people ?? []).flatMap(({ name, link }) => (link === undefined ? [] : [`${name} : ${link}`]));
  const add = async (lines: string): Promise<Added | null> => {
    const got = await desk.addPeople(id, lines);
    setAsked(asked + 1);
    return got.ok ? got.value : null;
  };
  return (
    <div className="box">
      <Paste add={add} />
      {links.length > 0 && <CopyText label={t('list.links')} text={links.join('\n')} rows={Math.min(8, links.length + 1)} copy={desk.copy} />}
    </div>
  );
};
