// SPDX-License-Identifier: Apache-2.0
// The bar of one's own controls, each with a visible label; a control is there only when its right is.
import { Button, ToggleButton } from 'react-aria-components';
import { controls, handIsUp, hasRequested, unread } from '../lesson/select.ts';
import type { Device, Tab } from '../lesson/state.ts';
import { Icon } from './icons.tsx';
import { More } from './More.tsx';
import { useLesson, usePage, useText } from './page.ts';

const DeviceToggle = ({ device, label }: { device: Device; label: string }) => {
  const now = useLesson().own[device];
  const { say } = usePage();
  return (
    <ToggleButton
      className="button control"
      isSelected={now.is === 'on' || now.is === 'starting'}
      onChange={(on) => say({ type: 'toggle-device', device, on })}
    >
      <Icon name={device} crossed={now.is !== 'on' && device !== 'screen'} />
      <span>{label}</span>
    </ToggleButton>
  );
};

/** On a phone the tabs are a sheet that the bar opens. */
const SheetToggle = ({ tab, label, count }: { tab: Tab; label: string; count: number }) => {
  const { here } = useLesson();
  const { say } = usePage();
  const open = here.panelOpen && here.tab === tab;
  return (
    <Button
      className="button control"
      aria-expanded={open}
      onPress={() => say({ type: 'place', place: { tab, panelOpen: !open } })}
    >
      <Icon name={tab === 'people' ? 'people' : 'panel'} />
      <span>
        {label}
        {count > 0 && <span className="badge">{count}</span>}
      </span>
    </Button>
  );
};

const OwnState = () => {
  const state = useLesson();
  const t = useText();
  const { microphone, request } = controls(state);
  if (request) return <p className="own-state">{t(hasRequested(state) ? 'own.requested' : 'own.no-floor')}</p>;
  if (!microphone) return null;
  return <p className="own-state">{t(state.own.microphone.is === 'on' ? 'own.heard' : 'sentence.muted')}</p>;
};

export const Bar = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const can = controls(state);
  const phone = state.here.form === 'phone';
  return (
    <section aria-label={t('bar.label')} className="bar" id="bar" tabIndex={-1}>
      <OwnState />
      <div className="bar-buttons">
        {can.microphone && <DeviceToggle device="microphone" label={t('device.microphone')} />}
        {can.request && (
          <ToggleButton
            className="button control"
            isSelected={hasRequested(state)}
            onChange={(wanted) => say({ type: 'request-microphone', wanted })}
          >
            <Icon name="microphone" crossed />
            <span>{t('bar.request')}</span>
          </ToggleButton>
        )}
        {can.camera && <DeviceToggle device="camera" label={t('device.camera')} />}
        {can.screen && <DeviceToggle device="screen" label={t('device.screen')} />}
        {can.hand && (
          <ToggleButton
            className="button control"
            isSelected={handIsUp(state)}
            onChange={(up) => say({ type: 'raise-hand', up })}
          >
            <Icon name="hand" />
            <span>{t('bar.hand')}</span>
          </ToggleButton>
        )}
        {phone && can.messages && <SheetToggle tab="messages" label={t('panel.messages')} count={unread(state)} />}
        {phone && (
          <SheetToggle tab="people" label={t('panel.people')} count={state.hands.length + state.requests.length} />
        )}
        <More />
        <Button className="button control leave" onPress={() => say({ type: 'quit' })}>
          <Icon name="leave" />
          <span>{t('bar.quit')}</span>
        </Button>
      </div>
    </section>
  );
};
