// The reader's own wall clock, as the browser's date fields read and write it.

/** An instant as the text of a `datetime-local` field; empty for what is no time. */
export function toLocalInput(instant: Date): string {
  if (Number.isNaN(instant.getTime())) return '';
  const two = (part: number) => String(part).padStart(2, '0');
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}T${two(instant.getHours())}:${two(instant.getMinutes())}`;
}

/** The instant that such a text means; null while it is not a time yet. */
export function fromLocalInput(text: string): string | null {
  const instant = new Date(text);
  return text === '' || Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}
