// SPDX-License-Identifier: Apache-2.0
// The class: top line, stage with strip, right column, bar. Landmarks and reading order are decided here.
import { Button } from 'react-aria-components';
import { focusOn } from '../a11y/focus.ts';
import { controls } from '../lesson/select.ts';
import { Banner } from './Banner.tsx';
import { Bar } from './Bar.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { Panel } from './Panel.tsx';
import { Prompter } from './Prompter.tsx';
import { Sounds } from './Sounds.tsx';
import { Stage } from './Stage.tsx';
import { TopLine } from './TopLine.tsx';
import { useLesson, usePage, useText } from './page.ts';

/** Buttons, not links: the part may have to be opened first, and the hash of the address holds the link's token. */
const Skip = ({ to, label, before }: { to: string; label: string; before?: () => void }) => (
  <Button
    className="skip"
    onPress={() => {
      before?.();
      requestAnimationFrame(() => focusOn(to));
    }}
  >
    {label}
  </Button>
);

export const Classroom = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const open = state.here.panelOpen;
  const hasMessages = controls(state).messages;
  return (
    <div className={`classroom ${state.here.form} ${open ? 'with-panel' : ''}`}>
      <nav aria-label={t('skip.label')} className="skips">
        {hasMessages && (
          <Skip
            to="panel"
            label={t('skip.messages')}
            before={() => say({ type: 'place', place: { tab: 'messages', panelOpen: true } })}
          />
        )}
        <Skip to="bar" label={t('skip.bar')} />
      </nav>
      <TopLine />
      <main className="lesson">
        <Banner />
        <Prompter />
        <Stage />
      </main>
      {open && <Panel />}
      <Bar />
      <Sounds />
      <ConfirmDialog />
      <MergeDialog />
    </div>
  );
};
