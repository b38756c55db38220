// What the gallery holds, and every state of every shown component. Only in builds for development and tests.
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { ProjectProvider } from '../app/project';
import { MeProvider } from '../app/session';
import { over, screens } from './screens';
import { isShown, type Shown, type States } from './states';
import { meAs, project } from './world/people';
import styles from './gallery.module.css';

const files = import.meta.glob<{ states: States }>('../**/*.states.tsx', { eager: true });

const components = Object.entries(files)
  .map(([path, { states }]) => ({ name: path.replace(/^.*\/(.+)\.states\.tsx$/, '$1'), states }))
  .sort((one, other) => one.name.localeCompare(other.name));

export function Gallery() {
  const { component, state } = useParams();
  const shown = components.find((each) => each.name === component);
  const draw = state === undefined ? undefined : shown?.states[state];

  useEffect(() => {
    document.title = `${draw ? `${component}, ${state}` : 'Gallery'} · Calibr`;
    document.documentElement.dataset['ready'] = '';
  }, [draw, component, state]);

  return (
    <MeProvider value={meAs('editor')}>
      <ProjectProvider value={project}>
        <main className={styles.stage} dir={state === 'right-to-left' ? 'rtl' : undefined}>
          <h1 className={draw ? 'visually-hidden' : undefined}>{draw ? `${component}, ${state}` : 'Gallery'}</h1>
          {draw ? draw() : <Contents />}
        </main>
      </ProjectProvider>
    </MeProvider>
  );
}

/** Plain links: every state starts on a page of its own. What a screen must say is there for the test that looks at it. */
function Contents() {
  return (
    <>
      <h2>Screens</h2>
      <ul className={styles.contents}>
        {Object.entries(screens).map(([name, screen]) => (
          <li key={name}>
            <h3>{name}</h3>
            <ul>
              {Object.entries(screen.states).map(([state, how]) => (
                <li key={state}>
                  {isShown(how) ? (
                    <ScreenLink name={name} state={state} shown={how} part="main" heard={screen.heard === true && state === 'ready'} />
                  ) : (
                    <span className="muted">
                      no {state}: {how.not}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <h2>Over and around every page</h2>
      <ul className={styles.contents}>
        {Object.entries(over).map(([name, { part, states }]) => (
          <li key={name}>
            <h3>{name}</h3>
            <ul>
              {Object.entries(states).map(([state, shown]) => (
                <li key={state}>
                  <ScreenLink name={name} state={state} shown={shown} part={part} heard />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <h2>Components</h2>
      <ul className={styles.contents}>
        {components.map((component) => (
          <li key={component.name}>
            <h3>{component.name}</h3>
            <ul>
              {Object.keys(component.states).map((state) => (
                <li key={state}>
                  <a href={`/__gallery/${component.name}/${state}`} data-heard="">
                    {state}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

function ScreenLink({ name, state, shown, part, heard }: { name: string; state: string; shown: Shown; part: string; heard: boolean }) {
  const { says, hides = [], shows = [], crashes = false } = shown;
  return (
    <a href={`/__gallery/${name}/${state}`} data-screen={name} data-part={part} data-expects={JSON.stringify({ says, hides, shows, crashes })} data-heard={heard ? '' : undefined}>
      {state}
    </a>
  );
}
