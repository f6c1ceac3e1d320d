// SPDX-License-Identifier: Apache-2.0
// The record of presence as a table to read and to print; the file has more columns.
import type { AttendanceRecord, Cell, Row } from '../protocol/home.ts';
import { dateText, timeText } from '../text/time.ts';
import { useLesson, useText } from './page.ts';
import type { Say } from './page.ts';

const figure = (value: number, language: 'fr' | 'en'): string =>
  new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { maximumFractionDigits: 1 }).format(value);

const remarks = (cell: Cell, t: Say): string =>
  [
    ...(cell.absent ? [t('record.absent')] : []),
    ...(cell.late ? [t('record.late')] : []),
    ...(cell.early ? [t('record.early')] : []),
    ...(cell.note === null ? [] : [cell.note]),
  ].join(', ');

const CellColumns = ({ cell, zone }: { cell: Cell; zone: string }) => {
  const { language } = useLesson().choices;
  const t = useText();
  const time = (at: number | null): string => (at === null ? '' : timeText(at, zone, language));
  return (
    <>
      <td>{cell.period}</td>
      <td>{cell.state === 'to-come' || cell.modality === null ? '' : t(`modality.${cell.modality}`)}</td>
      <td>{cell.how}</td>
      <td>{time(cell.first)}</td>
      <td>{time(cell.last)}</td>
      <td className="number">{figure(cell.minutes, language)}</td>
      <td className="number">{figure(cell.percent, language)}</td>
      <td>{remarks(cell, t)}</td>
    </>
  );
};

const PersonRows = ({ row, zone }: { row: Row; zone: string }) => {
  const { language } = useLesson().choices;
  const t = useText();
  return (
    <>
      {row.periods.map((cell, i) => (
        <tr key={cell.period}>
          {i === 0 && (
            <th scope="rowgroup" rowSpan={row.periods.length + 1}>
              {row.name}
              {row.organisation !== null && <span className="hint">{row.organisation}</span>}
              <span className="hint">{t(`identity.${row.identity}`)}</span>
            </th>
          )}
          <CellColumns cell={cell} zone={zone} />
        </tr>
      ))}
      <tr className="sum">
        <td colSpan={5}>{t('record.total')}</td>
        <td className="number">{figure(row.total.minutes, language)}</td>
        <td className="number">{figure(row.total.percent, language)}</td>
        <td />
      </tr>
    </>
  );
};

const COLUMNS = ['name', 'period', 'modality', 'how', 'first', 'last', 'minutes', 'percent', 'remarks'] as const;

export const RecordTable = ({ record }: { record: AttendanceRecord }) => {
  const { language } = useLesson().choices;
  const t = useText();
  const { time_zone: zone, periods, organisation, trainers } = record;
  const first = periods[0]?.from ?? null;
  return (
    <div className="record">
      <p>{[organisation.name, organisation.number].filter((text) => text !== null).join(', ')}</p>
      <p>
        {t('record.about', {
          date: first === null ? '' : dateText(first, zone, language),
          minutes: figure(record.planned_minutes, language),
          zone,
          version: record.version,
        })}
      </p>
      {trainers.length > 0 && <p>{t('record.trainers', { names: trainers.map(({ name }) => name).join(', ') })}</p>}
      <p>{t('record.count', { ...record.count })}</p>
      <div className="table-room" role="region" aria-label={t('record.title', { title: record.title })} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          {record.people.map((row) => (
            <tbody key={row.person}>
              <PersonRows row={row} zone={zone} />
            </tbody>
          ))}
        </table>
      </div>
      <p>{record.sentence}</p>
      <p className="hint chain">{t('record.chain', { event: record.chain.event, head: record.chain.head })}</p>
    </div>
  );
};
