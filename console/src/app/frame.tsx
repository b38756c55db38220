// The frame around every page: skip link, header with the project, the search and the person, rail, banners, main.
import { Menu } from '@mantine/core';
import { useIsFetching, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, Navigate, Outlet, useLocation, useNavigate, useParams } from 'react-router';
import { useTour } from '../features/tour/progress';
import { countOf } from '../shared/format';
import { platformOf, written, type KeyAct } from '../shared/keys';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/list';
import { ProblemPanel } from '../ui/problem-panel';
import { Alone } from './alone';
import { addressOf, areas, sameAreaIn } from './areas';
import { Bell } from './bell/bell';
import { ChoosePassword } from './choose-password';
import { Connection } from './connection';
import { Icon, Mark } from './icons';
import { NewVersion } from './new-version';
import { NotFound } from './not-found';
import { Notices } from './notices';
import { ProjectProvider, projectsQuery, type Project } from './project';
import { Rail } from './rail';
import { SessionBanner } from './session-banner';
import { useActs } from './use-acts';
import { FRAME, runsUnderWay, useCounts, useFrameRuns } from './use-counts';
import { focusPageSearch, useKeys } from './use-keys';
import { UserMenu } from './user-menu';
import styles from './frame.module.css';

const palette = () => import('./palette/palette');
const Palette = lazy(palette);
const TourCard = lazy(() => import('../features/tour/tour-card'));
const KeySheet = lazy(() => import('./key-sheet'));
const paletteKeys = written('Mod+k', platformOf(navigator.userAgent)).join(' ');

type Over = 'palette' | 'sheet' | null;

export function Frame() {
  const { project: slug = '' } = useParams();
  const navigate = useNavigate();
  const [over, setOver] = useState<Over>(null);
  const [railOpened, setRailOpened] = useState(false);
  const projects = useQuery(projectsQuery);
  const settled = useIsFetching({ predicate: (query) => query.queryKey[0] !== FRAME }) === 0;
  const ready = useReady(settled);
  const project = projects.data?.data.find((candidate) => candidate.slug === slug);
  const runs = useFrameRuns(project?.slug);
  const counts = useCounts(project?.slug, runs.data);
  const touring = useTour().open;
  const acts = useActs(slug, () => setOver('sheet'));

  // Fetched ahead, so that what is typed right after its keys has a field to go to.
  useEffect(() => {
    if (settled) void palette().catch(() => undefined);
  }, [settled]);

  useKeys((act: KeyAct) => {
    // What was just asked for may still be on its way, and takes the letters that follow for itself.
    if (over !== null) return;
    if (act.kind === 'palette') setOver('palette');
    else if (act.kind === 'sheet') setOver('sheet');
    else if (act.kind === 'filter') focusPageSearch();
    else {
      const area = areas.find((candidate) => candidate.letter === act.letter);
      if (area) void navigate(addressOf(slug, area));
    }
  });

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      {touring && (
        <a className={styles.skip} href="#tour">
          Skip to the tour
        </a>
      )}
      <header className={styles.header}>
        <button type="button" className={styles.railButton} aria-expanded={railOpened} aria-controls="rail" onClick={() => setRailOpened(!railOpened)}>
          <Icon name="menu" size={18} />
          <span className="visually-hidden">Areas</span>
        </button>
        <Link to="/" className={styles.brand} aria-label="Calibr, start">
          <Mark />
          <span>Calibr</span>
        </Link>
        {project && <ProjectSwitch project={project} all={projects.data?.data ?? []} />}
        <button type="button" className={styles.search} aria-keyshortcuts="Control+K Meta+K" onClick={() => setOver('palette')}>
          <Icon name="search" />
          <span>Search or run a command</span>
          <kbd aria-hidden="true">{paletteKeys}</kbd>
        </button>
        <UnderWay project={slug} count={runsUnderWay(runs.data ?? []).length} />
        {project && (
          <ProjectProvider value={project}>
            <Bell key={project.slug} project={project.slug} />
          </ProjectProvider>
        )}
        <button type="button" className={styles.round} aria-keyshortcuts="?" title="Help and keyboard" onClick={() => setOver('sheet')}>
          <Icon name="help" size={18} />
          <span className="visually-hidden">Help and keyboard</span>
        </button>
        <UserMenu />
      </header>
      <Rail project={slug} counts={counts} opened={railOpened} onGo={() => setRailOpened(false)} />
      {touring && project && (
        <Suspense>
          <TourCard project={project.slug} />
        </Suspense>
      )}
      <div className={styles.place} data-touring={touring || undefined}>
        {project && (
          <ProjectProvider value={project}>
            <Connection />
          </ProjectProvider>
        )}
        <SessionBanner />
        <NewVersion />
        {project && <ChoosePassword project={project.slug} />}
        <main id="main" tabIndex={-1} className={styles.main} data-ready={ready || undefined}>
          {!settled && <i className={styles.onItsWay} aria-hidden="true" />}
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
      <Notices />
      <Suspense>
        {over === 'palette' && <Palette project={slug} acts={acts} onClose={() => setOver((now) => (now === 'palette' ? null : now))} />}
        {over === 'sheet' && <KeySheet project={slug} onClose={() => setOver(null)} />}
      </Suspense>
    </div>
  );
}

/** Whether every query of this address is answered. A page that has just come needs a moment to ask. */
function useReady(settled: boolean): boolean {
  const { key } = useLocation();
  const [answered, setAnswered] = useState('');
  useEffect(() => {
    if (!settled) {
      setAnswered('');
      return undefined;
    }
    const timer = setTimeout(() => setAnswered(key), 0);
    return () => clearTimeout(timer);
  }, [settled, key]);
  return settled && answered === key;
}

function UnderWay({ project, count }: { project: string; count: number }) {
  return (
    <span role="status" className={styles.underWay}>
      {count > 0 && (
        <Link to={`/${project}/runs`}>
          <span className={styles.pulse} aria-hidden="true" />
          <span>
            {countOf(count, 'run', 'runs')}
            <span className={styles.underWayMore}> under way</span>
          </span>
        </Link>
      )}
    </span>
  );
}

function ProjectSwitch({ project, all }: { project: Project; all: Project[] }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
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
          <Menu.Item key={other.id} onClick={() => void navigate(sameAreaIn(other.slug, pathname))}>
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
  const projects = useQuery(projectsQuery);
  const first = projects.data?.data[0];
  if (first) return <Navigate to={`/${first.slug}`} replace />;
  if (projects.error) {
    return (
      <Alone title="The projects could not be read">
        <ProblemPanel problem={projects.error} onRetry={() => void projects.refetch()} />
      </Alone>
    );
  }
  if (!projects.data) return <Alone title="Loading" quiet />;
  return (
    <Alone title="There is no project yet">
      <p>A project is a shop or brand with its own prices and rules. Ask whoever runs this server to make one.</p>
      <p>
        <Button onClick={() => void projects.refetch()}>Look again</Button>
      </p>
    </Alone>
  );
}
