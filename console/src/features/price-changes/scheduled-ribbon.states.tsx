import type { States } from '../../gallery/states';
import { scheduled } from '../../gallery/world/changes';
import { ScheduledRibbon } from './scheduled-ribbon';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const nothing = () => undefined;

export const states: States = {
  ready: () => <ScheduledRibbon change={scheduled} nowMs={nowMs} onReload={nothing} />,
  'no-right': () => <ScheduledRibbon change={{ ...scheduled, allowed: [] }} nowMs={nowMs} onReload={nothing} />,
};
