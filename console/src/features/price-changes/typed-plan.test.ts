import { describe, expect, it } from 'vitest';
import { noteAfter, readTypedPlan } from './typed-plan';

describe('what was typed for a plan', () => {
  it('is read as it was kept', () => {
    const typed = { title: 'Autumn sale', note: 'Rain is near', rules: ['rul_1'], ends: [] };
    expect(readTypedPlan(JSON.stringify(typed))).toEqual(typed);
  });

  it('is nothing where nothing was kept, or something else', () => {
    expect(readTypedPlan(undefined)).toBeNull();
    expect(readTypedPlan('{"title":')).toBeNull();
    expect(readTypedPlan('["Autumn sale"]')).toBeNull();
    expect(readTypedPlan('{"title":"Autumn sale","note":"","rules":[1],"ends":[]}')).toBeNull();
  });
});

describe('the note of a plan that follows another', () => {
  it('keeps why the first was made', () => {
    expect(noteAfter('Rain is near.', 'Without 3 variants chosen by hand.')).toBe('Rain is near. Without 3 variants chosen by hand.');
    expect(noteAfter('Rain is near.', undefined)).toBe('Rain is near.');
    expect(noteAfter(null, 'Without 3 variants chosen by hand.')).toBe('Without 3 variants chosen by hand.');
    expect(noteAfter(undefined, undefined)).toBe('');
  });
});
