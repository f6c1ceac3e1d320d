// SPDX-License-Identifier: Apache-2.0
// The right column (a bottom sheet on a phone): tabs Personnes and Messages with counts.
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { focusOn } from '../a11y/focus.ts';
import { controls, unread } from '../lesson/select.ts';
import { Messages } from './Messages.tsx';
import { People } from './People.tsx';
import { useLesson, usePage, useText } from './page.ts';

const Badge = ({ count, said }: { count: number; said: string }) =>
  count === 0 ? null : (
    <span className="badge">
      <span aria-hidden="true">{count}</span>
      <span className="only-heard">{said}</span>
    </span>
  );

export const Panel = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const waiting = state.hands.length + state.requests.length;
  const fresh = unread(state);
  const hasMessages = controls(state).messages;
  return (
    <aside className="panel" id="panel" tabIndex={-1} aria-label={t('panel.label')}>
      <Tabs
        className="sides"
        selectedKey={hasMessages ? state.here.tab : 'people'}
        onSelectionChange={(key) => say({ type: 'place', place: { tab: key === 'messages' ? 'messages' : 'people' } })}
      >
        <div className="panel-head">
          <TabList aria-label={t('panel.label')} className="tabs">
            <Tab id="people" className="tab">
              {t('panel.people')} <Badge count={waiting} said={t('panel.waiting', { count: waiting })} />
            </Tab>
            {hasMessages && (
              <Tab id="messages" className="tab">
                {t('panel.messages')} <Badge count={fresh} said={t('panel.unread', { count: fresh })} />
              </Tab>
            )}
          </TabList>
          {state.here.form === 'phone' && (
            <Button
              className="button quiet"
              onPress={() => {
                say({ type: 'place', place: { panelOpen: false } });
                requestAnimationFrame(() => focusOn('bar'));
              }}
            >
              {t('panel.close')}
            </Button>
          )}
        </div>
        <TabPanel id="people" className="tab-panel">
          <People />
        </TabPanel>
        {hasMessages && (
          <TabPanel id="messages" className="tab-panel">
            <Messages />
          </TabPanel>
        )}
      </Tabs>
    </aside>
  );
};
