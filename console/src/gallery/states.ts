// The states that the gallery shows: of a component those that its `*.states.tsx` names, of a screen those named here.
import type { ReactNode } from 'react';
import type { Answers, Bend, Operation } from './canned';
import type { Role } from '../app/rights';
import type { Hand } from './hand';

/** Names are part of the address: small letters and hyphens. */
export type States = Record<string, () => ReactNode>;

/** Every state that a list or page must have an answer to; a screen says of each how it looks, or why it has none. */
export const STATES = ['ready', 'loading', 'reloading', 'empty', 'empty-filtered', 'error', 'refused', 'no-right', 'stale', 'partial', 'live-lost', 'too-many', 'conflict'] as const;

export type State = (typeof STATES)[number];

/** What takes the place of usual answers, by operation; `*` stands for all that have none of their own. */
export type Bends = Partial<Record<Operation | '*', Bend>>;

/** How a screen comes into a state, and what can be read on it then. */
export interface Shown {
  /** In place of the screen's own path. */
  path?: string;
  role?: Role;
  /** In place of the world's answers. */
  answers?: Answers;
  /** From the beginning. */
  bends?: Bends;
  /** Once the page stands; then everything is asked again. */
  later?: Bends;
  /** What a person does once the page stands. */
  act?: (hand: Hand) => Promise<void>;
  /** What this browser has kept from before, by name. */
  kept?: Readonly<Record<string, string>>;
  /** The server has a newer console; with `lost`, and no longer the code of this one's pages. */
  newer?: 'there' | 'lost';
  /** The console itself fails, and the browser's console says so. */
  crashes?: true;
  /** Must stand on the page. */
  says: readonly string[];
  /** Must not stand on the page. */
  hides?: readonly string[];
  /** Elements that must be in sight: what is said by a bar or a tint, not in words. */
  shows?: readonly string[];
}

/** Why a screen has no such state. */
export interface Not {
  not: string;
}

export interface Screen {
  /** As the router has it. */
  route: string;
  /** An address that leads there. */
  path: string;
  /** Whether what a reader hears of it, when all is well, is kept in e2e/gallery.aria.txt. */
  heard?: boolean;
  states: Record<State, Shown | Not>;
}

/** What stands over or around every page, in states of its own. */
export interface Over {
  /** A page that it stands over. */
  path: string;
  /** The element that it is; what a reader hears of it is kept in e2e/gallery.aria.txt. */
  part: string;
  states: Record<string, Shown>;
}

export const isShown = (state: Shown | Not): state is Shown => !('not' in state);
