// A value between its limits, as small as a word. The numbers stand beside it, so readers who hear the page lose nothing.
import { scaleOver } from '../shared/scale';
import type { Span } from '../shared/limits';
import type { Tone } from '../shared/words';
import styles from './bullet.module.css';

const WIDTH = 96;
const HEIGHT = 16;

export function Bullet({ span: { value, edges }, tone }: { span: Span; tone: Tone }) {
  const at = scaleOver([value, ...edges], WIDTH, 0.12);
  // Limits that contradict each other cross: what lies between them is drawn all the same.
  const [low, high] = edges.map(at).sort((one, other) => one - other);
  return (
    <svg width={WIDTH} height={HEIGHT} className={styles.bullet} data-tone={tone} aria-hidden="true">
      <line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className={styles.ground} />
      {high !== undefined && <rect x={low} y={5} width={high - low!} height={6} className={styles.within} />}
      {edges.map((edge) => (
        <line key={edge} x1={at(edge)} x2={at(edge)} y1={2} y2={14} className={styles.edge} />
      ))}
      <circle cx={at(value)} cy={HEIGHT / 2} r={3.5} className={styles.value} />
    </svg>
  );
}
