// A fault of the console itself: said plainly, with a way on. A newer version on the server is the usual cause of a missing chunk.
import { useRouteError } from 'react-router';
import { Button } from '../ui/button';
import { ProblemPanel } from '../ui/problem-panel';
import styles from './session.module.css';

export function Fault() {
  return (
    <main className={styles.alone}>
      <WhatHappened />
    </main>
  );
}

/** In place of a page; the frame around it stays. */
export function PageFault() {
  return (
    <div className={styles.alone}>
      <WhatHappened />
    </div>
  );
}

function WhatHappened() {
  const error = useRouteError();
  const missingChunk = error instanceof Error && /dynamically imported module|Importing a module/i.test(error.message);
  return (
    <>
      <h1>{missingChunk ? 'A new version is running' : 'This page could not be shown'}</h1>
      {missingChunk ? <p>The server has a newer console than this tab. Nothing was changed.</p> : <ProblemPanel problem={error} notDone="Nothing was changed on the server by this." />}
      <p>
        <Button weight="primary" onClick={() => location.reload()}>
          Reload the page
        </Button>
      </p>
    </>
  );
}
