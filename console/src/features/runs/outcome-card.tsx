// A run that wrote some prices and not others: an end state with its own counts, and the three ways on.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ResultsDownload } from './results-download';
import styles from './outcome-card.module.css';

type Run = Schemas['Run'];

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
        <ResultsDownload run={run} />
      </div>
    </Card>
  );
}
