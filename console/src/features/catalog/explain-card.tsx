// "Why this price, at that time, on that surface?": the stored steps of the decision, and who approved it.
import { useId } from 'react';
import { Link, useSearchParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { instantOf, wallClock } from '../../shared/wall-clock';
import { Button } from '../../ui/button';
import { Card, Facts } from '../../ui/card';
import { SelectField } from '../../ui/fields';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { TraceSteps } from '../../ui/trace';
import { Instant, MoneyValue } from '../../ui/values';
import { WhichOfTwo } from '../../ui/which-of-two';
import { BASE, whyOf } from './surfaces';
import { useChosenSurface } from './use-surfaces';
import styles from './explain-card.module.css';

export function ExplainCard({ variantId }: { variantId: string }) {
  const inputId = useId();
  const zone = useProject().time_zone;
  const [params, setParams] = useSearchParams();
  const { surface, surfaces, choose: chooseSurface } = useChosenSurface();
  const at = params.get('at') ?? '';
  const query = { ...(at === '' ? {} : { at }), ...(surface === BASE ? {} : { surface }) };
  const explanation = $api.useQuery('get', '/api/v1/variants/{id}/explain', { params: { path: { id: variantId }, query } });

  const ask = (instant: string | null) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (instant === null) next.delete('at');
        else next.set('at', instant);
        return next;
      },
      { preventScrollReset: true },
    );
  const shown = wallClock(Date.parse(at), zone);
  const choose = (form: FormData) => {
    const local = String(form.get('at') ?? '');
    // Asked once more for the time that stands there, it stays the one of two that was chosen.
    ask(local !== '' && local === shown ? at : instantOf(local, zone));
  };

  return (
    <Card
      title="Why this price"
      aside={
        <form className={styles.at} action={choose} key={at}>
          {surfaces.length > 1 && <SelectField label="Explain the price on" value={surface} onChange={chooseSurface} options={surfaces.map(({ name, title }) => [name, title])} />}
          <label htmlFor={inputId}>at ({zone})</label>
          <input id={inputId} name="at" type="datetime-local" defaultValue={shown} className={styles.input} />
          <Button size="xs" type="submit">
            Explain
          </Button>
          {at !== '' && (
            <Button size="xs" weight="quiet" onClick={() => ask(null)}>
              Now
            </Button>
          )}
          <WhichOfTwo of="at" at={at} zone={zone} onChoose={ask} />
        </form>
      }
    >
      {explanation.error ? <ProblemPanel problem={explanation.error} onRetry={() => void explanation.refetch()} /> : null}
      {explanation.isPending ? <Skeleton rows={3} /> : null}
      {explanation.data && <Answer explanation={explanation.data} on={surfaces.find(({ name }) => name === explanation.data.surface)?.title} />}
    </Card>
  );
}

const FOLLOWS = 'The variant has no price of its own in this price list: the shop makes it from the base price, by a rule of the list. Calibr keeps what the shop shows.';

/** Of a price that no rule decided, where it is from. */
function undecided({ relative, source }: Schemas['PriceVersion']): string {
  if (relative) return FOLLOWS;
  return source === 'roll_back' ? 'A roll back put this price back as it was before; no rule decided it.' : 'This price was read from outside; no rule decided it.';
}

function Answer({ explanation, on }: { explanation: Schemas['Explanation']; on: string | undefined }) {
  const project = useProject();
  const { price, surface } = explanation;
  if (!price) return <p className="muted">{surface === BASE ? 'There was no price yet at that time.' : `Calibr knew of no price on ${on ?? surface} at that time.`}</p>;
  return (
    <div className={styles.answer}>
      <Facts
        facts={[
          ...(surface === BASE ? [] : ([['Price list', on ?? surface]] as [string, string][])),
          ['Price then', <MoneyValue money={price.price} />],
          ['Valid from', <Instant at={price.valid_from} absolute />],
          ['Why', whyOf(price)],
          ...(explanation.rule ? ([['Rule', explanation.rule]] as [string, string][]) : []),
          ...(explanation.approved_by.length > 0 ? ([['Approved by', explanation.approved_by.join(', ')]] as [string, string][]) : []),
          ['Caused by', price.actor],
        ]}
      />
      {explanation.trace ? <TraceSteps trace={explanation.trace} currency={price.price.currency} /> : <p className="muted">{undecided(price)}</p>}
      {explanation.price_change_id && (
        <p>
          {price.source === 'roll_back' ? 'It belongs to' : 'Decided in'} <Link to={`/${project.slug}/price-changes/${explanation.price_change_id}`}>this price change</Link>
          {explanation.run_id && (
            <>
              , written by <Link to={`/${project.slug}/runs/${explanation.run_id}`}>this run</Link>
            </>
          )}
          .
        </p>
      )}
    </div>
  );
}
