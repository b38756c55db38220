// Somebody saved the project's settings while others were typed here: what they changed beside what is typed.
import { Conflict } from '../../ui/conflict';
import type { Project } from '../../app/project';
import { settingConflicts, type TypedSettings } from './project-settings';
import styles from './settings.module.css';

interface ProjectConflictProps {
  id: string;
  /** What is stored now. */
  theirs: Project;
  /** What was stored when the typing here began. */
  before: Project;
  typed: TypedSettings;
  onKeepTheirs: () => void;
  onReapplyMine: () => void;
}

export function ProjectConflict({ id, theirs, before, typed, ...ways }: ProjectConflictProps) {
  const rows = settingConflicts(theirs, before, typed);
  return (
    <section className={styles.conflict} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>The settings were changed: v{theirs.version}</h3>
      <Conflict id={id} theirs={{ version: theirs.version, by: theirs.changed_by ?? 'Somebody', at: theirs.changed_at ?? null }} did="saved" base={before.version} notDone="What you typed is not saved, and kept here." {...ways}>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Theirs, v{theirs.version}</th>
            <th scope="col">Mine</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label} data-changed={(row.mine !== null && row.mine !== row.theirs) || undefined}>
              <th scope="row">{row.label}</th>
              <td>
                {row.theirs}
                {row.was !== null && <span className="muted">, was {row.was}</span>}
              </td>
              <td>{row.mine ?? <span className="muted">As theirs</span>}</td>
            </tr>
          ))}
        </tbody>
      </Conflict>
    </section>
  );
}
