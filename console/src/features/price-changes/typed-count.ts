// When the number of prices must be typed before they are applied. The server has no setting for it: the API takes a plan hash, and
// the command line asks for the number always. The limit is the console's own, at what a person can still check row by row.

const TYPED_ABOVE = 25;

/** Few prices are read in the dialog; of many, typing the number shows that somebody looked at how many. */
export const mustTypeCount = (prices: number) => prices > TYPED_ABOVE;

/** Whether the text is the number, with or without the marks between its thousands. */
export const isCount = (typed: string, prices: number) => typed.replace(/\D/g, '') === String(prices);
