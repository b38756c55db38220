// Several texts: each that was given stands as a chip that can be taken away, and one field adds the next.
import { useState } from 'react';
import { Glyph } from '../glyph';
import { faultAt, useDocumentForm } from './form-context';
import { Place } from './inputs';
import { textOf, valueAt, type Path } from './document-text';
import { SuggestInput } from './suggest-input';
import styles from './document.module.css';

interface TextsBoundProps {
  path: Path;
  label: string;
  suggestions?: string[] | undefined;
}

export function TextsBound({ path, label, suggestions = [] }: TextsBoundProps) {
  const { tree, edit, faults, focusOn } = useDocumentForm();
  const [typed, setTyped] = useState('');
  const value = valueAt(tree, path);
  const texts = Array.isArray(value) ? value.map(textOf) : [];
  const left = suggestions.filter((each) => !texts.includes(each));
  const add = (text: string) => {
    const trimmed = text.trim();
    setTyped('');
    if (trimmed !== '' && !texts.includes(trimmed)) edit({ kind: 'set', path, value: [...texts, trimmed] });
  };
  const remove = (text: string) => edit({ kind: 'set', path, value: texts.filter((each) => each !== text) });
  return (
    <Place path={path}>
      {texts.length > 0 && (
        <ul className={styles.chips} aria-label={`${label}, chosen`}>
          {texts.map((text) => (
            <li key={text}>
              {text}
              <button
                type="button"
                aria-label={`Take ${text} out`}
                onClick={() => {
                  remove(text);
                  focusOn(path);
                }}
              >
                <Glyph name="cross" size={10} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SuggestInput
        aria-label={label}
        error={texts.length > 0 && typed !== '' ? undefined : faultAt(faults, path)}
        value={typed}
        suggestions={left}
        placeholder={texts.length > 0 ? 'Add another' : 'Type or choose'}
        onChange={(text) => (text.endsWith(',') ? add(text.slice(0, -1)) : setTyped(text))}
        onPick={add}
        onLeave={() => add(typed)}
        onEmptyBackspace={() => texts.length > 0 && remove(texts.at(-1)!)}
      />
    </Place>
  );
}
