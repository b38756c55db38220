// What guardrails found in the plan, grouped by guardrail: how many rows, the worst of them, and the ways on. No silent override.
import { useState } from 'react';
import { Link } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { compareDecimals, sizeOf } from '../../shared/decimal';
import { countOf, formatCount, formatLevel } from '../../shared/format';
import { guardrailName, guardrailStops } from '../../shared/guardrails';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { PlanVerdicts } from '../../ui/guardrails';
import { Table, type Column } from '../../ui/table';
import { Missing, PercentValue } from '../../ui/values';
import { useModes } from '../guardrails/use-guardrails';
import { WaiverDialog } from '../guardrails/waiver-dialog';
import { PlanAgainDialog, type LeftOut } from './plan-again-dialog';
import { LEFT_OUT_MAX, variantsStoppedBy } from './rows-of';
import { SeeRows } from './see-rows';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];
type GuardrailCount = Schemas['GuardrailCount'];

type Asked = { act: 'leave out' | 'waive'; guardrail: string; count: number; wholePlan?: boolean };

export function Violations({ change }: { change: PriceChange }) {
  const me = useMe();
  const modes = useModes();
  const project = useProject();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [requested, setRequested] = useState(false);
  const counts = change.impact.guardrails ?? [];
  const mayPlan = mayAct(me.role, 'editor');
  const close = () => setAsked(null);

  return (
    <>
      <Card title="Guardrails" flush>
        {counts.length === 0 && change.verdicts.length === 0 && <p className={styles.wholePlan}>No guardrail had anything to say of this plan.</p>}
        {change.verdicts.length > 0 && (
          <div className={styles.wholePlan}>
            <PlanVerdicts
              verdicts={change.verdicts}
              act={({ guardrail, mode, verdict, rows }) =>
                mayPlan && mode === 'soft' && verdict === 'violated' ? (
                  <Button size="xs" onClick={() => setAsked({ act: 'waive', guardrail, count: rows, wholePlan: true })}>
                    Request a waiver…
                  </Button>
                ) : null
              }
            />
          </div>
        )}
        {requested && (
          <p role="status" className={styles.wholePlan}>
            The waiver is requested. It holds once somebody else <Link to={`/${project.slug}/guardrails`}>approves it</Link>; then plan again.
          </p>
        )}
        {!mayPlan && counts.length > 0 && (
          <div className={styles.wholePlan}>
            <NeedsRole role="editor" to="what guardrails stop but not leave it out or ask for a waiver">
              {null}
            </NeedsRole>
          </div>
        )}
        {counts.length > 0 && <Table caption="Guardrails over the rows" columns={columns(change, modes, mayPlan, setAsked)} rows={counts} rowKey={(row) => row.guardrail} />}
      </Card>
      {asked?.act === 'leave out' && <PlanAgainDialog change={change} leaving={stoppedBy(change, asked)} onClose={close} />}
      {asked?.act === 'waive' && (
        <WaiverDialog
          guardrail={asked.guardrail}
          rules={asked.wholePlan ? [] : change.rules.map((rule) => ({ id: rule.rule_id, name: rule.name }))}
          count={asked.count}
          onRequested={() => {
            setRequested(true);
            close();
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function stoppedBy(change: PriceChange, { guardrail, count }: Asked): LeftOut {
  return {
    count,
    which: `the variants that ${guardrailName(guardrail)} stops here`,
    note: `Without ${countOf(count, 'variant', 'variants')} stopped by the guardrail ${guardrailName(guardrail)}.`,
    variants: () => variantsStoppedBy(change.id, guardrail),
  };
}

function columns(change: PriceChange, modes: Map<string, string>, mayPlan: boolean, ask: (asked: Asked) => void): Column<GuardrailCount>[] {
  return [
    {
      key: 'guardrail',
      header: 'Guardrail',
      names: true,
      cell: ({ guardrail }) => (
        <span className={styles.guardrail}>
          {guardrailName(guardrail)}
          <span className="muted">{guardrailStops(guardrail)}</span>
        </span>
      ),
    },
    { key: 'violated', header: 'Stopped', end: true, cell: (row) => <span className={row.violated > 0 ? styles.stopped : 'number muted'}>{formatCount(row.violated)}</span> },
    { key: 'near', header: 'Near', end: true, cell: (row) => <span className={row.near > 0 ? 'number' : 'number muted'}>{formatCount(row.near)}</span> },
    { key: 'waived', header: 'Waived', end: true, cell: (row) => <span className={row.waived > 0 ? 'number' : 'number muted'}>{formatCount(row.waived)}</span> },
    { key: 'worst', header: 'Worst', end: true, cell: (row) => (row.violated > 0 ? <Worst change={change} count={row} /> : <Missing />) },
    {
      key: 'acts',
      header: 'Ways on',
      cell: ({ guardrail, violated }) => (
        <span className={styles.ways}>
          <SeeRows guardrail={guardrail} />
          {mayPlan && violated > 0 && violated <= LEFT_OUT_MAX && (
            <Button size="xs" weight="quiet" onClick={() => ask({ act: 'leave out', guardrail, count: violated })}>
              Leave {violated === 1 ? 'it' : `these ${formatCount(violated)}`} out…
            </Button>
          )}
          {mayPlan && violated > 0 && modes.get(guardrail) === 'soft' && (
            <Button size="xs" weight="quiet" onClick={() => ask({ act: 'waive', guardrail, count: violated })}>
              Request a waiver…
            </Button>
          )}
        </span>
      ),
    },
  ];
}

/** Guardrails that look at what is left over the cost: how far a price moves says nothing of how bad it is. */
const BY_MARGIN = ['below_cost', 'minimum_margin'];
/** Where the price or the cost is not known, there is neither; the server orders those first. */
const KNOWN_MOVE = { 'delta_pct[gte]': '-100' };
const KNOWN_MARGIN = { 'margin_pct[gte]': '-999999999' };
/** Among the rows that the guardrail has to do with, some are stopped by another one. */
const LOOKED_AT = 50;

/** The lowest margin or the farthest move among all that the guardrail stops, as the server orders them. */
function Worst({ change, count }: { change: PriceChange; count: GuardrailCount }) {
  return BY_MARGIN.includes(count.guardrail) ? <LowestMargin change={change} guardrail={count.guardrail} /> : <FarthestMove change={change} guardrail={count.guardrail} />;
}

interface WorstProps {
  change: PriceChange;
  guardrail: string;
}

function LowestMargin({ change, guardrail }: WorstProps) {
  const lowest = useFirst(change.id, guardrail, { sort: 'margin_pct', ...KNOWN_MARGIN });
  if (lowest.failed) return <NotKnown />;
  const margin = lowest.row?.margin_pct;
  return margin ? <span className="number">{`${formatLevel(margin)} margin`}</span> : <Missing />;
}

function FarthestMove({ change, guardrail }: WorstProps) {
  const down = useFirst(change.id, guardrail, { sort: 'delta_pct', ...KNOWN_MOVE });
  const up = useFirst(change.id, guardrail, { sort: '-delta_pct', ...KNOWN_MOVE });
  if (down.failed || up.failed) return <NotKnown />;
  const ends = [down.row?.change_pct, up.row?.change_pct].filter((pct) => typeof pct === 'string');
  const farthest = ends.toSorted((a, b) => compareDecimals(sizeOf(b), sizeOf(a)))[0];
  return farthest === undefined ? (
    <Missing />
  ) : (
    <>
      <PercentValue pct={farthest} /> move
    </>
  );
}

/** The first row in this order that the guardrail stops. */
function useFirst(id: string, guardrail: string, order: { sort: string } & Partial<typeof KNOWN_MOVE & typeof KNOWN_MARGIN>) {
  const query = { guardrail, outcome: 'blocked', limit: LOOKED_AT, ...order };
  const rows = $api.useQuery('get', '/api/v1/price-changes/{id}/rows', { params: { path: { id }, query } }, { staleTime: Infinity });
  const row = rows.data?.data.find(({ violated }) => violated.includes(guardrail));
  return { row, failed: rows.error !== null || (row === undefined && rows.data?.has_more === true) };
}

const NotKnown = () => <span className="muted">not known</span>;
