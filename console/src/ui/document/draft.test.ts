import { describe, expect, it } from 'vitest';
import { draftOf, draftReducer, forgetDraft, keepDraft, keptDraft, type DraftAction } from './draft';
import { Digits } from './document-text';

const reduceDraft = draftReducer({ order: [], prunes: [] });
const start = draftOf('name: a\nsteps:\n  - percent: -10\n', 3);
const after = (...actions: DraftAction[]) => actions.reduce(reduceDraft, start);
const type = (text: string): DraftAction => ({ kind: 'edit', edits: [{ kind: 'set', path: ['name'], value: text }] });

describe('a draft', () => {
  it('goes back over what was typed into one field in one step, and forth again', () => {
    const typed = after(type('b'), type('bc'), { kind: 'edit', edits: [{ kind: 'set', path: ['steps', 0, 'percent'], value: new Digits('-5') }] });
    expect(typed.text).toBe('name: bc\nsteps:\n  - percent: -5\n');
    const back = reduceDraft(typed, { kind: 'undo' });
    expect(back.text).toBe('name: bc\nsteps:\n  - percent: -10\n');
    const whole = reduceDraft(back, { kind: 'undo' });
    expect(whole.text).toBe(start.text);
    expect(reduceDraft(whole, { kind: 'undo' })).toBe(whole);
    expect(reduceDraft(reduceDraft(whole, { kind: 'redo' }), { kind: 'redo' }).text).toBe(typed.text);
    expect(reduceDraft(typed, { kind: 'redo' })).toBe(typed);
  });

  it('forgets the way forth once something else is written', () => {
    const other = after(type('b'), { kind: 'undo' }, { kind: 'write', text: 'name: c' });
    expect(reduceDraft(other, { kind: 'redo' }).text).toBe('name: c');
  });

  it('makes one step of several edits, and adding the same twice is two', () => {
    const add: DraftAction = { kind: 'edit', edits: [{ kind: 'add', path: ['steps'], value: { percent: new Digits('1') } }] };
    const two = after(add, add);
    expect(two.text.match(/percent/g)).toHaveLength(3);
    expect(reduceDraft(two, { kind: 'undo' }).text.match(/percent/g)).toHaveLength(2);
  });

  it('is laid over a newer version, or gives way to it', () => {
    expect(reduceDraft(after(type('mine')), { kind: 'rebase', base: 4 })).toMatchObject({ text: 'name: mine\nsteps:\n  - percent: -10\n', base: 4 });
    expect(reduceDraft(after(type('mine')), { kind: 'load', text: 'name: theirs', base: 4 })).toEqual(draftOf('name: theirs', 4));
  });
});

describe('keeping a draft', () => {
  it('gives back what was kept, and nothing where that is not a draft', () => {
    const kept = new Map<string, string>();
    const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), removeItem: (key: string) => void kept.delete(key) };
    expect(keptDraft(store, 'x')).toBeNull();
    expect(keepDraft(store, 'x', start)).toBe(true);
    expect(keptDraft(store, 'x')).toEqual({ text: start.text, base: 3 });
    forgetDraft(store, 'x');
    expect(keptDraft(store, 'x')).toBeNull();
    expect(keptDraft({ getItem: () => 'name: from an older console' }, 'x')).toBeNull();
  });

  it('says when the browser has no room', () => {
    const full = { setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
    expect(keepDraft(full, 'x', start)).toBe(false);
  });
});
