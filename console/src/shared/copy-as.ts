// The same list elsewhere: as a call of the API and as a command.
import { quoted } from './shell';

/** A call with curl that asks for what the page shows. The token stands in the environment, never in the text. */
export function curlOf(origin: string, path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(set(query)).toString();
  return `curl -H "Authorization: Bearer $CALIBR_TOKEN" ${quoted(`${origin}${path}${text === '' ? '' : `?${text}`}`)}`;
}

/** A command of `calibr` with its options, those without a value left out. */
export function commandOf(words: string, options: Readonly<Record<string, string>>): string {
  return [`calibr ${words}`, ...Object.entries(set(options)).map(([name, value]) => `--${name} ${quoted(value)}`)].join(' ');
}

const set = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
