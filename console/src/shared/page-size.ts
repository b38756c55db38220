// How many rows of a long list are fetched at once.

/** Up to so many rows a plain table serves better than one that draws only what is in sight; the first page of a long list holds no more. */
export const PLAIN_MAX = 200;

/** Rows of the pages behind the first. */
const FURTHER_PAGE = 1000;

/** The size of the page that `cursor` leads to: a small first one, so that rows stand there at once. */
export const pageSize = (cursor: string | undefined) => (cursor === undefined ? PLAIN_MAX : FURTHER_PAGE);
