// A filter by one value of a facet: type to find it, or open the list, where each value says what choosing it would leave.
import { CloseButton } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { formatCount } from '../shared/format';
import { matching, SuggestInput } from './document/suggest-input';
import styles from './facet-field.module.css';

export interface Facet {
  value: string;
  count: number;
}

interface FacetFieldProps {
  label: string;
  /** The chosen value; empty while none is. */
  value: string;
  /** Most frequent first, as the server has them. */
  facets: readonly Facet[];
  onChoose: (value: string) => void;
}

/** The server tells the most frequent hundred; what is rarer can be typed. */
const MOST = 100;

/** What Enter means: the value as typed, else the first that it could be, else whatever was typed. */
export function meant(values: string[], typed: string): string {
  const text = typed.trim();
  if (text === '' || values.includes(text)) return text;
  return matching(values, text)[0] ?? text;
}

export function FacetField({ label, value, facets, onChoose }: FacetFieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const counts = useMemo(() => new Map(facets.map((facet) => [facet.value, facet.count])), [facets]);
  const values = useMemo(() => [...counts.keys()], [counts]);
  const choose = (text: string) => {
    setTyped(text);
    if (text !== value) onChoose(text);
  };
  return (
    <SuggestInput
      aria-label={label}
      placeholder={label}
      size="sm"
      value={typed}
      suggestions={values}
      most={MOST}
      detailOf={(each) => <Count of={counts.get(each)} />}
      onChange={(text) => (text === '' ? choose('') : setTyped(text))}
      onPick={(text) => choose(meant(values, text))}
      onLeave={() => setTyped(value)}
      rightSection={value !== '' && <CloseButton size="sm" aria-label={`Clear ${label.toLowerCase()}`} onClick={() => choose('')} />}
    />
  );
}

function Count({ of }: { of: number | undefined }) {
  return of === undefined ? null : <span className={`number ${styles.count}`}>{formatCount(of)}</span>;
}
