// SPDX-License-Identifier: Apache-2.0
// The top line: which class, how many people, how the connection is, and the switch of the right column.
import { ToggleButton } from 'react-aria-components';
import { trouble } from '../lesson/select.ts';
import { CountLine } from './CountLine.tsx';
import { Icon } from './icons.tsx';
import { useLesson, usePage, useText } from './page.ts';
import { RoomWindow } from './RoomWindow.tsx';

export const TopLine = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const wrong = trouble(state);
  return (
    <header className="top-line">
      <h1 id="title" tabIndex={-1}>
        {state.class?.title}
      </h1>
      <p className="count">
        <Icon name="people" />
        {t('top.people', { count: Object.keys(state.people).length })}
      </p>
      <CountLine />
      {state.class?.entrance === 'closed' && <p>{t('top.entrance-closed')}</p>}
      <p className={wrong === null ? 'connection' : 'connection troubled'}>
        <Icon name={wrong === null ? 'ok' : 'alert'} />
        {wrong === null ? t('top.connected') : t(`top.${wrong}`)}
      </p>
      <RoomWindow />
      {state.here.form === 'desktop' && (
        <ToggleButton
          className="button quiet"
          isSelected={state.here.panelOpen}
          onChange={(panelOpen) => say({ type: 'place', place: { panelOpen } })}
        >
          <Icon name="panel" />
          <span>{t('panel.toggle')}</span>
        </ToggleButton>
      )}
    </header>
  );
};
