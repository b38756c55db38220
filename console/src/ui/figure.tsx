// A picture with its finding in words above it, and the same as a table at the press of a button.
import { useElementSize } from '@mantine/hooks';
import { useId, useState, type ReactNode } from 'react';
import { Button } from './button';
import styles from './figure.module.css';

interface FigureProps {
  /** What the picture shows, in words. */
  finding: ReactNode;
  table: ReactNode;
  /** Draws the picture in the width there is; `labelledBy` names the finding. */
  children: (width: number, labelledBy: string) => ReactNode;
}

/** Width until the place it stands in has been measured. */
const WIDTH = 640;

export function Figure({ finding, table, children }: FigureProps) {
  const [asTable, setAsTable] = useState(false);
  const { ref, width } = useElementSize();
  const id = useId();
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <div className={styles.caption}>
        <figcaption id={id}>{finding}</figcaption>
        <Button size="xs" weight="quiet" onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as picture' : 'Show as table'}
        </Button>
      </div>
      <div ref={ref}>{asTable ? table : children(width || WIDTH, id)}</div>
    </figure>
  );
}

/** The table of a picture: a heading for each row, numbers behind it. */
export function FigureTable({ label, head, rows }: { label: string; head: string[]; rows: [name: string, ...numbers: string[]][] }) {
  return (
    <div className={styles.tableScroll} tabIndex={0} role="group" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...numbers]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {numbers.map((number, index) => (
                <td key={index} className="number">
                  {number}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
