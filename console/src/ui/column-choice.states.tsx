import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { States } from '../gallery/states';
import { ColumnChoice } from './column-choice';

const headers = ['SKU', 'Name', 'Vendor', 'Price', 'Cost', 'Compare-at price', 'Margin', 'Markets', 'Last change and its reason', 'Flags'];
const columns = headers.map((header, index) => ({ key: `column${index}`, header, names: index === 0 }));
const usual = columns.slice(0, 5).map(({ key }) => key);

function Choosing() {
  const [asked, setAsked] = useState<string[]>([]);
  return <ColumnChoice columns={columns} usual={usual} shown={asked.length === 0 ? usual : asked} onChoose={setAsked} />;
}

/** Pressed as soon as it stands; the button is where a page has it, at the end of a line. */
function Pressed({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.querySelector<HTMLElement>('button[aria-expanded=false]')?.click(), []);
  return (
    <div ref={place} style={{ display: 'flex', justifyContent: 'end' }}>
      {children}
    </div>
  );
}

export const states: States = {
  opened: () => (
    <Pressed>
      <Choosing />
    </Pressed>
  ),
};
