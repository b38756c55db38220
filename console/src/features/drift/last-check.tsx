// When every price was last compared with the shop's: the last comparison that went through.
import { $api } from '../../api/client';
import { Instant } from '../../ui/values';

export function LastCheck() {
  const jobs = $api.useQuery('get', '/api/v1/jobs', { params: { query: { kind: 'drifts.sweep', state: 'done', limit: 1 } } });
  const at = jobs.data?.data[0]?.finished_at;
  if (jobs.data === undefined) return null;
  return at ? (
    <>
      Last full check <Instant at={at} />.
    </>
  ) : (
    <>There was no full check in the last week.</>
  );
}
