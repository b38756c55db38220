// Says when the server has a newer console than this tab. It is never reloaded by itself: something may be half typed.
import { useQuery } from '@tanstack/react-query';
import { isNewer } from '../shared/version';
import { Button } from '../ui/button';
import { FRAME } from './use-counts';
import styles from './banner.module.css';

const LOOK_EVERY_MS = 5 * 60_000;

// As the page was when it started; later scripts are added to the document by what is loaded on demand.
const running = document.head.innerHTML;

export function NewVersion() {
  const newer = useQuery({
    queryKey: [FRAME, 'version'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/', { signal, cache: 'no-store', headers: { accept: 'text/html' } });
      return response.ok && isNewer(running, await response.text());
    },
    retry: false,
    staleTime: LOOK_EVERY_MS,
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <div role="status">
      {newer.data === true && (
        <div className={styles.banner} data-tone="news">
          <p>A new version is running. Reload when you are ready; what you typed in a draft stays.</p>
          <Button size="xs" onClick={() => location.reload()}>
            Reload now
          </Button>
        </div>
      )}
    </div>
  );
}
