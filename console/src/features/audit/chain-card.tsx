// Whether the audit is whole: the chain of seals is gone through on demand, drawn part by part, and can be taken out.
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { Button, DownloadLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { TextField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { CopyableId, Instant } from '../../ui/values';
import { ChainPicture } from './chain-picture';
import { breakWords, chainWord, headFault } from './chain-words';
import styles from './chain-card.module.css';

type Verification = Schemas['AuditVerification'];

export function ChainCard() {
  const [head, setHead] = useState('');
  const verify = $api.useMutation('post', '/api/v1/audit/verify', {});
  const fault = headFault(head);
  const act = () => verify.mutate({ body: { head: head.trim() === '' ? null : head.trim().toLowerCase() } });
  return (
    <Card title="Chain" aside={<DownloadLink href="/api/v1/audit/export">Download it all as NDJSON</DownloadLink>}>
      <div className={styles.chain}>
        <p className="muted">Records are put under seals, each of which holds the one before. A record that is altered, taken out or put in later does not fit its seal any more.</p>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (fault === undefined) act();
          }}
        >
          <TextField label="A head that you kept elsewhere (optional)" value={head} onChange={setHead} error={fault} name="head" />
          <Button type="submit" weight="primary" busy={verify.isPending}>
            Verify now
          </Button>
        </form>
        <div role="status">{verify.data && <Found found={verify.data} />}</div>
        {verify.error ? <ProblemPanel problem={verify.error} notDone="The chain was not verified." onRetry={act} /> : null}
        {verify.data && verify.data.segments.length > 0 && <ChainPicture segments={verify.data.segments} />}
      </div>
    </Card>
  );
}

function Found({ found }: { found: Verification }) {
  return (
    <div className={styles.found}>
      <Status word={chainWord(found)} />
      <p>
        {countOf(found.sealed, 'record', 'records')} under {countOf(found.seals, 'seal', 'seals')}
        {found.waiting > 0 && <>, {countOf(found.waiting, 'newer record waits', 'newer records wait')} for the next one</>}
        {found.sealed_at && (
          <>
            ; the newest seal was made <Instant at={found.sealed_at} />
          </>
        )}
        .
      </p>
      {found.head && (
        <p>
          Head <CopyableId id={found.head} label="head" />. Keep it elsewhere, and nobody can cut the chain short unseen.
        </p>
      )}
      {found.head_known === false && <p>The head that you kept is not in the chain: it was cut short or made anew since.</p>}
      {found.head_known === true && <p>The head that you kept is in the chain.</p>}
      {found.broken && <Broken broken={found.broken} />}
    </div>
  );
}

function Broken({ broken }: { broken: Schemas['AuditBreak'] }) {
  return (
    <div className={styles.broken}>
      <p>
        <strong>{breakWords(broken.code)}.</strong> {broken.detail}
      </p>
      {(broken.expected ?? broken.found) && (
        <dl>
          <dt>What was sealed</dt>
          <dd className="mono">{broken.expected ?? 'nothing'}</dd>
          <dt>What is there</dt>
          <dd className="mono">{broken.found ?? 'nothing'}</dd>
        </dl>
      )}
    </div>
  );
}
