// Small drawings that stand beside a word, never instead of it.
import type { GlyphName } from '../shared/words';

const paths: Record<GlyphName, React.ReactNode> = {
  up: <path d="M8 3.5 13.5 12.5h-11z" fill="currentColor" stroke="none" />,
  down: <path d="M8 12.5 2.5 3.5h11z" fill="currentColor" stroke="none" />,
  same: <path d="M3.5 6h9M3.5 10h9" />,
  blocked: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M4.5 11.5l7-7" />
    </>
  ),
  skipped: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.4 2" />,
  check: <path d="M3 8.5l3.5 3.5L13 4.5" />,
  wait: <circle cx="8" cy="8" r="5.25" />,
  live: (
    <>
      <circle cx="8" cy="8" r="5.25" />
      <circle cx="8" cy="8" r="2.5" fill="currentColor" stroke="none" />
    </>
  ),
  warn: (
    <>
      <path d="M8 2.5l6 11H2z" />
      <path d="M8 6.5v3.2M8 11.4v.3" />
    </>
  ),
  cross: <path d="M4 4l8 8M12 4l-8 8" />,
  conflict: <path d="M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13" />,
  waived: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M5.5 8.5l2 2 3.5-4.5" />
    </>
  ),
  back: <path d="M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 010 7H6" />,
};

/** The bare drawing, 16 by 16, for use inside a picture. */
export const glyphPath = (name: GlyphName) => paths[name];

export function Glyph({ name, size = 14 }: { name: GlyphName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flexShrink: 0 }}
    >
      {paths[name]}
    </svg>
  );
}
