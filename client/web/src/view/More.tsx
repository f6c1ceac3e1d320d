// SPDX-License-Identifier: Apache-2.0
// "Plus": choices for oneself, devices, and for those who lead, what concerns everybody.
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay, Switch } from 'react-aria-components';
import { controls } from '../lesson/select.ts';
import type { Choices } from '../lesson/state.ts';
import { DeviceChooser } from './DeviceTry.tsx';
import { Icon } from './icons.tsx';
import { LanguageChoice } from './LanguageChoice.tsx';
import { PauseChoice } from './PauseChoice.tsx';
import { useLesson, usePage, useText } from './page.ts';

const ChoiceSwitch = ({ choice, label }: { choice: 'hideSelf' | 'economy' | 'shortcuts'; label: string }) => {
  const { choices } = useLesson();
  const { say } = usePage();
  return (
    <Switch
      className="switch"
      isSelected={choices[choice]}
      onChange={(on) => say({ type: 'choose', choices: { [choice]: on } })}
    >
      <span className="switch-track" aria-hidden="true" />
      {label}
    </Switch>
  );
};

const isAnnouncements = (value: string): value is Choices['announcements'] =>
  value === 'all' || value === 'mentions' || value === 'none';

const AnnouncementsChoice = () => {
  const { choices } = useLesson();
  const { say } = usePage();
  const t = useText();
  return (
    <label className="choice">
      <span>{t('choice.announcements')}</span>
      <select
        className="field"
        value={choices.announcements}
        onChange={({ target }) =>
          isAnnouncements(target.value) && say({ type: 'choose', choices: { announcements: target.value } })
        }
      >
        <option value="all">{t('choice.announcements-all')}</option>
        <option value="mentions">{t('choice.announcements-mentions')}</option>
        <option value="none">{t('choice.announcements-none')}</option>
      </select>
    </label>
  );
};

const ForAll = ({ close }: { close: () => void }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const can = controls(state);
  if (!can.moderation || state.class === null) return null;
  const closed = state.class.entrance === 'closed';
  const open = state.class.policy.microphone === 'open';
  return (
    <section aria-labelledby="for-all" className="for-all">
      <h3 id="for-all">{t('more.for-all')}</h3>
      <Button className="button" onPress={() => say({ type: 'mute-all' })}>
        {t('more.mute-all')}
      </Button>
      <Button
        className="button"
        onPress={() => say({ type: 'set-microphones', policy: open ? 'request' : 'open' })}
      >
        {t(open ? 'more.microphones-request' : 'more.microphones-open')}
      </Button>
      <Button className="button" onPress={() => say({ type: 'set-entrance', entrance: closed ? 'open' : 'closed' })}>
        {t(closed ? 'more.open-entrance' : 'more.close-entrance')}
      </Button>
      <PauseChoice />
      {can.end && (
        <Button
          className="button danger"
          onPress={() => {
            close();
            say({ type: 'ask', confirm: { what: 'end' } });
          }}
        >
          {t('more.end')}
        </Button>
      )}
    </section>
  );
};

export const More = () => {
  const t = useText();
  return (
    <DialogTrigger>
      <Button className="button control">
        <Icon name="more" />
        <span>{t('bar.more')}</span>
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="sheet">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{t('more.title')}</Heading>
                <ForAll close={close} />
                <section aria-labelledby="for-me" className="for-me">
                  <h3 id="for-me">{t('more.for-me')}</h3>
                  <ChoiceSwitch choice="hideSelf" label={t('choice.hide-self')} />
                  <ChoiceSwitch choice="economy" label={t('choice.economy')} />
                  <p className="hint">{t('choice.economy-hint')}</p>
                  <ChoiceSwitch choice="shortcuts" label={t('choice.shortcuts')} />
                  <p className="hint">{t('choice.shortcuts-hint')}</p>
                  <AnnouncementsChoice />
                  <DeviceChooser device="microphone" />
                  <DeviceChooser device="camera" />
                  <LanguageChoice />
                </section>
                <Button className="button primary" onPress={close}>
                  {t('more.close')}
                </Button>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
};
