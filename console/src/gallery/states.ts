// What a component shows of itself in the gallery: its states by name. A file `*.states.tsx` beside it exports them.
import type { ReactNode } from 'react';

/** Names are part of the address: small letters and hyphens. */
export type States = Record<string, () => ReactNode>;
