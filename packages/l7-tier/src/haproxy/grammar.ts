/** What one value may be in HAProxy's and systemd's languages: no blanks, quotes, escapes, comments, variables or log-format signs. */
import { type Quote, quoteWord } from '@tricade/cluster/template';

/** A word of haproxy.cfg that means itself everywhere (configuration manual 2.6, section 2.2, "Quoting and escaping"). */
export const haproxyWord: Quote = quoteWord(/[A-Za-z0-9_/.:[\]-]+/);

/** A word of a unit file that means itself: no `%` (specifiers), `$`, quotes or backslash (systemd.service(5), "Command lines"). */
export const unitWord: Quote = quoteWord(/[A-Za-z0-9_/.:-]+/);
