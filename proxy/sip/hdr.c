/**
 * @file hdr.c  Header names, long and compact (RFC 3261 section 7.3.3)
 */
#include <string.h>
#include "proxy/sip/guard.h"


static const struct {
	const char *name;
	const char *compact;
} hdr_namev[HDR_ID_MAX] = {
	[HDR_AUTHORIZATION] = {"Authorization", ""},
	[HDR_CALL_ID] = {"Call-ID", "i"},
	[HDR_CONTACT] = {"Contact", "m"},
	[HDR_CONTENT_ENCODING] = {"Content-Encoding", "e"},
	[HDR_CONTENT_LENGTH] = {"Content-Length", "l"},
	[HDR_CONTENT_TYPE] = {"Content-Type", "c"},
	[HDR_CSEQ] = {"CSeq", ""},
	[HDR_DATE] = {"Date", ""},
	[HDR_EVENT] = {"Event", "o"},
	[HDR_EXPIRES] = {"Expires", ""},
	[HDR_FROM] = {"From", "f"},
	[HDR_MAX_FORWARDS] = {"Max-Forwards", ""},
	[HDR_MIN_EXPIRES] = {"Min-Expires", ""},
	[HDR_P_ASSERTED_IDENTITY] = {"P-Asserted-Identity", ""},
	[HDR_P_PREFERRED_IDENTITY] = {"P-Preferred-Identity", ""},
	[HDR_PATH] = {"Path", ""},
	[HDR_PROXY_AUTHENTICATE] = {"Proxy-Authenticate", ""},
	[HDR_PROXY_AUTHORIZATION] = {"Proxy-Authorization", ""},
	[HDR_PROXY_REQUIRE] = {"Proxy-Require", ""},
	[HDR_REASON] = {"Reason", ""},
	[HDR_RECORD_ROUTE] = {"Record-Route", ""},
	[HDR_REMOTE_PARTY_ID] = {"Remote-Party-ID", ""},
	[HDR_REQUIRE] = {"Require", ""},
	[HDR_RETRY_AFTER] = {"Retry-After", ""},
	[HDR_ROUTE] = {"Route", ""},
	[HDR_SUPPORTED] = {"Supported", "k"},
	[HDR_TIMESTAMP] = {"Timestamp", ""},
	[HDR_TO] = {"To", "t"},
	[HDR_UNSUPPORTED] = {"Unsupported", ""},
	[HDR_USER_AGENT] = {"User-Agent", ""},
	[HDR_VIA] = {"Via", "v"},
	[HDR_WARNING] = {"Warning", ""},
	[HDR_WWW_AUTHENTICATE] = {"WWW-Authenticate", ""},
};


/**
 * The id of a header name, compared whole and without regard to case
 *
 * @param name Name, long or compact
 *
 * @return Its id, HDR_OTHER for one that we do not act on
 */
enum hdr_id guard_hdr_id(const struct pl *name)
{
	if (!name)
		return HDR_OTHER;

	for (int i = 1; i < HDR_ID_MAX; i++) {
		if (!pl_strcasecmp(name, hdr_namev[i].name) ||
		    (name->l == 1 &&
		     !pl_strcasecmp(name, hdr_namev[i].compact)))
			return (enum hdr_id)i;
	}

	return HDR_OTHER;
}


/**
 * The long name of a header
 *
 * @param id Its id
 *
 * @return Its name, "" for HDR_OTHER
 */
const char *guard_hdr_name(enum hdr_id id)
{
	if (id <= HDR_OTHER || id >= HDR_ID_MAX)
		return "";

	return hdr_namev[id].name;
}
