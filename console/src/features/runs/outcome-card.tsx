// A run that wrote some prices and not others: an end state with its own counts, and the three ways on.
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ProblemPanel } from '../../ui/problem-panel';
import { resultsCsv } from './results-csv';
import styles from './outcome-card.module.css';

type Run = Schemas['Run'];
type Target = Schemas['Target'];

interface OutcomeProps {
  run: Run;
  mayRetry: boolean;
  mayRollBack: boolean;
  onRetry: () => void;
  onRollBack: () => void;
}

export function OutcomeCard({ run, mayRetry, mayRollBack, onRetry, onRollBack }: OutcomeProps) {
  const { applied, failed, conflict, skipped } = run.counts;
  return (
    <Card title={applied > 0 ? 'Some prices were written and some were not' : 'No price was written'}>
      <ul className={styles.facts}>
        {applied > 0 && <li>{countOf(applied, 'price was', 'prices were')} written and shown to customers.</li>}
        {failed > 0 && <li>{countOf(failed, 'price was', 'prices were')} refused by the shop. Trying again reads first and writes only what is still as planned.</li>}
        {conflict > 0 && <li>{countOf(conflict, 'price had', 'prices had')} been changed in the shop since the plan. They were left alone; a new price change decides about them.</li>}
        {skipped > 0 && <li>{countOf(skipped, 'price was', 'prices were')} skipped.</li>}
      </ul>
      <div className={styles.acts}>
        {mayRetry && <Button weight="primary" onClick={onRetry}>{`Retry ${countOf(failed, 'failed price', 'failed prices')}…`}</Button>}
        {mayRollBack && <Button onClick={onRollBack}>{`Roll back ${countOf(applied, 'written price', 'written prices')}…`}</Button>}
        <Download run={run} />
      </div>
    </Card>
  );
}

/** Rows per request; a run of 50,000 prices takes fifty. */
const PAGE = 1_000;

function Download({ run }: { run: Run }) {
  const [read, setRead] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const download = async () => {
    setProblem(null);
    setRead(0);
    try {
      const targets = await allTargets(run.id, setRead);
      save(`${run.id}.csv`, resultsCsv(targets));
    } catch (error) {
      setProblem(error);
    }
    setRead(null);
  };
  return (
    <>
      <Button busy={read !== null} onClick={() => void download()}>
        Download the results
      </Button>
      {problem ? <ProblemPanel problem={problem} notDone="No file was made." onRetry={() => void download()} /> : null}
    </>
  );
}

async function allTargets(id: string, onRead: (count: number) => void): Promise<Target[]> {
  const targets: Target[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data } = await api.GET('/api/v1/runs/{id}/targets', { params: { path: { id }, query: { limit: PAGE, cursor } } });
    targets.push(...data!.data);
    onRead(targets.length);
    if (!data!.has_more) return targets;
    cursor = data!.next_cursor ?? undefined;
  }
}

function save(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
