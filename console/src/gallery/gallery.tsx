// Every state of every shown component, each at its own address. Only in builds for development and tests.
import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { ProjectProvider, type Project } from '../app/project';
import { MeProvider, type Me } from '../app/session';
import type { States } from './states';
import styles from './gallery.module.css';

const files = import.meta.glob<{ states: States }>('../**/*.states.tsx', { eager: true });

const components = Object.entries(files)
  .map(([path, { states }]) => ({ name: path.replace(/^.*\/(.+)\.states\.tsx$/, '$1'), states }))
  .sort((one, other) => one.name.localeCompare(other.name));

const project: Project = { id: 'prj_01', slug: 'demo', name: 'Nordlys', currency: 'EUR', time_zone: 'Europe/Berlin', country: 'DE', tax_rate_pct: '19', prices_include_tax: true };
const me: Me = { tenant_id: 'ten_01', tenant_name: 'Nordlys', user_id: 'usr_01', email: 'kim@nordlys.test', role: 'editor', scopes: [] };

export function Component() {
  const { component, state } = useParams();
  const [params] = useSearchParams();
  const { setColorScheme } = useMantineColorScheme();
  const theme = params.get('theme');
  useEffect(() => {
    if (theme === 'light' || theme === 'dark') setColorScheme(theme);
  }, [theme, setColorScheme]);
  const shown = components.find((each) => each.name === component);
  const draw = state === undefined ? undefined : shown?.states[state];

  useEffect(() => {
    document.title = `${draw ? `${component}, ${state}` : 'Gallery'} · Calibr`;
  }, [draw, component, state]);

  return (
    <MeProvider value={me}>
      <ProjectProvider value={project}>
        <main className={styles.stage} data-ready dir={state === 'right-to-left' ? 'rtl' : undefined}>
          <h1 className={draw ? 'visually-hidden' : undefined}>{draw ? `${component}, ${state}` : 'Gallery'}</h1>
          {draw ? draw() : <Contents />}
        </main>
      </ProjectProvider>
    </MeProvider>
  );
}

function Contents() {
  return (
    <ul className={styles.contents}>
      {components.map((component) => (
        <li key={component.name}>
          <h2>{component.name}</h2>
          <ul>
            {Object.keys(component.states).map((state) => (
              <li key={state}>
                <Link to={`/__gallery/${component.name}/${state}`}>{state}</Link>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
