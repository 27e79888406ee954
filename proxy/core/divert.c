/**
 * @file divert.c  Where a call goes that its callee has others take
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/divert.h"


/**
 * Where an account has its calls forwarded
 *
 * @param set   Its settings
 * @param cause Why
 *
 * @return Number or URI as the operator wrote it, NULL: nowhere
 */
const char *divert_to(const struct account_settings *set,
		      enum divert_cause cause)
{
	const char *to = NULL;

	if (!set)
		return NULL;

	switch (cause) {
	case DIVERT_ALL:
		to = set->forward_all;
		break;
	case DIVERT_BUSY:
		to = set->forward_busy;
		break;
	case DIVERT_NOANSWER:
		to = set->forward_noanswer;
		break;
	case DIVERT_OFFLINE:
		to = set->forward_offline;
		break;
	}

	return to && to[0] ? to : NULL;
}


/**
 * What an answer says of the callee
 *
 * @param cause Result, written only on success
 * @param scode Status code of the best answer
 * @param rang  Whether one of his phones has said anything
 *
 * @return 0 if success, ENOENT if nobody else shall take the call for that
 */
int divert_cause_of(enum divert_cause *cause, uint16_t scode, bool rang)
{
	if (!cause)
		return EINVAL;

	switch (scode) {
	case 486:
	case 600:
		*cause = DIVERT_BUSY;
		return 0;

	case 408:
	case 480:
		*cause = rang ? DIVERT_NOANSWER : DIVERT_OFFLINE;
		return 0;

	case 430:
	case 503:
		*cause = DIVERT_OFFLINE;
		return rang ? ENOENT : 0;

	default:
		return ENOENT;
	}
}


/**
 * The reason as the Diversion header spells it
 *
 * @param cause Cause
 *
 * @return Token (RFC 5806 section 5.1)
 */
const char *divert_cause_name(enum divert_cause cause)
{
	switch (cause) {
	case DIVERT_ALL:
		return "unconditional";
	case DIVERT_BUSY:
		return "user-busy";
	case DIVERT_NOANSWER:
		return "no-answer";
	case DIVERT_OFFLINE:
		return "unavailable";
	}

	return "unknown";
}


/**
 * How long an account's phones ring before somebody else's do
 *
 * @param set Settings
 *
 * @return Time in ms; 0: as long as they like
 */
uint32_t divert_noanswer_ms(const struct account_settings *set)
{
	uint32_t s;

	if (!divert_to(set, DIVERT_NOANSWER))
		return 0;

	s = set->noanswer_s ? set->noanswer_s : (uint32_t)DIVERT_NOANSWER_S;

	return s * 1000;
}


/* ;counter=2 stands for as many that are not shown any more */
static uint32_t counter_of(const struct pl *val)
{
	const char *semi = pl_strchr(val, '>');
	struct pl params = *val, n;

	if (!semi)
		semi = pl_strchr(val, ';');
	if (!semi)
		return 1;

	pl_advance(&params, semi - val->p);
	if (*params.p == '>')
		pl_advance(&params, 1);
	if (param_get(&params, "counter", &n) || n.l != 1 || *n.p < '1' ||
	    *n.p > '9')
		return 1;

	return (uint32_t)(*n.p - '0');
}


static bool has_cause(const struct pl *val)
{
	const char *p = val->p;

	for (size_t i = 0; i + 6 <= val->l; i++) {
		const struct pl word = {p + i, 6};

		if (!pl_strcasecmp(&word, "cause="))
			return true;
	}

	return false;
}


/**
 * How often a request was forwarded by callees on its way to us
 *
 * @param req Request
 *
 * @return The higher one of what Diversion and History-Info tell
 */
uint32_t divert_count(const struct message *req)
{
	uint32_t diversions = 0, history = 0;
	struct value_iter it;
	struct pl val;

	message_values(&it, req, HDR_DIVERSION);
	while (message_values_next(&it, &val))
		diversions += counter_of(&val);

	message_values(&it, req, HDR_HISTORY_INFO);
	while (message_values_next(&it, &val))
		history += has_cause(&val);

	return diversions > history ? diversions : history;
}


/**
 * Make a URI of what the operator wrote
 *
 * @param buf  Buffer
 * @param size Its size
 * @param to   Number, user name, address or URI
 * @param aor  Whose setting it is: of his domain is who has none
 *
 * @return 0 if success, EOVERFLOW if it does not fit, EINVAL
 */
int divert_uri(char *buf, size_t size, const char *to, const char *aor)
{
	const char *domain = aor ? strrchr(aor, '@') : NULL;
	int n;

	if (!buf || !to || !domain)
		return EINVAL;

	if (!strncasecmp(to, "sip:", 4) || !strncasecmp(to, "sips:", 5))
		n = re_snprintf(buf, size, "%s", to);
	else if (!strncasecmp(to, "tel:", 4))
		n = re_snprintf(buf, size, "sip:%s%s", to + 4, domain);
	else
		n = re_snprintf(buf, size, "sip:%s%s", to,
				strchr(to, '@') ? "" : domain);

	return n < 0 ? EOVERFLOW : 0;
}


/**
 * The header line that says so
 *
 * @param buf   Buffer
 * @param size  Its size
 * @param aor   Who had the call forwarded
 * @param cause Why
 *
 * @return 0 if success, EOVERFLOW if it does not fit
 *
 * RFC 5806 section 6: the newest stands on top
 */
int divert_line(char *buf, size_t size, const char *aor,
		enum divert_cause cause)
{
	if (!buf || !aor)
		return EINVAL;

	return re_snprintf(buf, size,
			   "Diversion: <sip:%s>;reason=%s;counter=1\r\n", aor,
			   divert_cause_name(cause)) < 0
		       ? EOVERFLOW
		       : 0;
}
