/**
 * @file operand.c  What an operator writes to name somebody
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/operand.h"


/**
 * Read the name of a user, or a number
 *
 * @param uri  URI, its slices point into buf
 * @param buf  Buffer
 * @param size Its size
 * @param px   Proxy, whose first domain counts where there is none
 * @param text What was written
 *
 * @return 0 if success, otherwise errorcode
 */
int operand_user(struct sipuri *uri, char *buf, size_t size,
		 const struct proxy *px, const char *text)
{
	const bool whole = !strncmp(text, "sip:", 4);
	const char *domain = px->p.cfg->domainv[0];
	struct pl pl;

	if (!*text || strpbrk(text, " \t\r\n<>\"") ||
	    re_snprintf(buf, size, "%s%s%s%s", whole ? "" : "sip:", text,
			strchr(text, '@') ? "" : "@",
			strchr(text, '@') ? "" : domain) < 0)
		return EINVAL;

	pl_set_str(&pl, buf);

	return sipuri_decode(uri, &pl);
}
