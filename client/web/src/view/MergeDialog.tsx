// SPDX-License-Identifier: Apache-2.0
// Two numbers are one person: whose name stays is chosen here, and what it does is said before.
import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { mergeable } from '../lesson/places.ts';
import type { Person } from '../protocol/messages.ts';
import { useLesson, usePage, useText } from './page.ts';

const Choice = ({ from, close }: { from: Person; close: () => void }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const people = mergeable(state, from);
  const [into, setInto] = useState(people[0]?.person ?? null);
  return (
    <>
      <Heading slot="title">{t('merge.title', { name: from.name })}</Heading>
      <p>{t(people.length === 0 ? 'merge.nobody' : 'merge.text', { name: from.name })}</p>
      {people.length > 0 && (
        <label className="choice">
          <span>{t('merge.into')}</span>
          <select
            className="field"
            value={into ?? ''}
            onChange={({ target }) =>
              setInto(people.find(({ person }) => person === Number(target.value))?.person ?? null)
            }
          >
            {people.map(({ person, name }) => (
              <option key={person} value={person}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="actions">
        <Button className="button" onPress={close}>
          {t('confirm.no')}
        </Button>
        {into !== null && (
          <Button
            className="button primary"
            onPress={() => {
              say({ type: 'merge', from: from.person, into });
              close();
            }}
          >
            {t('merge.yes')}
          </Button>
        )}
      </div>
    </>
  );
};

export const MergeDialog = () => {
  const { here, people } = useLesson();
  const { say } = usePage();
  const from = here.merging === null ? undefined : people[here.merging];
  const close = (): void => say({ type: 'place', place: { merging: null } });
  return (
    <ModalOverlay
      className="overlay"
      isDismissable
      isOpen={from !== undefined}
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className="sheet">
        {from !== undefined && (
          <Dialog className="dialog">
            <Choice from={from} close={close} />
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
};
