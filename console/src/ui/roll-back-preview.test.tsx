// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, within } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it } from 'vitest';
import { ProjectProvider, type Project } from '../app/project';
import type { Schemas } from '../api/client';
import { RollBackEffects } from './roll-back-preview';

afterEach(cleanup);

function told(preview: Schemas['RollBackPreview']) {
  render(
    <MantineProvider env="test">
      <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
        <MemoryRouter>
          <RollBackEffects preview={preview} />
        </MemoryRouter>
      </ProjectProvider>
    </MantineProvider>,
  );
  return screen.getByRole('status').textContent;
}

const edited = { variant_id: 'var_1', sku: 'T-1', title: 'Tent', written: { amount: '9.00', currency: 'EUR' }, now: { amount: '8.50', currency: 'EUR' } };

describe('what a roll back would do', () => {
  it('says how many prices go back, and nothing of what is not there', () => {
    expect(told({ prices: 3181, changed: 0, unsure: 0, changed_since: [] })).toBe('3,181 prices go back to exactly what they were before, compare-at included.');
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('names what was changed since, with what was written and what is there now, and leads to it', () => {
    expect(told({ prices: 1, changed: 1, unsure: 0, changed_since: [edited] })).toBe('1 price goes back to exactly what it was before, compare-at included. 1 was changed again since and is left out.');
    const row = screen.getByRole('row', { name: /T-1 Tent/ });
    expect(row.textContent).toMatch(/9\.00.*8\.50/);
    expect(within(row).getByRole('link').getAttribute('href')).toBe('/demo/catalog/var_1');
  });

  it('owns up to what it cannot know', () => {
    expect(told({ prices: 2, changed: 0, unsure: 3, changed_since: [] })).toContain('3 prices may or may not have been written; what was written goes back too.');
  });
});
