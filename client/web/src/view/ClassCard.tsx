// SPDX-License-Identifier: Apache-2.0
// One own class: open it, invite, list people, end or re-open it, read the record.
import { useState } from 'react';
import { Button, ToggleButton } from 'react-aria-components';
import type { OwnClass } from '../protocol/home.ts';
import type { HomeDesk } from './homeDesk.ts';
import { CopyText } from './CopyText.tsx';
import { PeopleBox } from './PeopleBox.tsx';
import { RecordBox } from './RecordBox.tsx';
import { periodLines, When } from './When.tsx';
import { useLesson, useText } from './page.ts';

type Part = 'invite' | 'people' | 'record';
const PARTS: readonly Part[] = ['invite', 'people', 'record'];

const Invitation = ({ lesson, desk }: { lesson: OwnClass; desk: HomeDesk }) => {
  const { language } = useLesson().choices;
  const t = useText();
  const { links, help, title } = lesson;
  const lines = [
    title,
    ...periodLines(lesson, language, lesson.time_zone.replaceAll('_', ' '), t),
    t('invite.link', { link: links.open ?? links.learner }),
    t('invite.before'),
    ...(help === undefined || help === '' ? [] : [t('invite.help', { help })]),
  ];
  return (
    <div className="box">
      <CopyText label={t('invite.text')} text={lines.join('\n')} rows={lines.length + 2} copy={desk.copy} />
      <CopyText label={t('invite.moderator')} text={links.moderator} rows={2} copy={desk.copy} />
      {lesson.sites.map(({ site, name, link }) =>
        link === undefined ? null : (
          <CopyText key={site} label={t('invite.room', { site: name })} text={link} rows={2} copy={desk.copy} />
        ),
      )}
    </div>
  );
};

const EndOrReopen = ({ lesson, desk, changed }: { lesson: OwnClass; desk: HomeDesk; changed: () => void }) => {
  const t = useText();
  const [sure, setSure] = useState(false);
  const [failed, setFailed] = useState(false);
  const ended = lesson.state === 'ended';
  const go = async (): Promise<void> => {
    const got = await (ended ? desk.reopen(lesson.id) : desk.end(lesson.id));
    setSure(false);
    setFailed(!got.ok);
    if (got.ok) changed();
  };
  return (
    <>
      {!sure && (
        <Button className="button" onPress={() => (ended ? void go() : setSure(true))}>
          {t(ended ? 'home.reopen' : 'more.end')}
        </Button>
      )}
      {sure && (
        <div className="notice" role="group" aria-label={t('confirm.end-title')}>
          <p>{t('confirm.end-text')}</p>
          <Button className="button" autoFocus onPress={() => setSure(false)}>
            {t('confirm.no')}
          </Button>
          <Button className="button danger" onPress={() => void go()}>
            {t('confirm.end-yes')}
          </Button>
        </div>
      )}
      {failed && <p role="alert">{t('home.fault')}</p>}
    </>
  );
};

export const ClassCard = ({ lesson, desk, changed }: { lesson: OwnClass; desk: HomeDesk; changed: () => void }) => {
  const t = useText();
  const [part, setPart] = useState<Part | null>(null);
  return (
    <article className={part === 'record' ? 'card with-record' : 'card'} aria-labelledby={`class-${lesson.id}`}>
      <h3 id={`class-${lesson.id}`}>{lesson.title}</h3>
      <When lesson={lesson} />
      {lesson.state === 'ended' && <p>{t('home.ended')}</p>}
      <div className="actions not-printed">
        {lesson.state === 'open' && (
          <a className="button primary" href={lesson.links.trainer} target="_blank" rel="noopener">
            {t('home.open')}
          </a>
        )}
        {PARTS.map((name) => (
          <ToggleButton
            key={name}
            className="button"
            isSelected={part === name}
            onChange={(open) => setPart(open ? name : null)}
          >
            {t(`home.${name}`)}
          </ToggleButton>
        ))}
        <EndOrReopen lesson={lesson} desk={desk} changed={changed} />
      </div>
      {part === 'invite' && <Invitation lesson={lesson} desk={desk} />}
      {part === 'people' && <PeopleBox id={lesson.id} desk={desk} />}
      {part === 'record' && <RecordBox lesson={lesson} desk={desk} />}
    </article>
  );
};
