// A fault of the console itself: said plainly, with a way on, and its own words for whoever can mend it. A newer version on the server
// is the usual cause of a missing chunk.
import { useRouteError } from 'react-router';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { Glyph } from '../ui/glyph';
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
      {missingChunk ? <p>The server has a newer console than this tab. Nothing was changed.</p> : <Failed words={error instanceof Error ? error.message : String(error)} />}
      <p>
        <Button weight="primary" onClick={() => location.reload()}>
          Reload the page
        </Button>
      </p>
    </>
  );
}

function Failed({ words }: { words: string }) {
  return (
    <>
      <p role="alert">The console failed while it drew this page. Nothing was changed on the server by this.</p>
      <p>If it fails again after reloading, tell whoever runs this server where you were and what failed:</p>
      <p className={styles.failed}>
        <Glyph name="warn" size={16} />
        <code>{words}</code>
      </p>
      <CopyButton text={`${location.pathname}: ${words}`}>Copy what failed</CopyButton>
    </>
  );
}
