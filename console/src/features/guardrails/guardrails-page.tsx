// The limits that hold whatever a rule says: which, how strictly, who set them; the waivers of the soft ones; every version.
import type { Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { NeedsRole } from '../../app/rights';
import { guardrailName, guardrailStops } from '../../shared/guardrails';
import { guardrailMode, settingSource } from '../../shared/words';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Missing } from '../../ui/values';
import { notSet, settingsInWords } from './settings-text';
import { useGuardrails } from './use-guardrails';
import { VersionsCard } from './versions-card';
import { WaiversCard } from './waivers-card';
import styles from './guardrails.module.css';

type Guardrail = Schemas['Guardrail'];

export function Component() {
  const query = useGuardrails();
  const guardrails = query.data;
  return (
    <Page
      title="Guardrails"
      subtitle="Limits that hold whatever a rule says. They never move a price: they stop it."
      actions={
        <NeedsRole role="admin" to="guardrails but not change them">
          <ButtonLink weight="primary" to="edit">
            Change the guardrails
          </ButtonLink>
        </NeedsRole>
      }
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={8} /> : null}
      {guardrails && <InForce guardrails={guardrails} />}
      <WaiversCard />
      <VersionsCard />
    </Page>
  );
}

function InForce({ guardrails }: { guardrails: Schemas['Guardrails'] }) {
  const others = notSet(guardrails.guardrails.map(({ guardrail }) => guardrail));
  return (
    <Card
      title="In force"
      flush
      aside={
        <span className={styles.version}>
          {guardrails.label} <CopyableId id={guardrails.content_hash} label="content hash" short />
        </span>
      }
    >
      <Table caption="Guardrails in the order in which they are asked" columns={columns} rows={guardrails.guardrails} rowKey={(row) => row.guardrail} />
      {others.length > 0 && <p className={styles.notSet}>Not set, and stopping nothing: {others.join(', ')}.</p>}
    </Card>
  );
}

const columns: Column<Guardrail>[] = [
  {
    key: 'guardrail',
    header: 'Guardrail',
    names: true,
    cell: ({ guardrail }) => (
      <span className={styles.name}>
        {guardrailName(guardrail)}
        <code className="muted">{guardrail}</code>
      </span>
    ),
  },
  { key: 'stops', header: 'What it stops', prose: true, cell: ({ guardrail }) => guardrailStops(guardrail) ?? <Missing /> },
  { key: 'mode', header: 'Mode', cell: ({ mode }) => <Status word={guardrailMode(mode)} quiet /> },
  { key: 'settings', header: 'Settings', prose: true, cell: ({ settings }) => settingsInWords(settings) || <Missing /> },
  { key: 'source', header: 'Set by', cell: ({ source }) => settingSource(source) },
];
