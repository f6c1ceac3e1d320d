// SPDX-License-Identifier: Apache-2.0
// The record of a class: read it, save it for a spreadsheet, print it.
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { AttendanceRecord, OwnClass } from '../protocol/home.ts';
import type { HomeDesk } from './homeDesk.ts';
import { RecordTable } from './RecordTable.tsx';
import { useText } from './page.ts';

export const RecordBox = ({ lesson, desk }: { lesson: OwnClass; desk: HomeDesk }) => {
  const t = useText();
  const [record, setRecord] = useState<AttendanceRecord | null>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let wanted = true;
    void desk.record(lesson.id).then((got) => {
      if (!wanted) return;
      setRecord(got.ok ? got.value : null);
      setMissing(!got.ok);
    });
    return () => {
      wanted = false;
    };
  }, [desk, lesson.id]);
  const save = async (): Promise<void> => setMissing(!(await desk.saveRecord(lesson.id, t('record.file', { title: lesson.title }))));
  return (
    <div className="box printed">
      <div className="actions not-printed">
        <Button className="button" onPress={() => void save()}>
          {t('record.save')}
        </Button>
        <Button className="button" onPress={desk.print}>
          {t('record.print')}
        </Button>
      </div>
      {missing && <p role="alert">{t('home.fault')}</p>}
      {record !== null && <RecordTable record={record} />}
    </div>
  );
};
