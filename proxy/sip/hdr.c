/**
 * @file hdr.c  Header names, long and compact (RFC 3261 section 7.3.3)
 */
#include <ctype.h>
#include <strings.h>
#include "proxy/sip/guard.h"


static const struct {
	struct pl name;
	char compact; /* 0: none */
} hdr_namev[HDR_ID_MAX] = {
	[HDR_AUTHORIZATION] = {PL("Authorization"), 0},
	[HDR_CALL_ID] = {PL("Call-ID"), 'i'},
	[HDR_CONTACT] = {PL("Contact"), 'm'},
	[HDR_CONTENT_ENCODING] = {PL("Content-Encoding"), 'e'},
	[HDR_CONTENT_LENGTH] = {PL("Content-Length"), 'l'},
	[HDR_CONTENT_TYPE] = {PL("Content-Type"), 'c'},
	[HDR_CSEQ] = {PL("CSeq"), 0},
	[HDR_DATE] = {PL("Date"), 0},
	[HDR_DIVERSION] = {PL("Diversion"), 0},
	[HDR_EVENT] = {PL("Event"), 'o'},
	[HDR_EXPIRES] = {PL("Expires"), 0},
	[HDR_FROM] = {PL("From"), 'f'},
	[HDR_HISTORY_INFO] = {PL("History-Info"), 0},
	[HDR_MAX_BREADTH] = {PL("Max-Breadth"), 0},
	[HDR_MAX_FORWARDS] = {PL("Max-Forwards"), 0},
	[HDR_MIN_SE] = {PL("Min-SE"), 0},
	[HDR_MIN_EXPIRES] = {PL("Min-Expires"), 0},
	[HDR_P_ACCESS_NETWORK_INFO] = {PL("P-Access-Network-Info"), 0},
	[HDR_P_ASSERTED_IDENTITY] = {PL("P-Asserted-Identity"), 0},
	[HDR_P_ASSERTED_SERVICE] = {PL("P-Asserted-Service"), 0},
	[HDR_P_CHARGE_INFO] = {PL("P-Charge-Info"), 0},
	[HDR_P_CHARGING_FUNCTION_ADDRESSES] = {PL("P-Charging-Function-"
						  "Addresses"),
					       0},
	[HDR_P_CHARGING_VECTOR] = {PL("P-Charging-Vector"), 0},
	[HDR_P_PREFERRED_IDENTITY] = {PL("P-Preferred-Identity"), 0},
	[HDR_P_PREFERRED_SERVICE] = {PL("P-Preferred-Service"), 0},
	[HDR_P_PRIVATE_NETWORK_INDICATION] = {PL("P-Private-Network-"
						 "Indication"),
					      0},
	[HDR_P_PROFILE_KEY] = {PL("P-Profile-Key"), 0},
	[HDR_P_SERVED_USER] = {PL("P-Served-User"), 0},
	[HDR_P_USER_DATABASE] = {PL("P-User-Database"), 0},
	[HDR_P_VISITED_NETWORK_ID] = {PL("P-Visited-Network-ID"), 0},
	[HDR_PATH] = {PL("Path"), 0},
	[HDR_PRIVACY] = {PL("Privacy"), 0},
	[HDR_PROXY_AUTHENTICATE] = {PL("Proxy-Authenticate"), 0},
	[HDR_PROXY_AUTHORIZATION] = {PL("Proxy-Authorization"), 0},
	[HDR_PROXY_REQUIRE] = {PL("Proxy-Require"), 0},
	[HDR_RACK] = {PL("RAck"), 0},
	[HDR_REASON] = {PL("Reason"), 0},
	[HDR_RECORD_ROUTE] = {PL("Record-Route"), 0},
	[HDR_REFER_TO] = {PL("Refer-To"), 'r'},
	[HDR_REMOTE_PARTY_ID] = {PL("Remote-Party-ID"), 0},
	[HDR_REQUIRE] = {PL("Require"), 0},
	[HDR_RETRY_AFTER] = {PL("Retry-After"), 0},
	[HDR_ROUTE] = {PL("Route"), 0},
	[HDR_SERVER] = {PL("Server"), 0},
	[HDR_SESSION_EXPIRES] = {PL("Session-Expires"), 'x'},
	[HDR_SUPPORTED] = {PL("Supported"), 'k'},
	[HDR_TIMESTAMP] = {PL("Timestamp"), 0},
	[HDR_TO] = {PL("To"), 't'},
	[HDR_UNSUPPORTED] = {PL("Unsupported"), 0},
	[HDR_USER_AGENT] = {PL("User-Agent"), 0},
	[HDR_VIA] = {PL("Via"), 'v'},
	[HDR_WARNING] = {PL("Warning"), 0},
	[HDR_WWW_AUTHENTICATE] = {PL("WWW-Authenticate"), 0},
};


static enum hdr_id compact_id(char c)
{
	for (int i = 1; c && i < HDR_ID_MAX; i++) {
		if (hdr_namev[i].compact == tolower((unsigned char)c))
			return (enum hdr_id)i;
	}

	return HDR_OTHER;
}


/**
 * The id of a header name, compared whole and without regard to case
 *
 * @param name Name, long or compact
 *
 * @return Its id, HDR_OTHER for one that we do not act on
 */
enum hdr_id guard_hdr_id(const struct pl *name)
{
	if (!name || !name->l)
		return HDR_OTHER;
	if (name->l == 1)
		return compact_id(*name->p);

	for (int i = 1; i < HDR_ID_MAX; i++) {
		const struct pl *nm = &hdr_namev[i].name;

		/* most fail here, before anything is called */
		if (nm->l == name->l && !((*nm->p ^ *name->p) & ~0x20) &&
		    !strncasecmp(nm->p, name->p, nm->l))
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

	return hdr_namev[id].name.p;
}
