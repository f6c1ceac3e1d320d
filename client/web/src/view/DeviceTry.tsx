// SPDX-License-Identifier: Apache-2.0
// One device on the pre-join page: try it, see or hear that it works, choose another, read why it does not.
import { ToggleButton } from 'react-aria-components';
import { DeviceFaultLine } from './DeviceFaultLine.tsx';
import { Icon } from './icons.tsx';
import { Meter } from './Meter.tsx';
import { TrackVideo } from './TrackVideo.tsx';
import { useLesson, usePage, useText } from './page.ts';

type Tried = 'microphone' | 'camera';

export const DeviceChooser = ({ device }: { device: Tried }) => {
  const { devices } = useLesson().here;
  const { say } = usePage();
  const t = useText();
  const list = device === 'microphone' ? devices.microphones : devices.cameras;
  if (list.length < 2) return null;
  return (
    <label className="choice">
      <span>{t(`device.${device}-choice`)}</span>
      <select
        className="field"
        value={devices[device] ?? list[0]?.id ?? ''}
        onChange={(event) => say({ type: 'choose-device', device, id: event.target.value })}
      >
        {list.map(({ id, label }, i) => (
          <option key={id} value={id}>
            {label === '' ? t('device.unnamed', { number: i + 1 }) : label}
          </option>
        ))}
      </select>
    </label>
  );
};

export const DeviceTry = ({ device }: { device: Tried }) => {
  const now = useLesson().own[device];
  const { say } = usePage();
  const t = useText();
  const on = now.is === 'on';
  return (
    <div className="try">
      <ToggleButton
        className="button control"
        isSelected={on || now.is === 'starting'}
        onChange={(wanted) => say({ type: 'toggle-device', device, on: wanted })}
      >
        <Icon name={device} crossed={!on} />
        <span>{t(`device.${device}`)}</span>
      </ToggleButton>
      <p role="status" className="said">
        {now.is === 'starting' ? t('device.starting') : t(on ? `device.${device}-on` : `device.${device}-off`)}
      </p>
      {device === 'camera' && on && (
        <div className="own-picture">
          <TrackVideo trackKey="own:camera" mirrored />
        </div>
      )}
      {device === 'microphone' && on && <Meter />}
      <DeviceFaultLine device={device} />
      <DeviceChooser device={device} />
    </div>
  );
};
