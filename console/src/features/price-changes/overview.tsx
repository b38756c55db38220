// What will happen, in numbers and pictures, beside whether it can be applied; and the runs so far.
import { useNavigate } from 'react-router';
import type { Schemas } from '../../api/client';
import { binKey } from '../../ui/bins';
import { Card } from '../../ui/card';
import { ChangeHistogram } from '../../ui/change-histogram';
import { ImpactCounts, ImpactMoney } from '../../ui/impact';
import { PriceDistribution } from '../../ui/price-distribution';
import { useMoveLimits } from '../guardrails/use-move-limits';
import { ApprovalPath } from './approval-path';
import { MarginCard } from './margin-card';
import { MergeBox } from './merge-box';
import { rowsOfBin } from './parts';
import { RunsCard } from './runs-card';
import styles from './price-changes.module.css';

export function Overview({ change, onReload }: { change: Schemas['PriceChange']; onReload: () => void }) {
  const navigate = useNavigate();
  const limits = useMoveLimits();
  const showRows = (key: string) => {
    const bin = change.impact.histogram.find((candidate) => binKey(candidate) === key);
    void navigate({ search: rowsOfBin(key, bin?.blocked ?? 0) });
  };
  return (
    <>
      <ApprovalPath change={change} />
      <div className={styles.overview}>
        <Card title="What will happen">
          <div className={styles.impact}>
            <ImpactCounts impact={change.impact} />
            {change.rows_to_apply === 0 && <p>No price changes. The rules give the prices you already have.</p>}
            <ChangeHistogram bins={change.impact.histogram} blocked={change.impact.counts.blocked} median={change.impact.median_change_pct} limits={limits} onChoose={showRows} />
            <PriceDistribution bins={change.impact.prices ?? []} />
            <ImpactMoney impact={change.impact} />
          </div>
        </Card>
        <MergeBox change={change} onReload={onReload} />
      </div>
      <MarginCard change={change} />
      {change.runs.length > 0 && <RunsCard runs={change.runs} />}
    </>
  );
}
