// SPDX-License-Identifier: Apache-2.0
// A new class: title, zone, periods, places, who may come. Times are those of the zone's own clock.
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { NewClass } from '../protocol/home.ts';
import { instantText, ZONES } from '../text/zone.ts';
import { useText } from './page.ts';

interface Span {
  readonly date: string;
  readonly from: string;
  readonly to: string;
}
interface Filled {
  readonly title: string;
  readonly zone: string;
  readonly spans: readonly Span[];
  readonly places: string;
  readonly openLink: boolean;
  readonly help: string;
}

const MOST_PERIODS = 20;
const empty: Span = { date: '', from: '09:00', to: '12:30' };
const blank: Filled = { title: '', zone: ZONES[0], spans: [empty], places: '', openLink: false, help: '' };

/** null: something is missing or the wrong way round. */
export const classOf = (filled: Filled): NewClass | null => {
  const periods = filled.spans.map(({ date, from, to }) => ({
    from: instantText(date, from, filled.zone),
    to: instantText(date, to, filled.zone),
  }));
  const whole = periods.flatMap(({ from, to }) =>
    from !== null && to !== null && Date.parse(from) < Date.parse(to) ? [{ from, to }] : [],
  );
  if (filled.title.trim() === '' || whole.length !== periods.length) return null;
  const names = filled.places.split('\n').map((name) => name.trim());
  return {
    title: filled.title.trim(),
    time_zone: filled.zone,
    periods: whole.sort((a, b) => Date.parse(a.from) - Date.parse(b.from)),
    sites: names.filter((name) => name !== '').map((name, i) => ({ site: i + 1, name })),
    open_link: filled.openLink,
    help: filled.help.trim(),
  };
};

const SpanFields = ({ span, number, change, remove }: {
  span: Span;
  number: number;
  change: (span: Span) => void;
  remove: (() => void) | null;
}) => {
  const t = useText();
  const field = (name: keyof Span, type: 'date' | 'time') => (
    <label className="choice">
      <span>{t(`plan.${name}`)}</span>
      <input className="field" type={type} required value={span[name]} onChange={({ target }) => change({ ...span, [name]: target.value })} />
    </label>
  );
  return (
    <fieldset className="span">
      <legend>{t('plan.period', { number })}</legend>
      {field('date', 'date')}
      {field('from', 'time')}
      {field('to', 'time')}
      {remove !== null && (
        <Button className="button quiet" aria-label={t('plan.remove-of', { number })} onPress={remove}>
          {t('plan.remove')}
        </Button>
      )}
    </fieldset>
  );
};

const Spans = ({ spans, change }: { spans: readonly Span[]; change: (spans: readonly Span[]) => void }) => {
  const t = useText();
  const last = spans.at(-1) ?? empty;
  return (
    <>
      {spans.map((span, i) => (
        <SpanFields
          key={i}
          span={span}
          number={i + 1}
          change={(now) => change(spans.map((old, k) => (k === i ? now : old)))}
          remove={spans.length === 1 ? null : () => change(spans.filter((_, k) => k !== i))}
        />
      ))}
      {spans.length < MOST_PERIODS && (
        <Button className="button" onPress={() => change([...spans, { date: last.date, from: '14:00', to: '17:00' }])}>
          {t('plan.add')}
        </Button>
      )}
    </>
  );
};

const WhoAndWhere = ({ filled, change }: { filled: Filled; change: (part: Partial<Filled>) => void }) => {
  const t = useText();
  return (
    <>
      <label className="choice">
        <span>{t('plan.places')}</span>
        <textarea className="field" rows={2} value={filled.places} aria-describedby="places-hint" onChange={({ target }) => change({ places: target.value })} />
      </label>
      <p id="places-hint" className="hint">{t('plan.places-hint')}</p>
      <label className="choice">
        <span>{t('plan.help')}</span>
        <input className="field" maxLength={200} value={filled.help} onChange={({ target }) => change({ help: target.value })} />
      </label>
      <label className="tick">
        <input type="checkbox" checked={filled.openLink} onChange={({ target }) => change({ openLink: target.checked })} />
        {t('plan.open-link')}
      </label>
    </>
  );
};

export const ClassForm = ({ create }: { create: (wanted: NewClass) => Promise<string | null> }) => {
  const t = useText();
  const [filled, setFilled] = useState(blank);
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (part: Partial<Filled>): void => setFilled({ ...filled, ...part });
  const send = async (): Promise<void> => {
    const wanted = classOf(filled);
    const fault = wanted === null ? 'plan.wrong' : await create(wanted);
    setWrong(fault);
    if (fault === null) setFilled(blank);
  };
  return (
    <form
      className="name-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="choice">
        <span>{t('plan.title')}</span>
        <input className="field" required maxLength={200} value={filled.title} onChange={({ target }) => change({ title: target.value })} />
      </label>
      <label className="choice">
        <span>{t('plan.zone')}</span>
        <select className="field" value={filled.zone} onChange={({ target }) => change({ zone: target.value })}>
          {ZONES.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <Spans spans={filled.spans} change={(spans) => change({ spans })} />
      <WhoAndWhere filled={filled} change={change} />
      <Button type="submit" className="button primary">
        {t('plan.create')}
      </Button>
      {wrong !== null && <p role="alert">{t(wrong)}</p>}
    </form>
  );
};
