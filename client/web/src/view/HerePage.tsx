// SPDX-License-Identifier: Apache-2.0
// "I am here": the six characters of the room, who one is if nobody knows it yet, and the place one is noted at.
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Checked, Declared, Notice } from '../protocol/messages.ts';
import { placeText } from '../text/place.ts';
import { Footer } from './Footer.tsx';
import { firstEmpty, NameFields, nobody, trimmed } from './NameFields.tsx';
import { NoticeLine } from './Notice.tsx';
import { useText } from './page.ts';

export type HereAnswer = { readonly ok: true; readonly value: Checked } | { readonly ok: false; readonly code: string };
export interface HereDesk {
  readonly code: string;
  /** This browser is somebody already. */
  readonly known: boolean;
  readonly notice: Notice | null;
  readonly checkIn: (code: string, who: Declared | null) => Promise<HereAnswer>;
}

export const CODE_LENGTH = 6;
const KNOWN_FAULTS: ReadonlySet<string> = new Set(['bad-code', 'too-many', 'bad-name', 'class-ended', 'removed', 'network']);

const asCode = (raw: string): string => raw.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, CODE_LENGTH);

const CodeField = ({ code, wrong, change }: { code: string; wrong: boolean; change: (code: string) => void }) => {
  const t = useText();
  return (
    <div className="asked">
      <label htmlFor="code">{t('arrive.code')}</label>
      <input
        id="code"
        className="field code-field"
        value={code}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        aria-invalid={wrong}
        aria-describedby="code-hint"
        onChange={({ target }) => change(asCode(target.value))}
      />
      <p id="code-hint" className={wrong ? 'wrong' : 'hint'}>
        {t(wrong ? 'arrive.code-wrong' : 'arrive.code-hint')}
      </p>
    </div>
  );
};

const Done = ({ checked }: { checked: Checked }) => {
  const t = useText();
  return (
    <div role="status" className="done">
      <p className="large">
        {t('arrive.done-in', { site: placeText(checked.site) })}
      </p>
      <p>{checked.class}</p>
      <p className="hint">{t('arrive.close')}</p>
    </div>
  );
};

const useCheckIn = (desk: HereDesk) => {
  const [checked, setChecked] = useState<Checked | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (code: string, who: Declared | null): Promise<void> => {
    setBusy(true);
    const answer = await desk.checkIn(code, who);
    setBusy(false);
    if (answer.ok) setChecked(answer.value);
    setFault(answer.ok ? null : answer.code);
  };
  return { checked, fault, busy, send };
};

const HereForm = ({ desk, check }: { desk: HereDesk; check: ReturnType<typeof useCheckIn> }) => {
  const t = useText();
  const [code, setCode] = useState(asCode(desk.code));
  const [who, setWho] = useState(nobody);
  const [tried, setTried] = useState(false);
  const { fault, busy } = check;
  const asked = !desk.known || fault === 'bad-name';
  const short = code.length !== CODE_LENGTH;
  const send = (): void => {
    setTried(true);
    const missing = short ? 'code' : asked ? firstEmpty(who) : null;
    if (missing !== null) document.getElementById(missing)?.focus();
    else void check.send(code, asked ? trimmed(who) : null);
  };
  return (
    <form
      className="name-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <CodeField code={code} wrong={tried && short} change={setCode} />
      {asked && <NameFields who={who} wrong={tried} change={setWho} />}
      <Button type="submit" className="button primary huge" isDisabled={busy}>
        {t('arrive.send')}
      </Button>
      {fault !== null && <p role="alert">{t(KNOWN_FAULTS.has(fault) ? `here-fault.${fault}` : 'fault.other')}</p>}
      <NoticeLine notice={desk.notice} />
    </form>
  );
};

export const HerePage = ({ desk }: { desk: HereDesk }) => {
  const t = useText();
  const check = useCheckIn(desk);
  return (
    <>
      <main className="sheet-page">
        <h1 id="title" tabIndex={-1}>
          {t('arrive.title')}
        </h1>
        {check.checked === null ? <HereForm desk={desk} check={check} /> : <Done checked={check.checked} />}
      </main>
      <Footer />
    </>
  );
};
