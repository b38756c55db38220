// The frame's drawings. They repeat the words beside them and are hidden from readers.
import type { ReactNode } from 'react';

const shapes = {
  home: <path d="M2.5 7.5L8 2.5l5.5 5v6h-4v-4h-3v4h-4z" />,
  catalog: <path d="M2.5 4.5l5.5-2 5.5 2v7l-5.5 2-5.5-2zM2.5 4.5l5.5 2 5.5-2M8 6.5v7" />,
  rules: <path d="M2.5 4h5M10.5 4h3M2.5 8h1.5M7 8h6.5M2.5 12h6M11.5 12h2M9 2.5v3M5.5 6.5v3M10 10.5v3" />,
  guardrails: <path d="M2 5.5h12M2 9h12M4 3v10.5M12 3v10.5" />,
  'price-changes': <path d="M8.5 2.5h5v5l-6 6-5-5zM11 5v.01" />,
  approvals: <path d="M2.5 3.5h11v8h-6l-3 2.5v-2.5h-2zM5.5 7.5l1.75 1.75L10.75 6" />,
  runs: <path d="M4.5 3l8 5-8 5z" />,
  drift: <path d="M2.5 5.5h7M9.5 5.5L7 3M9.5 5.5L7 8M13.5 10.5h-7M6.5 10.5L9 8M6.5 10.5L9 13" />,
  audit: <path d="M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2.5" />,
  connectors: <path d="M5.5 2.5v3M10.5 2.5v3M3.5 5.5h9v2.5a4.5 4.5 0 01-9 0zM8 12.5v1.5" />,
  events: <path d="M2.5 4h11M2.5 8h8M2.5 12h5M13 10v4M11 12h4" />,
  jobs: <path d="M8 2.5v2M8 11.5v2M2.5 8h2M11.5 8h2M4.1 4.1l1.4 1.4M10.5 10.5l1.4 1.4M4.1 11.9l1.4-1.4M10.5 5.5l1.4-1.4M10 8a2 2 0 11-4 0 2 2 0 014 0z" />,
  webhooks: <path d="M8 5.5a2 2 0 112-2M8 5.5L5 11M10.5 12a2 2 0 102-2.5M10.5 12h-5M3.5 10A2 2 0 105.5 12M12.5 9.5L9.5 4.5" />,
  lists: <path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6" />,
  settings: <path d="M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M11.5 5a1.5 1.5 0 11-3 0 1.5 1.5 0 013 0zM7.5 11a1.5 1.5 0 11-3 0 1.5 1.5 0 013 0z" />,
  tour: <path d="M8 13.5a5.5 5.5 0 100-11 5.5 5.5 0 000 11zM10.5 5.5l-1.5 3.5-3.5 1.5 1.5-3.5z" />,
  search: <path d="M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.5 10.5l3 3" />,
  help: <path d="M6 6a2 2 0 113 1.75c-.75.4-1 .8-1 1.75M8 11.75v.01M8 14A6 6 0 108 2a6 6 0 000 12z" />,
  menu: <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
  bell: <path d="M4 11.5V7a4 4 0 018 0v4.5l1 1H3zM7 14h2" />,
  go: <path d="M3 8h9M8.5 4.5L12 8l-3.5 3.5" />,
  act: <path d="M4 4l4 4-4 4M9 12h4" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" style={{ flexShrink: 0 }}>
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
