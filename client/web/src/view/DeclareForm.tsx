// SPDX-License-Identifier: Apache-2.0
// Entering by the open link: everybody says who they are.
import { useState } from 'react';
import { firstEmpty, NameFields, nobody, trimmed } from './NameFields.tsx';
import { Joining } from './Joining.tsx';
import { useLesson, usePage, useText } from './page.ts';

export const DeclareForm = () => {
  const { fault } = useLesson();
  const { say } = usePage();
  const t = useText();
  const [who, setWho] = useState(nobody);
  const [wrong, setWrong] = useState(false);
  const join = (): void => {
    const empty = firstEmpty(who);
    setWrong(empty !== null);
    if (empty === null) say({ type: 'join', who: trimmed(who) });
    else document.getElementById(empty)?.focus();
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
      <p className="hint">{t('declare.why')}</p>
      <NameFields who={who} wrong={wrong} change={setWho} />
      <Joining />
      {fault !== null && <p role="alert">{t(fault === 'bad-name' ? 'declare.refused' : 'fault.other')}</p>}
    </form>
  );
};
