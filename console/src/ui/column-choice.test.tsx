// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { ColumnChoice } from './column-choice';

it('presses that follow each other count together, even before the page shows the first', async () => {
  const asked: string[][] = [];
  const columns = [{ key: 'sku', header: 'SKU', names: true }, ...['vendor', 'price', 'cost'].map((key) => ({ key, header: key }))];
  const user = userEvent.setup();
  // The page that never comes to show what was asked for.
  render(
    <MantineProvider env="test">
      <ColumnChoice columns={columns} usual={['sku', 'price']} shown={['sku', 'price']} onChoose={(names) => asked.push(names)} />
    </MantineProvider>,
  );
  await user.click(screen.getByRole('button', { name: 'Columns…' }));
  expect(screen.getByText('2 columns of 4 shown.')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('SKU (always)').disabled).toBe(true);
  await user.click(screen.getByLabelText('cost'));
  await user.click(screen.getByLabelText('price'));
  await user.click(screen.getByRole('button', { name: 'Show the usual columns' }));
  expect(asked).toEqual([['sku', 'price', 'cost'], ['sku', 'cost'], []]);
});
