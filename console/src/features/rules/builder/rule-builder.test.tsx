// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useReducer } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { $api } from '../../../api/client';
import type { FieldFault } from '../../../api/problem';
import { ProjectProvider, type Project } from '../../../app/project';
import { readDocument } from '../../../ui/document/document-text';
import { draftOf, draftReducer } from '../../../ui/document/draft';
import { RULE_SHAPE } from '../rule-text';
import { RuleBuilder } from './rule-builder';

const project = { slug: 'demo', name: 'Demo shop', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project;
const reduce = draftReducer(RULE_SHAPE);

const RULE = `schema: rule.v1
name: Tents
select:
  all:
    - tag: { in: [tent] } # all of them
    - moon: { phase: full }
steps:
  - percent: -10
  - amount: -1 EUR
`;

/** The builder over a text that it changes, and the text beside it. */
function Written({ start, faults }: { start: string; faults: FieldFault[] }) {
  const [draft, dispatch] = useReducer(reduce, draftOf(start, null));
  const reading = readDocument(draft.text);
  if ('unreadable' in reading) return <p>{reading.unreadable}</p>;
  return (
    <>
      <RuleBuilder tree={reading.tree} faults={faults} checked="checked" pristine={false} faultsId="faults" tests={undefined} outdated={false} onEdit={(edits) => dispatch({ kind: 'edit', edits })} onShowText={() => undefined} preview={null} acts={null} />
      <output aria-label="Text">{draft.text}</output>
    </>
  );
}

function write(start = RULE, faults: FieldFault[] = []) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const known = $api.queryOptions('get', '/api/v1/catalog/facets', { params: { query: { project: 'demo' } } });
  const facets = (...values: string[]) => values.map((value) => ({ value, count: 1 }));
  queries.setQueryData(known.queryKey, { vendors: facets('Kar', 'Fjell'), product_types: facets('Tents'), tags: facets('trekking', 'winter') });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <ProjectProvider value={project}>
          <Written start={start} faults={faults} />
        </ProjectProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

const text = () => screen.getByRole('status', { name: 'Text' }).textContent;

afterEach(cleanup);

describe('the conditions of the builder', () => {
  it('are added, and the focus goes where one goes on', async () => {
    const user = write();
    await user.click(screen.getByRole('button', { name: 'Add a condition' }));
    const field = screen.getByRole('combobox', { name: 'Field of condition 3' });
    expect(document.activeElement).toBe(field);
    await user.selectOptions(field, 'price');
    await user.type(screen.getByRole('textbox', { name: 'Price in EUR' }), '49.90');
    expect(text()).toContain('    - price: { lt: 49.90 EUR }\n');
    expect(text()).toContain('# all of them');
  });

  it('take texts by Enter, by arrow and by comma, and give them back', async () => {
    const user = write();
    const tags = screen.getByRole('combobox', { name: 'Tag' });
    await user.type(tags, 'dome{Enter}');
    await user.type(tags, 'win{ArrowDown}{Enter}');
    await user.type(tags, 'x,');
    expect(text()).toContain('in: [ tent, dome, winter, x ]');
    await user.type(tags, '{Backspace}');
    await user.click(screen.getByRole('button', { name: 'Take tent out' }));
    expect(text()).toContain('in: [ dome, winter ]');
  });

  it('suggest what the catalogue knows and the list does not have yet', async () => {
    const user = write(RULE.replace('[tent]', '[trekking]'));
    await user.click(screen.getByRole('combobox', { name: 'Tag' }));
    const list = screen.getByRole('listbox', { name: 'Suggestions' });
    expect(within(list).getAllByRole('option').map((option) => option.textContent)).toEqual(['winter']);
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox', { name: 'Suggestions' })).toBeNull();
  });

  it('are turned round and back', async () => {
    const user = write();
    const not = screen.getByRole('button', { name: 'Not condition 1' });
    await user.click(not);
    expect(text()).toContain('- not:');
    expect(screen.getByRole('button', { name: 'Not condition 1' }).getAttribute('aria-pressed')).toBe('true');
    await user.click(screen.getByRole('button', { name: 'Not condition 1' }));
    expect(text()).not.toContain('not:');
  });

  it('keep what the builder does not know as it is written', async () => {
    const user = write();
    expect(screen.getByText('moon {"phase":"full"}')).toBeTruthy();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Which variants' }), 'any');
    expect(text()).toContain('  any:\n    - tag: { in: [ tent ] } # all of them\n    - moon: { phase: full }');
  });
});

describe('the steps of the builder', () => {
  it('are moved with the focus on them, and say so in the sentence', async () => {
    const user = write();
    await user.click(screen.getByRole('button', { name: 'Move step 2 up' }));
    expect(text()).toContain('  - amount: -1 EUR\n  - percent: -10\n');
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Kind of step 1' }));
    expect(screen.getByText(/take 1 EUR off, then take 10 % off/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Move step 1 up' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('keep the digits that were typed', async () => {
    const user = write();
    const percent = screen.getByRole('textbox', { name: 'Percent to add; with a minus it cuts' });
    await user.clear(percent);
    await user.type(percent, '-12.500000000000000001');
    expect(text()).toContain('- percent: -12.500000000000000001\n');
  });

  it('begin with something that can be used when their kind changes', async () => {
    const user = write();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Kind of step 1' }), 'beat');
    expect(text()).toContain('- beat: { reference: competitor, by: 1 % }');
  });
});

describe('limits', () => {
  it('are written with the currency of the shop and leave nothing behind', async () => {
    const user = write();
    const floor = screen.getByRole('textbox', { name: 'Never below' });
    await user.type(floor, '5');
    expect(text()).toContain('constraints:\n  floor: 5 EUR\n');
    await user.clear(floor);
    expect(text()).toBe(RULE.replace('[tent]', '[ tent ]'));
  });
});

describe('faults', () => {
  const fault = { pointer: '/steps/0/percent', code: 'invalid_value', detail: 'line 8, column 14: `-200` is below -100' };

  it('stand on their field and nowhere else, and lead to it', async () => {
    const user = write(RULE, [fault]);
    const percent = screen.getByRole('textbox', { name: 'Percent to add; with a minus it cuts' });
    expect(percent.getAttribute('aria-invalid')).toBe('true');
    const described = (percent.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(described.join(' ')).toContain('`-200` is below -100');
    expect(screen.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).not.toBe('true');
    await user.click(screen.getByRole('button', { name: 'step 1, percent' }));
    expect(document.activeElement).toBe(percent);
  });

  it('of a place without a field lead to what is around it', async () => {
    const user = write(RULE, [{ pointer: '/select/all/1/moon', code: 'unknown', detail: '`moon` is not known here' }]);
    await user.click(screen.getByRole('button', { name: 'condition 2, moon' }));
    expect(document.activeElement?.textContent).toBe('Change it in the text');
  });
});
