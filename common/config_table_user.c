/**
 * @file config_table_user.c  Keys: users and what is allowed
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"proxy", "branches", config_value_number, "a number, 1 to 64",
	 AT(proxy.branches), 1, 64,
	 DOC(LIVE, "", "12",
	     "How many places one request is sent to at most, "
	     "redirections included.")},
	{"proxy", "fork", config_value_fork,
	 "\"q\", \"parallel\" or \"serial\"", ONE,
	 DOC(LIVE, "", "q",
	     "Which phones of a user ring at the same time: those of "
	     "equal q, all of them, or one by one.")},
	{"proxy", "redirects", config_value_redirects,
	 "\"follow\" or \"pass\"", ONE,
	 DOC(LIVE, "", "follow",
	     "What becomes of a callee's 3xx: it is followed, or passed "
	     "to the caller.")},
	{"proxy", "ring", config_value_number, SECONDS(1, 180), AT(proxy.ring),
	 1, 180,
	 DOC(LIVE, "s", "30",
	     "How long one group of phones rings where others wait.")},

	{"registrar", "expires", config_value_number, SECONDS(10, 604800),
	 AT(registrar.expires_default), 10, 604800,
	 DOC(LIVE, "s", "3600",
	     "The lifetime of a registration where the phone says none.")},
	{"registrar", "expires_min", config_value_number, SECONDS(1, 3600),
	 AT(registrar.expires_min), 1, 3600,
	 DOC(LIVE, "s", "60",
	     "The shortest lifetime that a phone may ask for; less is "
	     "answered with 423.")},
	{"registrar", "expires_max", config_value_number, SECONDS(10, 604800),
	 AT(registrar.expires_max), 10, 604800,
	 DOC(LIVE, "s", "7200", "The longest lifetime that a phone gets.")},
	{"registrar", "contacts", config_value_number, "a number, 1 to 100",
	 AT(registrar.contacts_max), 1, 100,
	 DOC(LIVE, "", "10",
	     "How many phones an account may have; above that the "
	     "oldest goes.")},
	{"registrar", "jitter", config_value_number, "percent, 0 to 50",
	 AT(registrar.jitter), 0, 50,
	 DOC(LIVE, "%", "10",
	     "A lifetime is shortened by this much at most, at random, "
	     "so that not all come back at once.")},
	{"registrar", "service_route", config_value_bool, YES_NO,
	 AT(registrar.service_route),
	 DOC(LIVE, "", "no",
	     "Whether phones are told to send everything by this server "
	     "(RFC 3608).")},
	{"registrar", "keepalive", config_value_number,
	 "seconds, 0 (off) to 3600", AT(registrar.keepalive), 0, 3600,
	 DOC(LIVE, "s", "25",
	     "The time between two keepalives to a phone behind NAT.")},
	{"registrar", "keepalive_max", config_value_number,
	 "seconds, 0 (not longer than keepalive) to 3600",
	 AT(registrar.keepalive_max), 0, 3600,
	 DOC(LIVE, "s", "180",
	     "The longest time between two, where a NAT is found to "
	     "remember so long.")},
	{"registrar", "keepalive_method", config_value_keepalive,
	 "\"crlf\" or \"options\"", ONE,
	 DOC(LIVE, "", "crlf",
	     "What a keepalive is: two line ends, or OPTIONS.")},

	{"push", "url", config_value_push_url,
	 "a URL like \"http://127.0.0.1:8080/wake\"", ONE,
	 DOC(LIVE, "", "",
	     "Sleeping phones are woken by a POST to this URL. Not "
	     "given: nobody is woken.")},
	{"push", "timeout", config_value_number, SECONDS(1, 60),
	 AT(push.timeout), 1, 60,
	 DOC(LIVE, "s", "5", "How long the POST may take.")},
	{"push", "wait", config_value_number, SECONDS(1, 60), AT(push.wait), 1,
	 60,
	 DOC(LIVE, "s", "10",
	     "How long a call waits for the phone that is woken.")},
	{"push", "providers", config_value_push_provider,
	 "a push service like \"fcm\"", LIST,
	 DOC(LIVE, "", "{ \"apns\", \"fcm\", \"webpush\" }",
	     "The push services that are behind the URL; phones with "
	     "others are refused with 555.")},

	{"session", "expires", config_value_number,
	 "seconds, 0 (off) to 86400", AT(session.expires), 0, 86400,
	 DOC(LIVE, "s", "1800",
	     "A call without a sign of life ends after this time (RFC "
	     "4028).")},
	/* RFC 4028 section 4: nobody may ask for less */
	{"session", "min", config_value_number, SECONDS(90, 86400),
	 AT(session.min), 90, 86400,
	 DOC(LIVE, "s", "90", "The shortest time that a phone may ask for.")},

	{"limit", "requests", config_value_number,
	 "a number a second, 0 (no limit) to 100000", AT(limit.requests), 0,
	 100000,
	 DOC(LIVE, "", "100",
	     "Requests a second of a stranger's address; ten times that "
	     "at once.")},
	{"limit", "strangers", config_value_number,
	 "a number a second, 0 (no limit) to 1000000", AT(limit.strangers), 0,
	 1000000,
	 DOC(LIVE, "", "5000",
	     "Requests a second of all strangers together.")},
	{"limit", "failures", config_value_number,
	 "a number in five minutes, 0 (no limit) to 100000",
	 AT(limit.failures), 0, 100000,
	 DOC(LIVE, "", "30",
	     "Failures in five minutes, then the address is banned.")},
	{"limit", "ban", config_value_number, "seconds, 0 (off) to 604800",
	 AT(limit.ban), 0, 604800,
	 DOC(LIVE, "s", "300",
	     "How long the first ban lasts; each one after it twice as "
	     "long.")},
	{"limit", "ban_max", config_value_number, SECONDS(1, 604800),
	 AT(limit.ban_max), 1, 604800,
	 DOC(LIVE, "s", "3600", "How long a ban lasts at most.")},
	{"limit", "scanners", config_value_scanner,
	 "a word of 3 to 63 characters in a User-Agent", LIST,
	 DOC(LIVE, "", "",
	     "Words in the User-Agent of scanners; such a request "
	     "counts as ten failures. A list replaces the built-in one, "
	     "which has eleven words like \"friendly-scanner\" and "
	     "\"sipvicious\".")},
	{"limit", "calls", config_value_number,
	 "a number at once, 0 (no limit) to 100000", AT(limit.calls), 0,
	 100000,
	 DOC(LIVE, "", "20",
	     "Calls at once of an account that has no number of its "
	     "own.")},
	{"limit", "calls_per_minute", config_value_number,
	 "a number, 0 (no limit) to 100000", AT(limit.calls_per_minute), 0,
	 100000,
	 DOC(LIVE, "", "60",
	     "Calls that such an account may begin in a minute.")},
	{"limit", "call_length", config_value_number,
	 "seconds, 0 (a day) to 86400", AT(limit.call_length), 0, 86400,
	 DOC(LIVE, "s", "43200", "The longest call; then it is over.")},
};

const struct config_rows config_rows_user = {keyv, ARRAY_SIZE(keyv)};
