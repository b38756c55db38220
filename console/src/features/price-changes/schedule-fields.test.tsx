// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { ProjectProvider } from '../../app/project';
import { project } from '../../gallery/world/people';
import { startNow, startRequest, type StartChoice } from './schedule';
import { ScheduleFields } from './schedule-fields';

afterEach(cleanup);

const nowMs = Date.parse('2026-11-21T12:00:00Z');
let chosen: StartChoice;

function Fields({ refused = {} }: { refused?: { local?: string } }) {
  const [choice, setChoice] = useState(startNow('Europe/Paris'));
  chosen = choice;
  return <ScheduleFields choice={choice} onChange={setChoice} nowMs={nowMs} refused={refused} zones={['America/New_York', 'Europe/Paris']} />;
}

function show(refused = {}) {
  render(
    <MantineProvider>
      <ProjectProvider value={{ ...project, time_zone: 'Europe/Berlin' }}>
        <Fields refused={refused} />
      </ProjectProvider>
    </MantineProvider>,
  );
  fireEvent.click(screen.getByRole('radio', { name: 'Schedule…' }));
}

const at = (local: string) => fireEvent.change(screen.getByLabelText('Start at'), { target: { value: local } });
const meant = () => screen.queryByRole('status')?.textContent ?? '';

test('a time is shown by the clocks of the shop before it is sent', () => {
  show();
  expect(meant()).toBe('');
  fireEvent.change(screen.getByLabelText('Time zone'), { target: { value: 'America/New_York' } });
  at('2026-11-27T09:00');
  expect(meant()).toContain('in 6 days');
  expect(meant()).toContain('for the shop (Europe/Berlin)');
  expect(document.querySelector('time')?.getAttribute('datetime')).toBe('2026-11-27T14:00:00Z');
  expect(startRequest(chosen)).toEqual({ local: '2026-11-27T09:00', time_zone: 'America/New_York' });
});

test('a time that happens twice is chosen with a button, and another time forgets the choice', () => {
  show();
  at('2027-10-31T02:30');
  expect(screen.getByText(/happens twice in Europe\/Paris/)).toBeTruthy();
  expect(meant()).toBe('');
  fireEvent.click(screen.getByRole('button', { name: 'Take the later: 02:30 (01:30 UTC)' }));
  expect(screen.queryByText(/happens twice/)).toBeNull();
  expect(startRequest(chosen)?.disambiguation).toBe('later');
  expect(screen.getByRole('button', { name: /later/ }).getAttribute('aria-pressed')).toBe('true');
  at('2027-10-30T02:30');
  expect(startRequest(chosen)).toEqual({ local: '2027-10-30T02:30', time_zone: 'Europe/Paris' });
});

test('what the server says of the time stands beside it', () => {
  show({ local: 'It could not start then.' });
  at('2026-11-27T09:00');
  expect(screen.getByText('It could not start then.')).toBeTruthy();
});
