// Says what moved since the plan was made, and the only way on: to plan again, or the plan that took its place.
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { Button, ButtonLink } from '../../ui/button';
import { movedSince } from './parts';
import { PlanAgainDialog } from './plan-again-dialog';
import { Ribbon } from './ribbon';

export function StaleRibbon({ change }: { change: Schemas['PriceChange'] }) {
  const [asked, setAsked] = useState(false);
  const moved = movedSince(change);
  if (change.state === 'stale' && change.replaced_by) return <Replaced by={change.replaced_by} />;
  if (moved === null) return null;
  return (
    <Ribbon tone="warn">
      <p>
        <strong>This plan is stale.</strong> {moved} It cannot be approved or applied any more; its rows stay readable.
      </p>
      <ButtonLink size="xs" to="?tab=moved">
        See what moved
      </ButtonLink>
      <NeedsRole role="editor" to="price changes but not plan them again">
        <Button size="xs" onClick={() => setAsked(true)}>
          Plan again…
        </Button>
      </NeedsRole>
      {asked && <PlanAgainDialog change={change} onClose={() => setAsked(false)} />}
    </Ribbon>
  );
}

function Replaced({ by }: { by: Schemas['PriceChangeRef'] }) {
  const project = useProject();
  return (
    <Ribbon tone="warn">
      <p>
        <strong>This plan was replaced.</strong> It cannot be approved or applied any more; its rows stay readable.
      </p>
      <ButtonLink size="xs" to={`/${project.slug}/price-changes/${by.id}`}>{`Open ${by.title}`}</ButtonLink>
    </Ribbon>
  );
}
