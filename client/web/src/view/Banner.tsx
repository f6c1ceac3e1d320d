// SPDX-License-Identifier: Apache-2.0
// What matters just now, in one sentence each, above the stage: connection, pause, places, devices, a refused request.
import { Button } from 'react-aria-components';
import { trouble } from '../lesson/select.ts';
import { DeviceFaultLine } from './DeviceFaultLine.tsx';
import { Icon } from './icons.tsx';
import { PlaceNotices } from './PlaceNotices.tsx';
import { useLesson, usePage, useText } from './page.ts';

const KNOWN_FAULTS: ReadonlySet<string> = new Set([
  'not-allowed',
  'too-long',
  'too-fast',
  'too-many',
  'connection-lost',
  'screen-wrong-state',
  'media-unavailable',
]);

const FaultNotice = () => {
  const { fault } = useLesson();
  const { say } = usePage();
  const t = useText();
  if (fault === null) return null;
  return (
    <div className="notice">
      <Icon name="alert" />
      <p role="alert">{KNOWN_FAULTS.has(fault) ? t(`fault.${fault}`) : t('fault.other')}</p>
      <Button className="button" onPress={() => say({ type: 'read-fault' })}>
        {t('fault.read')}
      </Button>
    </div>
  );
};

export const Banner = () => {
  const state = useLesson();
  const t = useText();
  const wrong = trouble(state);
  return (
    <div className="banner">
      {wrong !== null && wrong !== 'connecting' && (
        <p className="notice strong">
          <Icon name="alert" />
          {t(`trouble.${wrong}`)}
        </p>
      )}
      {state.you?.role !== 'room' && <PlaceNotices />}
      <DeviceFaultLine device="microphone" />
      <DeviceFaultLine device="camera" />
      <DeviceFaultLine device="screen" />
      <FaultNotice />
    </div>
  );
};
