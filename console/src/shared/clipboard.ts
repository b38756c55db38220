// The clipboard, where there is one: browsers give it only to pages that came over HTTPS or from this computer, and may refuse.

/** Whether the text is on the clipboard now. A text that is still on its way may fail to come; that is thrown. */
export async function copied(text: string | Promise<string>): Promise<boolean> {
  const done = await written(text).catch(() => false);
  // What could not be made is no fault of the clipboard's.
  if (!done) await text;
  return done;
}

async function written(text: string | Promise<string>): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return false;
  if (typeof text === 'string') await clipboard.writeText(text);
  // A browser lets a page write only right after a press; what is still on its way is promised.
  else await clipboard.write([new ClipboardItem({ 'text/plain': text.then((whole) => new Blob([whole], { type: 'text/plain' })) })]);
  return true;
}

/** What to do where it was not copied. */
export const notCopied = () => `${isSecureContext ? 'The browser did not let this page copy.' : 'Copying is not possible on this connection.'} Select the text and copy it yourself.`;
