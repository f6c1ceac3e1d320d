// SPDX-License-Identifier: Apache-2.0
// Why a device does not work: one sentence, what still works, one action.
import { Button } from 'react-aria-components';
import type { Device } from '../lesson/state.ts';
import { Icon } from './icons.tsx';
import { useLesson, usePage, useText } from './page.ts';

export const DeviceFaultLine = ({ device }: { device: Device }) => {
  const now = useLesson().own[device];
  const { say } = usePage();
  const t = useText();
  if (now.is !== 'fault') return null;
  const canRetry = now.fault !== 'unsupported';
  return (
    <div className="notice" role="group" aria-label={t(`device.${device}`)}>
      <Icon name="alert" />
      <p role="alert">{t(`device-fault.${device}-${now.fault}`)}</p>
      {canRetry && (
        <Button className="button" onPress={() => say({ type: 'toggle-device', device, on: true })}>
          {t('device.retry')}
        </Button>
      )}
    </div>
  );
};
