// A link that narrows the rows of the plan to those that one guardrail spoke of.
import { Link, useLocation } from 'react-router';
import { guardrailName } from '../../shared/guardrails';
import styles from './price-changes.module.css';

export function SeeRows({ guardrail }: { guardrail: string }) {
  const { pathname } = useLocation();
  return (
    <Link to={{ pathname, search: `?tab=changes&guardrail=${guardrail}`, hash: '#rows' }} className={styles.see}>
      See rows<span className="visually-hidden"> of {guardrailName(guardrail)}</span>
    </Link>
  );
}
