/** What one value may be in nginx's, systemd's and the balancer's languages: no blanks, quotes, escapes, comments, variables, braces or semicolons. */
import { type Quote, quoteWord } from '@tricade/cluster/template';

/** A word of nginx.conf that means itself everywhere (ngx_conf_file.c, `ngx_conf_read_token`): no `;`, `{`, `}`, `#`, `$`, quotes or backslash. */
export const nginxWord: Quote = quoteWord(/[A-Za-z0-9_/.:[\]-]+/);

/** A word of a unit file that means itself: no `%` (specifiers), `$`, quotes or backslash (systemd.service(5), "Command lines"). */
export const unitWord: Quote = quoteWord(/[A-Za-z0-9_/.:-]+/);
