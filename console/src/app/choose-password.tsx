// Asks who has a password that somebody else chose to choose their own. Nothing is kept from them meanwhile.
import { PASSWORD_ANCHOR } from '../shared/places';
import { ButtonLink } from '../ui/button';
import { Glyph } from '../ui/glyph';
import { useMe } from './session';
import styles from './banner.module.css';

export function ChoosePassword({ project }: { project: string }) {
  const me = useMe();
  return (
    <div role="status">
      {me.must_change_password && (
        <div className={styles.banner} data-tone="warn">
          <Glyph name="warn" size={16} />
          <p>Somebody else chose your password. Choose one that only you know.</p>
          <ButtonLink size="xs" to={`/${project}/settings#${PASSWORD_ANCHOR}`}>
            Change your password
          </ButtonLink>
        </div>
      )}
    </div>
  );
}
