// Texts for a command line.

/** A text as one word of a shell. */
export const quoted = (text: string) => (/^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
