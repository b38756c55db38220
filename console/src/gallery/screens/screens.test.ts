// @vitest-environment happy-dom
// The gallery holds every screen: each address of the router, each state, and nothing that the router has not.
import { matchRoutes, type RouteObject } from 'react-router';
import { describe, expect, it } from 'vitest';
import { routes } from '../../app/router';
import { isShown, STATES } from '../states';
import { over, screens } from '.';

/** Every address of the console's router that shows something. */
function addresses(among: RouteObject[], above = ''): string[] {
  return among.flatMap((route) => {
    const path = route.path === undefined ? above : route.path.startsWith('/') ? route.path : `${above}/${route.path}`;
    return route.children ? addresses(route.children, path) : [path];
  });
}

const all = Object.entries(screens);

describe('the gallery', () => {
  it('has every screen of the router and no other', () => {
    // The parts of a price change share its route, each with an address of its own.
    expect([...new Set(all.map(([, screen]) => screen.route))].sort()).toEqual(addresses(routes).sort());
    expect(new Set(all.map(([, screen]) => screen.path)).size).toBe(all.length);
  });

  it.each(all)('%s is at an address of its route', (_, { route, path }) => {
    const matches = matchRoutes(routes, path) ?? [];
    const whole = matches.map(({ route: { path: part } }) => part ?? '').filter(Boolean);
    expect(whole.reduce((above, part) => (part.startsWith('/') ? part : `${above}/${part}`), '')).toBe(route);
  });

  it.each(all)('%s says of each state how it looks or why it has none', (_, { states }) => {
    expect(Object.keys(states).sort()).toEqual([...STATES].sort());
    for (const [state, how] of Object.entries(states)) {
      if (isShown(how)) expect(how.says.join(''), state).not.toBe('');
      else expect(how.not, state).toMatch(/^[A-Z].+\.$/);
    }
  });

  it('has what stands over every page, under names of its own', () => {
    for (const [name, { path, states }] of Object.entries(over)) {
      expect(Object.keys(screens)).not.toContain(name);
      expect(matchRoutes(routes, path), name).not.toBeNull();
      for (const [state, { says }] of Object.entries(states)) expect(says.join(''), `${name}/${state}`).not.toBe('');
    }
  });

  it('shows most of what it names', () => {
    const states = all.flatMap(([, screen]) => Object.values(screen.states));
    expect(states.filter(isShown).length).toBeGreaterThan(280);
  });
});
