// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { FacetField, meant } from './facet-field';

afterEach(cleanup);

const facets = [
  { value: 'Lodenberg', count: 1140 },
  { value: 'Waldrand', count: 35 },
];

function Sample() {
  const [value, setValue] = useState('');
  return (
    <MantineProvider>
      <FacetField label="Vendor" value={value} facets={facets} onChoose={setValue} />
      <output>{value}</output>
    </MantineProvider>
  );
}

describe('a filter by a facet', () => {
  it('says how much each value would leave, and takes what is chosen by keys', async () => {
    render(<Sample />);
    const user = userEvent.setup();
    const field = screen.getByRole('combobox', { name: 'Vendor' });
    await user.click(field);
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['Lodenberg1,140', 'Waldrand35']);
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(screen.getByRole('status').textContent).toBe('Waldrand');
    await user.click(screen.getByRole('button', { name: 'Clear vendor' }));
    expect(screen.getByRole('status').textContent).toBe('');
  });

  it('is as before when what was typed is left without Enter, and empty when all is taken out', async () => {
    render(<Sample />);
    const user = userEvent.setup();
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: 'Vendor' });
    await user.type(field, 'wald{Enter}');
    await user.clear(field);
    expect(screen.getByRole('status').textContent).toBe('');
    await user.type(field, 'loden');
    await user.tab();
    expect([field.value, screen.getByRole('status').textContent]).toEqual(['', '']);
  });

  it('takes the value itself, what it could be, or what no facet told', () => {
    const values = ['Waldrand', 'Wald'];
    expect(meant(values, ' Wald ')).toBe('Wald');
    expect(meant(values, 'waldr')).toBe('Waldrand');
    expect(meant(values, 'Nordkamm')).toBe('Nordkamm');
    expect(meant(values, '  ')).toBe('');
  });
});
