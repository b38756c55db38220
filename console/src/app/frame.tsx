// The frame around every page: skip link, header with the project and the person, rail, main.
import { Menu } from '@mantine/core';
import { useIsFetching } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Link, Navigate, NavLink, Outlet, useNavigate, useParams } from 'react-router';
import { $api } from '../api/client';
import { Skeleton } from '../ui/list';
import { ProblemPanel } from '../ui/problem-panel';
import { NotFound } from './not-found';
import { Icon, Mark, type IconName } from './icons';
import { ProjectProvider, type Project } from './project';
import { UserMenu } from './user-menu';
import styles from './frame.module.css';

const areas: { path: IconName; label: string }[] = [
  { path: 'catalog', label: 'Catalogue' },
  { path: 'rules', label: 'Rules' },
  { path: 'guardrails', label: 'Guardrails' },
  { path: 'price-changes', label: 'Price changes' },
  { path: 'runs', label: 'Runs' },
  { path: 'audit', label: 'Audit' },
];

export function Frame() {
  const { project: slug } = useParams();
  const projects = $api.useQuery('get', '/api/v1/projects', {}, { staleTime: 300_000 });
  const settled = useIsFetching() === 0;
  const project = projects.data?.data.find((candidate) => candidate.slug === slug);

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label="Calibr, start">
          <Mark />
          <span>Calibr</span>
        </Link>
        {project && <ProjectSwitch project={project} all={projects.data?.data ?? []} />}
        <div className={styles.spacer} />
        <UserMenu />
      </header>
      <nav className={styles.rail} aria-label="Areas">
        <ul>
          {areas.map((area) => (
            <li key={area.path}>
              <NavLink to={`/${slug}/${area.path}`} className={styles.area}>
                <Icon name={area.path} />
                {area.label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1} className={styles.main} data-ready={settled || undefined}>
        {project ? (
          <ProjectProvider value={project}>
            <Suspense fallback={<Skeleton rows={8} />}>
              <Outlet />
            </Suspense>
          </ProjectProvider>
        ) : projects.error ? (
          <ProblemPanel problem={projects.error} onRetry={() => void projects.refetch()} />
        ) : projects.data ? (
          <NotFound what={`a project “${slug}”`} />
        ) : (
          <Skeleton rows={8} />
        )}
      </main>
    </div>
  );
}

function ProjectSwitch({ project, all }: { project: Project; all: Project[] }) {
  const navigate = useNavigate();
  const name = (
    <>
      <span className={styles.projectName}>{project.name}</span>
      <span className="muted">{project.currency}</span>
    </>
  );
  if (all.length < 2) return <div className={styles.project}>{name}</div>;
  return (
    <Menu position="bottom-start" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={styles.project} aria-label={`Project ${project.name}, change`}>
          {name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {all.map((other) => (
          <Menu.Item key={other.id} onClick={() => void navigate(`/${other.slug}/price-changes`)}>
            {other.name} · {other.currency}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The same grey shape that index.html starts with, until the first page's code is here. */
export function ShellSkeleton() {
  return (
    <div className="shell-skeleton" aria-hidden="true">
      <div className="shell-skeleton-rail" />
      <div className="shell-skeleton-main" />
    </div>
  );
}

/** `/` leads to the first project. */
export function Start() {
  const projects = $api.useQuery('get', '/api/v1/projects', {});
  const first = projects.data?.data[0];
  if (first) return <Navigate to={`/${first.slug}/price-changes`} replace />;
  if (projects.error) return <ProblemPanel problem={projects.error} onRetry={() => void projects.refetch()} />;
  return projects.data ? <NotFound what="a project here" /> : null;
}
