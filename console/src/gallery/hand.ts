// What a person does on a page, for states that nobody sees without doing something.
import { findByLabelText, findByRole } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

export interface Hand {
  press: (name: string | RegExp, role?: 'button' | 'link' | 'tab') => Promise<void>;
  type: (label: string | RegExp, text: string) => Promise<void>;
}

export const hand: Hand = {
  press: async (name, role = 'button') => userEvent.click(await findByRole(document.body, role, { name })),
  type: async (label, text) => userEvent.type(await findByLabelText(document.body, label), text),
};
