// What a person does on a page, for states that nobody sees without doing something.
import { findByLabelText, findByRole } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

export interface Hand {
  press: (name: string | RegExp, role?: 'button' | 'checkbox' | 'link' | 'tab') => Promise<void>;
  type: (label: string | RegExp, text: string) => Promise<void>;
  /** Keys wherever the focus is, as `{Control>}k{/Control}`. */
  keys: (keys: string) => Promise<void>;
}

export const hand: Hand = {
  press: async (name, role = 'button') => userEvent.click(await findByRole(document.body, role, { name })),
  keys: async (keys) => void (await userEvent.keyboard(keys)),
  type: async (label, text) => userEvent.type(await findByLabelText(document.body, label, { selector: 'input, textarea' }), text),
};
