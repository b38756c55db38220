// The rail's drawings. They repeat the words beside them and are hidden from readers.
import type { ReactNode } from 'react';

const shapes = {
  catalog: <path d="M2.5 4.5l5.5-2 5.5 2v7l-5.5 2-5.5-2zM2.5 4.5l5.5 2 5.5-2M8 6.5v7" />,
  rules: <path d="M2.5 4h5M10.5 4h3M2.5 8h1.5M7 8h6.5M2.5 12h6M11.5 12h2M9 2.5v3M5.5 6.5v3M10 10.5v3" />,
  guardrails: <path d="M2 5.5h12M2 9h12M4 3v10.5M12 3v10.5" />,
  'price-changes': <path d="M8.5 2.5h5v5l-6 6-5-5zM11 5v.01" />,
  runs: <path d="M4.5 3l8 5-8 5z" />,
  audit: <path d="M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

export function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--primary)" />
      <g stroke="var(--on-primary)" strokeWidth="2" strokeLinecap="round">
        <path d="M8 22V11M13 22v-6M18 22V11M23 22v-6" opacity=".6" />
        <path d="M6 22h20" />
      </g>
      <path d="M18 5l3.4 5h-6.8z" fill="var(--on-primary)" />
    </svg>
  );
}
