// SPDX-License-Identifier: Apache-2.0
// A trainer's home: own classes as the server orders them, and a new one.
import { useCallback, useEffect, useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { Home, NewClass } from '../protocol/home.ts';
import { ClassCard } from './ClassCard.tsx';
import { ClassForm } from './ClassForm.tsx';
import { Footer } from './Footer.tsx';
import type { HomeDesk } from './homeDesk.ts';
import { useText } from './page.ts';

const useHome = (desk: HomeDesk) => {
  const [home, setHome] = useState<Home | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const read = useCallback(async (): Promise<void> => {
    const got = await desk.home();
    if (got.ok) setHome(got.value);
    setFault(got.ok ? null : got.code);
  }, [desk]);
  useEffect(() => void read(), [read]);
  return { home, fault, read };
};

const New = ({ desk, created }: { desk: HomeDesk; created: () => void }) => {
  const t = useText();
  const [open, setOpen] = useState(false);
  const create = async (wanted: NewClass): Promise<string | null> => {
    const got = await desk.create(wanted);
    if (!got.ok) return got.code === 'network' ? 'home.fault' : 'plan.refused';
    setOpen(false);
    created();
    return null;
  };
  return (
    <section className="card not-printed" aria-label={t('home.new')}>
      <ToggleButton className="button primary" isSelected={open} onChange={setOpen}>
        {t('home.new')}
      </ToggleButton>
      {open && <ClassForm create={create} />}
    </section>
  );
};

export const HomePage = ({ desk }: { desk: HomeDesk }) => {
  const t = useText();
  const { home, fault, read } = useHome(desk);
  return (
    <>
      <main className="sheet-page home">
        <h1 id="title" tabIndex={-1}>
          {t('home.title')}
        </h1>
        {home !== null && <p>{home.trainer.name}</p>}
        {fault !== null && <p role="alert">{t(fault === 'unauthorized' ? 'home.no-link' : 'home.fault')}</p>}
        {home !== null && (
          <>
            <New desk={desk} created={() => void read()} />
            <section aria-labelledby="classes-title" className="cards">
              <h2 id="classes-title">{t('home.classes')}</h2>
              {home.classes.length === 0 && <p>{t('home.none')}</p>}
              {home.classes.map((lesson) => (
                <ClassCard key={lesson.id} lesson={lesson} desk={desk} changed={() => void read()} />
              ))}
            </section>
          </>
        )}
      </main>
      <Footer />
    </>
  );
};
