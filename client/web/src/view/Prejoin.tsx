// SPDX-License-Identifier: Apache-2.0
// Before the class: what the link gives, the name, devices that can be tried, one button.
import { useState } from 'react';
import { rights } from '../lesson/select.ts';
import { DeclareForm } from './DeclareForm.tsx';
import { DeviceTry } from './DeviceTry.tsx';
import { Footer } from './Footer.tsx';
import { Joining } from './Joining.tsx';
import { NoticeLine } from './Notice.tsx';
import { When } from './When.tsx';
import { useLesson, usePage, useText } from './page.ts';

/** What this link gives, in words. */
const Gives = () => {
  const state = useLesson();
  const t = useText();
  const may = rights(state);
  if (state.link === null) return null;
  return (
    <div className="gives">
      <p>{t(`prejoin.role-${state.link.role}`)}</p>
      {!may.microphone && <p>{t('prejoin.microphone-on-request')}</p>}
      {!may.camera && <p>{t('prejoin.no-camera')}</p>}
      {state.link.class.entrance === 'closed' && <p>{t('prejoin.entrance-closed')}</p>}
    </div>
  );
};

const NameForm = () => {
  const { here, fault, link } = useLesson();
  const { say } = usePage();
  const t = useText();
  const [name, setName] = useState(here.name);
  const [missing, setMissing] = useState(false);
  const known = link?.person !== null;
  const wrong = missing || fault === 'bad-name';
  const join = (): void => {
    const given = name.trim();
    setMissing(given === '' && !known);
    if (given !== '' || known) say({ type: 'join', who: { name: given } });
    else document.getElementById('name')?.focus();
  };
  return (
    <form
      className="name-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        join();
      }}
    >
      <label htmlFor="name">{t('prejoin.name')}</label>
      <input
        id="name"
        className="field"
        value={name}
        maxLength={100}
        autoComplete="name"
        aria-invalid={wrong}
        aria-describedby="name-hint"
        onChange={(event) => setName(event.target.value)}
      />
      <p id="name-hint" className={wrong ? 'wrong' : 'hint'}>
        {wrong ? t('prejoin.name-wrong') : t('prejoin.name-hint')}
      </p>
      <Joining />
      {fault !== null && fault !== 'bad-name' && <p role="alert">{t('fault.other')}</p>}
    </form>
  );
};

export const Prejoin = () => {
  const { link, notice } = useLesson();
  const t = useText();
  const declares = link?.open === true && link.person === null;
  return (
    <>
      <main className="prejoin">
        <header>
          <h1 id="title" tabIndex={-1}>
            {link?.class.title}
          </h1>
          {link !== null && <When lesson={link.class} />}
          <Gives />
        </header>
        <section aria-labelledby="devices-title" className="tries">
          <h2 id="devices-title">{t('prejoin.devices')}</h2>
          <p className="hint">{t('prejoin.devices-hint')}</p>
          <DeviceTry device="camera" />
          <DeviceTry device="microphone" />
        </section>
        <section aria-label={t('prejoin.enter')} className="enter">
          {declares ? <DeclareForm /> : <NameForm />}
          <NoticeLine notice={notice} />
        </section>
      </main>
      <Footer />
    </>
  );
};
