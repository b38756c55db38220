// The guided tour as a text: the same seven stops to read at one's own pace, and the way in.
import { Link } from 'react-router';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { leaveTour, startTour, useTour } from './progress';
import { stops, whereTo } from './stops';
import styles from './tour.module.css';

const roles = { viewer: 'Anybody who can read.', editor: 'Takes the role editor.', approver: 'Takes the role approver, and another person than the one who planned.' };

export function Component() {
  const project = useProject();
  const { stop, open, change } = useTour();
  const begun = stop > 0 && stop < stops.length;
  return (
    <Page
      title="Guided tour"
      subtitle="From a connected shop to a price change that was applied and taken back, in seven stops on the pages where it happens."
      actions={
        open ? (
          <Button onClick={leaveTour}>Leave the tour</Button>
        ) : (
          <>
            {begun && <Button onClick={() => startTour(0)}>Begin again</Button>}
            <Button weight="primary" onClick={() => startTour(begun ? stop : 0)}>
              {begun ? `Go on at stop ${stop + 1}` : 'Start the tour'}
            </Button>
          </>
        )
      }
    >
      <ol className={styles.stops}>
        {stops.map((each, index) => (
          <li key={each.id}>
            <Card title={`${index + 1}. ${each.title}`} anchor={each.id} aside={<Link to={whereTo(each, project.slug, change)}>Open its page<span className="visually-hidden">: {each.title}</span></Link>}>
              <p>{each.text}</p>
              <p className={styles.act}>{each.act}</p>
              <p className="muted">{roles[each.role]}</p>
            </Card>
          </li>
        ))}
      </ol>
    </Page>
  );
}
