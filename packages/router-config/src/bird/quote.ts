/** BIRD's grammar: words that need no quotes. Symbols and strings stand between quotes in the templates, so these characters cannot end them. */
import { type Quote, quoteWord } from '@tricade/cluster/template';

/** Addresses, prefixes, numbers, and the names of devices and protocols (BIRD takes `a-zA-Z0-9_.:-` between single quotes). */
export const birdQuote: Quote = quoteWord(/[A-Za-z0-9_.:@/-]{1,64}/);
