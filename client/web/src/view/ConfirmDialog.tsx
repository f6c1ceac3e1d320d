// SPDX-License-Identifier: Apache-2.0
// Asked before what concerns others and cannot be undone: removing a person, ending for all.
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { nameOf } from '../lesson/select.ts';
import { useLesson, usePage, useText } from './page.ts';

export const ConfirmDialog = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const confirm = state.here.confirm;
  const name = confirm?.what === 'remove' ? nameOf(state, confirm.person) : '';
  const answer = (yes: boolean): void => say({ type: 'answer', yes });
  return (
    <ModalOverlay
      className="overlay"
      isOpen={confirm !== null}
      onOpenChange={(open) => {
        if (!open) answer(false);
      }}
    >
      <Modal className="sheet">
        {confirm !== null && (
          <Dialog role="alertdialog" className="dialog">
            <Heading slot="title">{t(`confirm.${confirm.what}-title`, { name })}</Heading>
            <p>{t(`confirm.${confirm.what}-text`, { name })}</p>
            <div className="actions">
              <Button className="button" autoFocus onPress={() => answer(false)}>
                {t('confirm.no')}
              </Button>
              <Button className="button danger" onPress={() => answer(true)}>
                {t(`confirm.${confirm.what}-yes`)}
              </Button>
            </div>
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
};
