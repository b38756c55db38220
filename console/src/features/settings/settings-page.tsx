// Settings: of this browser, of the project, of the organisation's people, and the reader's own tokens.
import { Link } from 'react-router';
import { LettersSwitch } from '../../app/letters-switch';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { Card } from '../../ui/card';
import { AppearanceCard } from './appearance-card';
import { MembersCard } from './members-card';
import { PasswordCard } from './password-card';
import { ProjectCard } from './project-card';
import { RolesCard } from './roles-card';
import { TokensCard } from './tokens-card';
import styles from './settings.module.css';

export function Component() {
  const project = useProject();
  return (
    <Page title="Settings" subtitle="Appearance and keyboard hold for this browser alone; the project’s settings hold for everybody.">
      <div className={styles.columns}>
        <AppearanceCard />
        <Card title="Keyboard">
          <LettersSwitch />
        </Card>
        <PasswordCard />
        <RolesCard />
        <ProjectCard />
      </div>
      <MembersCard />
      <TokensCard />
      <Card title="Elsewhere">
        <ul className={styles.links}>
          <li>
            <Link to={`/${project.slug}/guardrails`}>Guardrails</Link>: what no price may do, whatever a rule says.
          </li>
          <li>
            <Link to={`/${project.slug}/webhooks`}>Webhooks</Link>: who is told of events.
          </li>
          <li>
            <Link to={`/${project.slug}/connectors`}>Connectors</Link>: which shops are connected.
          </li>
        </ul>
      </Card>
    </Page>
  );
}
