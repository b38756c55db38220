// A text that could not be copied: one press selects it as a whole.
export function ToSelect({ text }: { text: string }) {
  return (
    <code tabIndex={0} className="to-select">
      {text}
    </code>
  );
}
