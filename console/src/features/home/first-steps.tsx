// The first steps with a new project, each ticked when it is done, and the tour that shows them.
import { Link } from 'react-router';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { startTour, useTour } from '../tour/progress';
import { stops } from '../tour/stops';
import type { FirstSteps } from './facts';
import styles from './home.module.css';

const steps: { done: (facts: FirstSteps) => boolean; says: string; path: string }[] = [
  { done: (facts) => facts.has_channel || facts.has_catalogue, says: 'Connect a shop, or import a catalogue', path: 'catalog' },
  { done: (facts) => facts.has_rule, says: 'Write the first rule', path: 'rules/new' },
  { done: (facts) => facts.has_price_change, says: 'Plan a price change and read what it would do', path: 'price-changes/new' },
  { done: (facts) => facts.has_second_person, says: 'Have a second person, since nobody approves their own', path: 'settings' },
  { done: (facts) => facts.has_approval, says: 'Have somebody else approve it', path: 'price-changes' },
  { done: (facts) => facts.has_applied, says: 'Apply it and watch the run', path: 'price-changes' },
  { done: (facts) => facts.has_rolled_back, says: 'Roll it back', path: 'price-changes' },
];

export function allDone(facts: FirstSteps): boolean {
  return steps.every((step) => step.done(facts));
}

export function FirstStepsCard({ facts, project }: { facts: FirstSteps; project: string }) {
  const tour = useTour();
  const done = steps.filter((step) => step.done(facts)).length;
  return (
    <Card title="First steps" aside={<span className="muted">{`${done} of ${steps.length} done`}</span>}>
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.says} data-done={step.done(facts) || undefined}>
            <Glyph name={step.done(facts) ? 'check' : 'wait'} />
            {step.done(facts) ? (
              <span>
                {step.says}
                <span className="visually-hidden"> (done)</span>
              </span>
            ) : (
              <Link to={`/${project}/${step.path}`}>{step.says}</Link>
            )}
          </li>
        ))}
      </ol>
      <div className={styles.tourLine}>
        <Button weight="primary" onClick={() => startTour(tour.stop >= stops.length ? 0 : tour.stop)}>
          {tour.stop === 0 || tour.stop >= stops.length ? 'Take the guided tour' : `Go on with the tour at stop ${tour.stop + 1} of ${stops.length}`}
        </Button>
        <p className="muted">
          Seven stops on this shop’s own pages. <Link to={`/${project}/tour`}>Read it as a text instead</Link>.
        </p>
      </div>
    </Card>
  );
}
